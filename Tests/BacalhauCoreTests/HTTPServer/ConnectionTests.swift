import BacalhauCore
import BacalhauHTTPClient
import BacalhauTestSupport
import Glibc
import Testing

struct ConnectionTests {
    @Test
    func connectionIsKeptForTheNextRequest() async throws {
        let answers = try await withServer(handler: describe) { port in
            let client = try RawClient(port: port)
            return try (0..<3).map { number in
                try client.send("GET /\(number) HTTP/1.1\r\nHost: x\r\n\r\n")
                return try client.readResponse().text
            }
        }
        #expect(answers == ["GET /0 0", "GET /1 0", "GET /2 0"])
    }

    @Test
    func pipelinedRequestsAreAnsweredInOrder() async throws {
        let requests = (0..<200).map { "POST /\($0) HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc" }
        let answers = try await withServer(handler: describe) { port in
            let client = try RawClient(port: port)
            try client.send(requests.joined())
            return try requests.map { _ in try client.readResponse().text }
        }
        #expect(answers == (0..<200).map { "POST /\($0) 3" })
    }

    @Test
    func requestSentByteByByteIsTaken() async throws {
        let answer = try await withServer(handler: describe) { port in
            let client = try RawClient(port: port)
            let request =
                "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
            for byte in request.utf8 { try client.send([byte]) }
            return try client.readResponse().text
        }
        #expect(answer == "POST /a 3")
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "close"),
        ("GET / HTTP/1.0\r\n\r\n", "close"),
    ])
    func connectionIsClosedWhenTheClientWantsIt(request: String, connection: String) async throws {
        let (answer, rest) = try await withServer(handler: describe) { port in
            let client = try RawClient(port: port)
            try client.send(request)
            return (try client.readResponse(), try client.readToEnd())
        }
        #expect(answer.headers["connection"] == connection)
        #expect(answer.text == "GET / 0")
        #expect(rest == [])
    }

    @Test
    func keepAliveOfHTTP10IsHonoured() async throws {
        let answers = try await withServer(handler: describe) { port in
            let client = try RawClient(port: port)
            return try (0..<2).map { _ in
                try client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                return try client.readResponse().headers["connection"]
            }
        }
        #expect(answers == ["keep-alive", "keep-alive"])
    }

    @Test
    func clientThatOnlyClosesItsSendingSideGetsItsReply() async throws {
        let answer = try await withServer(handler: describe) { port in
            let client = try RawClient(port: port)
            try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            client.finishSending()
            return try client.readResponse().text
        }
        #expect(answer == "GET / 0")
    }

    @Test
    func headIsAnsweredWithTheLengthButWithoutTheBody() async throws {
        let (head, next) = try await withServer(handler: describe) { port in
            let client = try RawClient(port: port)
            try client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n")
            return (try client.readResponse(hasBody: false), try client.readResponse())
        }
        #expect(head.headers["content-length"] == "8")
        #expect(next.text == "GET / 0")
    }

    @Test(arguments: [204, 304])
    func statusWithoutBodyHasNeitherLengthNorBody(status: Int) async throws {
        let (first, next) = try await withServer(
            handler: { _ in HTTPResponse(status: status, body: .bytes([1, 2, 3])) },
            client: { port in
                let client = try RawClient(port: port)
                try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n")
                return (try client.readResponse(), try client.readResponse())
            })
        #expect(first.status == status)
        #expect(first.headers["content-length"] == nil)
        #expect(next.status == status)
    }

    @Test
    func bodyIsAskedForWhenTheClientExpectsIt() async throws {
        let (interim, answer) = try await withServer(handler: describe) { port in
            let client = try RawClient(port: port)
            try client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
            let interim = try client.readResponse()
            try client.send("abc")
            return (interim, try client.readResponse())
        }
        #expect(interim == RawResponse(status: 100))
        #expect(answer.text == "PUT / 3")
    }

    @Test
    func bodyThatCameAlongIsNotAskedFor() async throws {
        let answer = try await withServer(handler: describe) { port in
            let client = try RawClient(port: port)
            try client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc")
            return try client.readResponse()
        }
        #expect(answer.status == 200)
    }

    @Test
    func handlerSeesTheWholeRequest() async throws {
        let answer = try await withServer(
            handler: { request in
                let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: ";")
                let fields = request.headers.values(of: "x-a").joined(separator: ";")
                let isLocal = request.remoteAddress.hasPrefix("127.0.0.1:")
                let text = "\(request.target) \(request.rawPath) \(request.path) \(query) \(fields) \(isLocal)"
                return HTTPResponse(status: 200, body: .bytes(Array(text.utf8)))
            },
            client: { port in
                let client = try RawClient(port: port)
                try client.send("GET /a%2fb?x=1&y=%26+z&x HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nx-a: 2\r\n\r\n")
                return try client.readResponse().text
            })
        #expect(answer == "/a%2fb?x=1&y=%26+z&x /a%2fb /a/b x=1;y=& z;x= 1;2 true")
    }

    /// The local port of a socket; `nil` for what is none.
    private static func localPort(of descriptor: Int32) -> Int? {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout.size(ofValue: address))
        let isSocket = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) == 0 }
        }
        return isSocket && address.sin_family == AF_INET ? Int(in_port_t(bigEndian: address.sin_port)) : nil
    }

    @Test
    func socketsAreNotLeftOpenInOtherPrograms() async throws {
        let flags = try await withServer(handler: describe) { port in
            let client = try RawClient(port: port)
            try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try client.readResponse()
            return (0..<4096).filter { Self.localPort(of: $0) == port }.map { fcntl($0, F_GETFD) }
        }
        // The listening one and the client's other end.
        #expect(flags == [FD_CLOEXEC, FD_CLOEXEC])
    }

    @Test
    func fieldsOfFramingAreTheServersOwn() async throws {
        let answer = try await withServer(
            handler: { _ in
                let headers: HTTPHeaders = [
                    "Content-Length": "99", "Transfer-Encoding": "gzip", "Connection": "close", "Date": "now",
                    "X-A": "b",
                ]
                return HTTPResponse(status: 200, headers: headers, body: .bytes([65]))
            },
            client: { port in
                let client = try RawClient(port: port)
                try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                return try client.readResponse()
            })
        #expect(answer.headers["content-length"] == "1")
        #expect(answer.headers["transfer-encoding"] == nil)
        #expect(answer.headers["connection"] == "close")
        #expect(answer.headers["date"]?.hasSuffix(" GMT") == true)
        #expect(answer.headers["x-a"] == "b")
    }

    @Test(arguments: [
        HTTPResponse(status: 200, headers: ["X-A": "b\r\nX-Role: admin"]),
        HTTPResponse(status: 200, headers: ["X A": "b"]),
        HTTPResponse(status: 101),
        HTTPResponse(status: 1000),
    ])
    func responseThatIsNoHTTPBecomesAnError(response: HTTPResponse) async throws {
        let answer = try await withServer(
            handler: { _ in response },
            client: { port in
                let client = try RawClient(port: port)
                try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                return try client.readResponse()
            })
        #expect(answer.status == 500)
        #expect(answer.headers["x-role"] == nil)
    }
}
