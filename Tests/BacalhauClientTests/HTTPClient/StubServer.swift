import Glibc
import Synchronization

/// A request as it came over the wire.
struct StubRequest: Sendable {
    var method = ""
    var target = ""
    /// Lower-case names.
    var headers: [String: String] = [:]
    var body: [UInt8] = []
}

/// An HTTP server on loopback that answers with whatever bytes the test writes, one thread for each connection.
final class StubServer: Sendable {
    /// Answers a request; true keeps the connection open for another.
    typealias Handler = @Sendable (StubConnection, StubRequest) -> Bool

    /// The port on 127.0.0.1, or 0 for a Unix socket.
    let port: Int
    private let listener: Int32
    private let acceptor: Acceptor

    /// Starts to listen on 127.0.0.1, or on a Unix socket.
    /// - Parameter greeting: written as soon as a client connects.
    init(unixPath: String? = nil, greeting: String = "", handler: @escaping Handler) throws {
        let listener = socket(unixPath == nil ? AF_INET : AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let bound = unixPath.map { bindUnix(listener, $0) } ?? bindLoopback(listener)
        guard bound, listen(listener, 64) == 0 else { throw StubError(code: errno) }
        self.listener = listener
        port = unixPath == nil ? boundPort(listener) : 0
        acceptor = Acceptor(listener: listener, greeting: greeting, handler: handler)
        startThread { [acceptor] in acceptor.run() }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// How many connections were accepted.
    var connectionCount: Int { acceptor.count.load(ordering: .relaxed) }

    func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }
}

struct StubError: Error {
    var code: Int32
}

private final class Acceptor: Sendable {
    let listener: Int32
    let greeting: String
    let handler: StubServer.Handler
    let count = Atomic<Int>(0)

    init(listener: Int32, greeting: String, handler: @escaping StubServer.Handler) {
        self.listener = listener
        self.greeting = greeting
        self.handler = handler
    }

    func run() {
        while true {
            let descriptor = accept(listener, nil, nil)
            if descriptor < 0 { break }
            count.add(1, ordering: .relaxed)
            let connection = StubConnection(descriptor: descriptor)
            startThread { [greeting, handler] in
                connection.write(greeting)
                while let request = connection.readRequest(), handler(connection, request) {}
                connection.close()
            }
        }
        Glibc.close(listener)
    }
}

/// One accepted connection; used by its own thread only.
final class StubConnection: @unchecked Sendable {
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    func close() {
        Glibc.close(descriptor)
    }

    /// Writes everything; false when the peer is gone.
    @discardableResult
    func write(_ bytes: some Collection<UInt8>) -> Bool {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    @discardableResult
    func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    /// Answers with a status and a body of known length.
    func answer(_ status: String = "200 OK", headers: [String] = [], body: some Collection<UInt8> = [UInt8]()) {
        let lines = ["HTTP/1.1 \(status)"] + headers + ["Content-Length: \(body.count)", "", ""]
        write(Array(lines.joined(separator: "\r\n").utf8) + body)
    }

    /// Blocks until the peer closed its side.
    func waitUntilClosed() {
        while let piece = receive(), !piece.isEmpty {}
    }

    /// Exactly so many bytes, or fewer at the end.
    func read(_ count: Int) -> [UInt8] {
        while buffer.count < count, let piece = receive(), !piece.isEmpty { buffer += piece }
        defer { buffer.removeFirst(min(count, buffer.count)) }
        return Array(buffer.prefix(count))
    }

    func readRequest() -> StubRequest? {
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            let next = read(1)
            if next.isEmpty { return nil }
            head += next
        }
        var lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n").map(String.init)
        let words = lines.removeFirst().split(separator: " ").map(String.init)
        var request = StubRequest(method: words[0], target: words[1])
        for line in lines {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            request.headers[line[..<colon].lowercased()] = String(value)
        }
        request.body = read(request.headers["content-length"].flatMap { Int($0) } ?? 0)
        return request
    }

    private func receive() -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return count < 0 ? nil : Array(bytes.prefix(count))
    }
}

private func bindLoopback(_ descriptor: Int32) -> Bool {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
    }
}

private func bindUnix(_ descriptor: Int32, _ path: String) -> Bool {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
    return withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
        }
    }
}

private func boundPort(_ descriptor: Int32) -> Int {
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    return Int(UInt16(bigEndian: address.sin_port))
}

private func startThread(_ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let box = Unmanaged.passRetained(Box(body)).toOpaque()
    let code = pthread_create(
        &thread, nil,
        { argument in
            if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
            return nil
        }, box)
    if code == 0 { pthread_detach(thread) }
}
