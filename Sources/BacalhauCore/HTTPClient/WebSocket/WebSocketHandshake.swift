internal import BacalhauCrypto

#if canImport(FoundationEssentials)
    private import FoundationEssentials
#else
    private import Foundation
#endif

/// The opening handshake of a WebSocket: the request, and what its answer means (RFC 6455, 4.1).
struct WebSocketHandshake: Sendable {
    /// The largest head, and the largest part of a refusal's body that is kept.
    static let maximumBytes = 64 << 10

    /// What the bytes so far amount to.
    enum Step {
        case more
        /// The connection is open; the rest belongs to frames already.
        case opened(headerBlock: [UInt8], rest: [UInt8])
        case failed(HTTPClientError)
    }

    let host: String
    let request: [UInt8]
    private let expectedAccept: String
    private let offersProtocol: Bool
    private var bytes: [UInt8] = []

    /// - Parameters:
    ///   - url: the http or https form of the address, already checked.
    ///   - key: 16 random bytes.
    init(url: String, headers: HTTPHeaders, userAgent: String, key: [UInt8]) {
        host = hostName(of: url)
        let key = Data(key).base64EncodedString()
        let accept = SHA1.hash("\(key)258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8)
        expectedAccept = Data(accept).base64EncodedString()
        offersProtocol = headers["Sec-WebSocket-Protocol"] != nil
        var lines = ["GET \(Self.target(of: url)) HTTP/1.1"]
        if headers["Host"] == nil { lines.append("Host: \(host)") }
        if headers["User-Agent"] == nil { lines.append("User-Agent: \(userAgent)") }
        lines += [
            "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: \(key)",
        ]
        lines += headers.fields.map { "\($0.name): \($0.value)" }
        request = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    /// Takes bytes of the answer.
    /// - Parameter isEnd: the server closed the connection behind them.
    mutating func receive(_ piece: UnsafeRawBufferPointer, isEnd: Bool) -> Step {
        bytes.append(contentsOf: piece)
        while let headEnd = endOfHead() {
            let head = Array(bytes[..<headEnd])
            guard let status = Self.status(of: head) else { return violation("an answer that is not HTTP") }
            let lineEnd = head.firstIndex(of: UInt8(ascii: "\n")) ?? head.count - 1
            let block = Array(head[(lineEnd + 1)...])
            let rest = Array(bytes[headEnd...])
            if status == 101 { return opened(block, rest) }
            if status >= 200 { return refused(status, HTTPHeaders(parsing: block), rest, isEnd) }
            bytes = rest
        }
        if bytes.count > Self.maximumBytes { return violation("a head of more than \(Self.maximumBytes) bytes") }
        return isEnd ? .failed(.interrupted(host: host, detail: "closed during the handshake")) : .more
    }

    private func opened(_ block: [UInt8], _ rest: [UInt8]) -> Step {
        let headers = HTTPHeaders(parsing: block)
        guard headers["Upgrade"]?.lowercased() == "websocket",
            headers.values(of: "Connection").contains(where: { $0.lowercased().contains("upgrade") })
        else { return violation("101 without an upgrade to websocket") }
        guard headers["Sec-WebSocket-Accept"] == expectedAccept else {
            return violation("a wrong Sec-WebSocket-Accept")
        }
        guard headers["Sec-WebSocket-Extensions"] == nil else { return violation("an extension nobody asked for") }
        guard offersProtocol || headers["Sec-WebSocket-Protocol"] == nil else {
            return violation("a subprotocol nobody asked for")
        }
        return .opened(headerBlock: block, rest: rest)
    }

    /// Waits for the body of a refusal, as it says why.
    private func refused(_ status: Int, _ headers: HTTPHeaders, _ rest: [UInt8], _ isEnd: Bool) -> Step {
        var body = rest
        var isComplete = isEnd || rest.count >= Self.maximumBytes
        if headers["Transfer-Encoding"]?.lowercased().contains("chunked") == true {
            let (decoded, isLast) = Self.dechunk(rest[...])
            body = decoded
            isComplete = isComplete || isLast
        } else if let length = headers["Content-Length"].flatMap({ Int($0) }) {
            isComplete = isComplete || rest.count >= length
            body = Array(rest.prefix(max(0, length)))
        }
        guard isComplete else { return .more }
        return .failed(
            .unexpectedStatus(status, body: String(decoding: body.prefix(Self.maximumBytes), as: UTF8.self)))
    }

    private func violation(_ detail: String) -> Step {
        .failed(.protocolViolation(host: host, detail: detail))
    }

    private func endOfHead() -> Int? {
        bytes.prefix(Self.maximumBytes).firstRange(of: Array("\r\n\r\n".utf8)).map(\.upperBound)
    }

    private static func status(of head: [UInt8]) -> Int? {
        guard head.starts(with: "HTTP/1.".utf8) else { return nil }
        return Int(String(decoding: head.dropFirst(9).prefix(3), as: UTF8.self))
    }

    /// The bytes of the chunks that are there, and whether the last chunk is among them.
    private static func dechunk(_ bytes: ArraySlice<UInt8>) -> ([UInt8], isLast: Bool) {
        var (body, rest) = ([UInt8](), bytes)
        while let lineEnd = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let digits = rest[..<lineEnd].prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: ";") }
            guard let size = Int(String(decoding: digits, as: UTF8.self), radix: 16), size > 0 else {
                return (body, true)
            }
            rest = rest[(lineEnd + 1)...]
            body += rest.prefix(size)
            guard rest.count >= size, rest.count - size >= 2 else { return (body, false) }
            rest = rest.dropFirst(size + 2)
        }
        return (body, false)
    }

    /// Path and query of a URL.
    private static func target(of url: String) -> String {
        let afterScheme = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
        let target = afterScheme.drop { $0 != "/" && $0 != "?" && $0 != "#" }.prefix { $0 != "#" }
        return target.first == "/" ? String(target) : "/\(target)"
    }
}
