import BacalhauCore
import BacalhauHTTPClient
import BacalhauTestSupport
import Synchronization
import Testing

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
