import Glibc

/// A plain connection that reads as fast or as slowly as it is told to.
final class BenchSocket {
    private let descriptor: Int32

    /// - Parameter endpoint: `http://127.0.0.1:<port>`.
    init(endpoint: String) throws {
        guard let port = endpoint.split(separator: ":").last.flatMap({ UInt16($0) }) else {
            throw BenchNode.Failure(description: "no port in \(endpoint)")
        }
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard Self.withAddress(port: port, { connect(descriptor, $0, $1) }) == 0 else {
            close(descriptor)
            throw BenchNode.Failure(description: "cannot connect to \(endpoint)")
        }
    }

    deinit { close(descriptor) }

    /// Sends a GET request and reads the head of the answer.
    func get(_ path: String, headers: String = "") throws {
        let text = "GET \(path) HTTP/1.1\r\nHost: bench\r\n\(headers)\r\n"
        guard write(descriptor, text, text.utf8.count) == text.utf8.count else {
            throw BenchNode.Failure(description: "cannot send a request")
        }
        var head: [UInt8] = []
        while !head.reversed().starts(with: [10, 13, 10, 13]) {
            var byte: UInt8 = 0
            guard Glibc.read(descriptor, &byte, 1) == 1, head.count < 8192 else {
                throw BenchNode.Failure(description: "no answer to GET \(path)")
            }
            head.append(byte)
        }
        let status = String(decoding: head.prefix(12).suffix(3), as: UTF8.self)
        guard status == "200" || status == "101" else {
            throw BenchNode.Failure(description: "GET \(path) is answered with \(status)")
        }
    }

    /// Becomes a WebSocket.
    func follow(_ path: String) throws {
        try get(
            path,
            headers: "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")
    }

    /// Reads what is there, at most as much as the buffer takes; 0 at the end.
    func read(into bytes: inout [UInt8]) -> Int { Glibc.read(descriptor, &bytes, bytes.count) }

    /// A port that nobody listens on now.
    static func freePort() throws -> UInt16 {
        let probe = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(probe) }
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withAddress(port: 0) { bind(probe, $0, $1) } == 0
        let isKnown = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(probe, $0, &size) == 0 }
        }
        guard isBound, isKnown else { throw BenchNode.Failure(description: "no free port") }
        return UInt16(bigEndian: address.sin_port)
    }

    private static func withAddress<Result>(port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result)
        -> Result
    {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

/// Finds the end of a WebSocket's messages in what its server sends, and looks at nothing else.
struct FrameCounter {
    /// Bytes of messages.
    private(set) var payload = 0
    /// Whether the server has closed.
    private(set) var isClosed = false
    private var head: [UInt8] = []
    private var rest = 0

    mutating func take(_ bytes: ArraySlice<UInt8>) {
        var bytes = bytes
        while !bytes.isEmpty, !isClosed {
            if rest > 0 {
                let part = min(rest, bytes.count)
                rest -= part
                payload += part
                bytes = bytes.dropFirst(part)
                continue
            }
            head.append(bytes.removeFirst())
            guard head.count >= 2 else { continue }
            let length = Int(head[1] & 0x7F)
            let more = length == 126 ? 2 : length == 127 ? 8 : 0
            guard head.count == 2 + more else { continue }
            isClosed = head[0] & 0x0F == 8
            rest = more == 0 ? length : head.dropFirst(2).reduce(0) { $0 << 8 | Int($1) }
            head = []
        }
    }
}
