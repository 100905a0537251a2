import Glibc

/// A blocking TCP or TLS client that sends exactly the bytes it is told to. Everything it waits for ends after two
/// minutes.
public final class RawClient {
    public enum Failure: Error, Equatable {
        case system(call: String, code: Int32)
        case closed
        case malformedResponse
    }

    private var descriptor: Int32
    /// Speaks TLS on the descriptor.
    private let session: RawTLS?
    private var buffer: [UInt8] = []

    /// - Parameters:
    ///   - source: the last number of the address 127.0.0.x to connect from, over plain HTTP.
    ///   - usesTLS: takes any certificate.
    public init(port: Int, source: UInt8 = 1, receiveBuffer: Int32? = nil, usesTLS: Bool = false) throws {
        if usesTLS {
            let session = try RawTLS(port: port)
            self.session = session
            descriptor = session.descriptor
            return
        }
        session = nil
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure.system(call: "socket", code: errno) }
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout.size(ofValue: size)))
        }
        var limit = timeval(tv_sec: 120, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout.size(ofValue: limit)))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout.size(ofValue: limit)))
        guard RawClient.withAddress(source, port: 0, { bind(descriptor, $0, $1) }) == 0 else {
            throw Failure.system(call: "bind", code: errno)
        }
        guard RawClient.withAddress(1, port: in_port_t(port), { connect(descriptor, $0, $1) }) == 0 else {
            throw Failure.system(call: "connect", code: errno)
        }
    }

    private static func withAddress(
        _ last: UInt8, port: in_port_t, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = (UInt32(0x7f00_0000) | UInt32(last)).bigEndian
        let size = socklen_t(MemoryLayout.size(ofValue: address))
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, size) }
        }
    }

    deinit { disconnect() }

    public func disconnect() {
        if let session {
            session.close()
        } else if descriptor >= 0 {
            close(descriptor)
        }
        descriptor = -1
    }

    /// Tells the server that nothing more comes. Over TLS this is the bare end of the connection, without a word of TLS.
    public func finishSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Breaks the connection off, so that the server's next write or read fails.
    public func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout.size(ofValue: option)))
        disconnect()
    }

    public func send(_ text: String) throws {
        try send(Array(text.utf8))
    }

    public func send(_ bytes: [UInt8]) throws {
        if let session { return try session.send(bytes) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { throw Failure.system(call: "send", code: errno) }
            rest = rest.dropFirst(count)
        }
    }

    /// False at the end of the connection; a reset counts as one.
    @discardableResult
    private func fill() throws -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        if let session {
            let count = try session.receive(&chunk)
            buffer += chunk[..<count]
            return count > 0
        }
        let count = recv(descriptor, &chunk, chunk.count, 0)
        if count < 0 && errno == ECONNRESET { return false }
        guard count >= 0 else { throw Failure.system(call: "recv", code: errno) }
        buffer += chunk[..<count]
        return count > 0
    }

    public func read(count: Int) throws -> [UInt8] {
        while buffer.count < count {
            guard try fill() else { throw Failure.closed }
        }
        defer { buffer.removeFirst(count) }
        return Array(buffer[..<count])
    }

    private func readLine() throws -> String {
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                let line = buffer[..<end].filter { $0 != UInt8(ascii: "\r") }
                buffer.removeFirst(end + 1)
                return String(decoding: line, as: UTF8.self)
            }
            guard try fill() else { throw Failure.closed }
        }
    }

    /// Everything up to the end of the connection.
    public func readToEnd() throws -> [UInt8] {
        while try fill() {}
        defer { buffer = [] }
        return buffer
    }

    public func readHead() throws -> RawResponse {
        let words = try readLine().split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
            throw Failure.malformedResponse
        }
        var response = RawResponse(status: status)
        while true {
            let line = try readLine()
            if line.isEmpty { return response }
            guard let colon = line.firstIndex(of: ":") else { throw Failure.malformedResponse }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            response.headers[line[..<colon].lowercased()] = String(value)
        }
    }

    /// One response with its body; `hasBody` is false for the answer to HEAD.
    public func readResponse(hasBody: Bool = true) throws -> RawResponse {
        var response = try readHead()
        guard hasBody, response.status != 204, response.status != 304, response.status >= 200 else { return response }
        if response.headers["transfer-encoding"] == "chunked" {
            while true {
                guard let size = Int(try readLine(), radix: 16) else { throw Failure.malformedResponse }
                response.body += try read(count: size)
                guard try readLine().isEmpty else { throw Failure.malformedResponse }
                if size == 0 { return response }
            }
        } else if let length = response.headers["content-length"].flatMap({ Int($0) }) {
            response.body = try read(count: length)
        } else {
            response.body = try readToEnd()
        }
        return response
    }
}

/// A response as it came.
public struct RawResponse: Equatable, Sendable {
    public var status: Int
    /// By lower-case name.
    public var headers: [String: String] = [:]
    public var body: [UInt8] = []

    public init(status: Int) { self.status = status }

    public var text: String { String(decoding: body, as: UTF8.self) }
}
