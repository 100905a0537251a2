import BacalhauCore
import BacalhauHTTPClient
import Synchronization
import Testing

/// A request that must not be taken, with the status it is answered with.
struct MalformedRequest: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    var status = 400

    var testDescription: String { name }

    static let smuggled = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
    private static let line = "POST /put HTTP/1.1\r\nHost: x\r\n"

    static let all: [MalformedRequest] = framing + chunks + syntax + targets

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

struct MalformedRequestTests {
    @Test(arguments: MalformedRequest.all)
    func malformedRequestIsRefusedAndNothingBehindItIsRead(_ malformed: MalformedRequest) async throws {
        let seen = Flag()
        let answer = try await withServer(
            handler: { request in
                seen.set()
                return await describe(request)
            },
            client: { port in
                let client = try RawClient(port: port)
                try client.send(malformed.text + MalformedRequest.smuggled)
                return try client.readToEnd()
            })
        let lines = String(decoding: answer, as: UTF8.self).split(separator: "\r\n")
        #expect(lines.filter { $0.hasPrefix("HTTP/1.1") }.count == 1)
        #expect(lines.first?.hasPrefix("HTTP/1.1 \(malformed.status) ") == true)
        #expect(lines.contains("Connection: close"))
        #expect(!seen.isSet)
    }

    @Test
    func unusualButLegalRequestsAreTaken() async throws {
        let requests = [
            "\r\nPOST /a HTTP/1.1\r\nHost:\r\nX-a: b\r\nContent-Length: 3\r\n\r\nabc",
            "POST /b HTTP/1.1\r\nhOST: [::1]:80\r\ntransfer-encoding: Chunked\r\n\r\n3;x=y\r\nabc\r\n00\r\nHost: z\r\n\r\n",
            "GET http://x/c?d HTTP/1.1\r\nHost: x\r\n\r\n",
            "JUNK /%C3%A4+%20e HTTP/1.1\r\nHost: x\r\nX-Obs: \u{e4}\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
        ]
        let answers = try await withServer(handler: describe) { port in
            let client = try RawClient(port: port)
            return try requests.map { request in
                try client.send(request)
                return try client.readResponse().text
            }
        }
        #expect(answers == ["POST /a 3", "POST /b 3", "GET /c 0", "JUNK /ä+ e 0", "OPTIONS * 0"])
    }

    @Test
    func trailerDoesNotPassForHeaderField() async throws {
        let answer = try await withServer(
            handler: { request in
                let value = request.headers["X-Role"] ?? "none"
                return HTTPResponse(status: 200, body: .bytes(Array(value.utf8)))
            },
            client: { port in
                let client = try RawClient(port: port)
                try client.send(
                    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Role: admin\r\n\r\n")
                return try client.readResponse().text
            })
        #expect(answer == "none")
    }
}

/// Set once, from any thread.
final class Flag: Sendable {
    private let value = Mutex(false)

    var isSet: Bool { value.withLock { $0 } }

    func set() {
        value.withLock { $0 = true }
    }
}
