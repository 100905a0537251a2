/// A request that must not be taken, with the status it is answered with.
public struct MalformedRequest: Sendable, CustomStringConvertible {
    public let name: String
    public let text: String
    public var status = 400

    public var description: String { name }

    /// What follows and must not be taken for a request of its own.
    public static let smuggled = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
    private static let line = "POST /put HTTP/1.1\r\nHost: x\r\n"

    public static let all: [MalformedRequest] = framing + chunks + syntax + targets

    private static let framing: [MalformedRequest] = [
        .init(
            name: "length and coding", text: line + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        .init(
            name: "coding and length", text: line + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
        .init(name: "lengths 0 and 5", text: line + "Content-Length: 0\r\nContent-Length: 5\r\n\r\nabcde"),
        .init(name: "lengths 5 and 0", text: line + "Content-Length: 5\r\nContent-Length: 0\r\n\r\nabcde"),
        .init(name: "equal lengths", text: line + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nabcde"),
        .init(name: "list of lengths", text: line + "Content-Length: 5, 5\r\n\r\nabcde"),
        .init(name: "length -1", text: line + "Content-Length: -1\r\n\r\n"),
        .init(name: "length +5", text: line + "Content-Length: +5\r\n\r\nabcde"),
        .init(name: "length 0x5", text: line + "Content-Length: 0x5\r\n\r\nabcde"),
        .init(name: "length 5abc", text: line + "Content-Length: 5abc\r\n\r\nabcde"),
        .init(name: "empty length", text: line + "Content-Length:\r\n\r\n"),
        .init(name: "length over 64 bits", text: line + "Content-Length: 18446744073709551617\r\n\r\n"),
        .init(name: "coding xchunked", text: line + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        .init(name: "coding gzip, chunked", text: line + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        .init(name: "coding chunked, identity", text: line + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
        .init(
            name: "coding twice",
            text: line + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        .init(name: "coding with blank before colon", text: line + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
        .init(
            name: "coding in HTTP/1.0",
            text: "POST /put HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ]

    private static let chunked = line + "Transfer-Encoding: chunked\r\n\r\n"

    private static let chunks: [MalformedRequest] = [
        .init(name: "chunk size -1", text: chunked + "-1\r\nabc\r\n0\r\n\r\n"),
        .init(name: "chunk size 0x3", text: chunked + "0x3\r\nabc\r\n0\r\n\r\n"),
        .init(name: "chunk size over 64 bits", text: chunked + "fffffffffffffffff\r\nabc\r\n0\r\n\r\n"),
        .init(name: "chunk longer than its size", text: chunked + "3\r\nabcd\r\n0\r\n\r\n"),
        .init(name: "chunk without size", text: chunked + "\r\nabc\r\n0\r\n\r\n"),
        .init(name: "chunk with bare LF", text: chunked + "3\nabc\n0\n\n\r\n\r\n"),
        .init(
            name: "endless chunk extension",
            text: chunked + "3;" + String(repeating: "a", count: 200_000)),
        .init(
            name: "endless trailer",
            text: chunked + "0\r\n" + String(repeating: "X-A: b\r\n", count: 20_000)),
    ]

    private static let syntax: [MalformedRequest] = [
        .init(name: "bare LF in header", text: "GET / HTTP/1.1\r\nHost: x\nX-A: b\r\n\r\n"),
        .init(name: "bare LF only", text: "GET / HTTP/1.1\nHost: x\n\n"),
        .init(name: "bare CR in value", text: "GET / HTTP/1.1\r\nHost: x\r\nX-A: b\rc\r\n\r\n"),
        .init(name: "folded line", text: "GET / HTTP/1.1\r\nHost: x\r\nX-A: b\r\n c\r\n\r\n"),
        .init(name: "folded line with tab", text: "GET / HTTP/1.1\r\nHost: x\r\nX-A: b\r\n\tc\r\n\r\n"),
        .init(name: "blank before first field", text: "GET / HTTP/1.1\r\n Host: x\r\n\r\n"),
        .init(name: "NUL in value", text: "GET / HTTP/1.1\r\nHost: x\r\nX-A: b\0c\r\n\r\n"),
        .init(name: "control character in value", text: "GET / HTTP/1.1\r\nHost: x\r\nX-A: b\u{1}c\r\n\r\n"),
        .init(name: "DEL in value", text: "GET / HTTP/1.1\r\nHost: x\r\nX-A: b\u{7f}c\r\n\r\n"),
        .init(name: "NUL in name", text: "GET / HTTP/1.1\r\nHost: x\r\nX\0A: b\r\n\r\n"),
        .init(name: "field without colon", text: "GET / HTTP/1.1\r\nHost: x\r\nX-A\r\n\r\n"),
        .init(name: "field without name", text: "GET / HTTP/1.1\r\nHost: x\r\n: b\r\n\r\n"),
        .init(name: "no Host", text: "GET / HTTP/1.1\r\nX-A: b\r\n\r\n"),
        .init(name: "two Hosts", text: "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n"),
        .init(name: "Host with blank", text: "GET / HTTP/1.1\r\nHost: x y\r\n\r\n"),
        .init(name: "Host with path", text: "GET / HTTP/1.1\r\nHost: x/y\r\n\r\n"),
        .init(
            name: "unknown expectation", text: line + "Content-Length: 5\r\nExpect: the-best\r\n\r\nabcde", status: 417),
        .init(
            name: "too many fields",
            text: "GET / HTTP/1.1\r\nHost: x\r\n" + String(repeating: "A: b\r\n", count: 300) + "\r\n", status: 431),
    ]

    private static let targets: [MalformedRequest] = [
        .init(name: "HTTP/9.9", text: "GET / HTTP/9.9\r\nHost: x\r\n\r\n"),
        .init(name: "HTTP/1.1x", text: "GET / HTTP/1.1x\r\nHost: x\r\n\r\n"),
        .init(name: "HTTP/2.0 preface", text: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        .init(name: "HTTP/0.9", text: "GET /\r\n\r\n"),
        .init(name: "junk", text: "\u{16}\u{3}\u{1}\u{2}"),
        .init(name: "method with a colon", text: "G:T / HTTP/1.1\r\nHost: x\r\n\r\n"),
        .init(name: "two blanks", text: "GET  / HTTP/1.1\r\nHost: x\r\n\r\n"),
        .init(name: "target without slash", text: "GET x HTTP/1.1\r\nHost: x\r\n\r\n"),
        .init(name: "star for GET", text: "GET * HTTP/1.1\r\nHost: x\r\n\r\n"),
        .init(name: "CONNECT", text: "CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n"),
        .init(name: "fragment", text: "GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n"),
        .init(name: "non-ASCII target", text: "GET /ä HTTP/1.1\r\nHost: x\r\n\r\n"),
        .init(name: "broken percent-encoding", text: "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n"),
        .init(name: "encoded NUL", text: "GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n"),
        .init(name: "query that is no UTF-8", text: "GET /?a=%ff HTTP/1.1\r\nHost: x\r\n\r\n"),
    ]
}
