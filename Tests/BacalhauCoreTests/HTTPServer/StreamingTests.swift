import BacalhauHTTPClient
import BacalhauTestSupport
import Glibc
import Synchronization
import Testing

@testable import BacalhauCore

struct StreamingTests {
    private static let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

    private func exchange(
        _ request: String = get, hasBody: Bool = true, body: HTTPResponse.Body
    ) async throws -> RawResponse {
        try await withServer(
            handler: { _ in HTTPResponse(status: 200, body: body) },
            client: { port in
                let client = try RawClient(port: port)
                try client.send(request)
                return try client.readResponse(hasBody: hasBody)
            })
    }

    @Test
    func bodyOfUnknownLengthIsChunked() async throws {
        let answer = try await exchange(
            body: .stream(contentLength: nil) { writer in
                for piece in ["ab", "", "c"] { try await writer.write(Array(piece.utf8)) }
            })
        #expect(answer.headers["transfer-encoding"] == "chunked")
        #expect(answer.headers["content-length"] == nil)
        #expect(answer.text == "abc")
    }

    @Test
    func bodyOfKnownLengthIsNotChunked() async throws {
        let answer = try await exchange(
            body: .stream(contentLength: 3) { writer in
                try await writer.write(Array("ab".utf8))
                try await writer.write(Array("c".utf8))
            })
        #expect(answer.headers["transfer-encoding"] == nil)
        #expect(answer.headers["content-length"] == "3")
        #expect(answer.text == "abc")
    }

    @Test
    func bodyForHTTP10EndsWithTheConnection() async throws {
        let answer = try await exchange(
            "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            body: .stream(contentLength: nil) { writer in try await writer.write(Array("abc".utf8)) })
        #expect(answer.headers["transfer-encoding"] == nil)
        #expect(answer.headers["connection"] == "close")
        #expect(answer.text == "abc")
    }

    @Test
    func headDoesNotRunTheWriter() async throws {
        let isWritten = Flag()
        let answer = try await exchange(
            "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", hasBody: false,
            body: .stream(contentLength: 3) { _ in isWritten.set() })
        #expect(answer.headers["content-length"] == "3")
        #expect(!isWritten.isSet)
    }

    @Test
    func connectionServesAnotherRequestAfterAStream() async throws {
        let answers = try await withServer(
            handler: { request in
                HTTPResponse(
                    status: 200,
                    body: .stream(contentLength: nil) { writer in try await writer.write(Array(request.path.utf8)) })
            },
            client: { port in
                let client = try RawClient(port: port)
                try client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n")
                return [try client.readResponse().text, try client.readResponse().text]
            })
        #expect(answers == ["/a", "/b"])
    }

    /// How a stream goes wrong: promised length, bytes written, whether the writer throws.
    @Test(arguments: [(3, 2, false), (3, 4, false), (nil, 2, true), (3, 2, true)] as [(Int?, Int, Bool)])
    func brokenStreamIsSeenAsBroken(promised: Int?, written: Int, isFailing: Bool) async throws {
        struct Broken: Error {}
        await #expect(throws: RawClient.Failure.closed) {
            try await exchange(
                body: .stream(contentLength: promised) { writer in
                    try await writer.write([UInt8](repeating: 65, count: written))
                    if isFailing { throw Broken() }
                })
        }
    }

    @Test
    func slowReaderSuspendsTheWriter() async throws {
        let total = 64 * 1024 * 1024
        let piece = 100_000
        let most = Mutex(0)
        let count = try await withServer(
            handler: { _ in
                HTTPResponse(
                    status: 200,
                    body: .stream(contentLength: nil) { writer in
                        for _ in 0..<(total / piece) {
                            try await writer.write([UInt8](repeating: 65, count: piece))
                            let outstanding = writer.outstandingBytes
                            most.withLock { $0 = max($0, outstanding) }
                        }
                    })
            },
            client: { port in
                let client = try RawClient(port: port, receiveBuffer: 4096)
                try client.send(Self.get)
                return try client.readResponse().body.count
            })
        #expect(count == total / piece * piece)
        #expect(most.withLock { $0 } <= HTTPExchange.highWater)
    }

    @Test
    func onePieceLargerThanTheCreditIsSent() async throws {
        let answer = try await exchange(
            body: .stream(contentLength: nil) { writer in
                try await writer.write([UInt8](repeating: 65, count: 5_000_000))
            })
        #expect(answer.body.count == 5_000_000)
    }

    @Test
    func writerFailsWhenTheClientHasGone() async throws {
        let failure = Mutex<(any Error)?>(nil)
        try await withServer(
            handler: { _ in
                HTTPResponse(
                    status: 200,
                    body: .stream(contentLength: nil) { writer in
                        do {
                            while true { try await writer.write([UInt8](repeating: 65, count: 100_000)) }
                        } catch {
                            failure.withLock { $0 = error }
                        }
                    })
            },
            client: { port in
                let client = try RawClient(port: port, receiveBuffer: 4096)
                try client.send(Self.get)
                _ = try client.readHead()
            })
        #expect(failure.withLock { $0 as? HTTPServerError } == .connectionClosed)
    }

    @Test
    func handlerIsCancelledWhenItsClientHasGone() async throws {
        let started = Event()
        let cancelled = Event()
        try await withServer(
            handler: { _ in
                started.happen()
                await withTaskCancellationHandler {
                    await cancelled.wait()
                } onCancel: {
                    cancelled.happen()
                }
                return HTTPResponse(status: 200)
            },
            client: { port in
                let client = try RawClient(port: port)
                try client.send(Self.get)
                #expect(started.block())
                client.disconnect()
                #expect(cancelled.block())
            })
    }
}

struct FileResponseTests {
    /// A file with the bytes 0, 1, 2 ... 255 over and over, removed at the end.
    private func withFile<Result>(size: Int, _ body: (String) async throws -> Result) async throws -> Result {
        var path = Array("/tmp/http-server-test-XXXXXX".utf8CString)
        let file = mkstemp(&path)
        try #require(file >= 0)
        let name = String(decoding: path.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer {
            close(file)
            unlink(name)
        }
        let bytes = Self.content(size: size)
        #expect(write(file, bytes, bytes.count) == bytes.count)
        return try await body(name)
    }

    private static func content(size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: $0) }
    }

    private func answer(_ method: String = "GET", path: String, offset: Int, length: Int) async throws -> RawResponse {
        try await withServer(
            handler: { _ in HTTPResponse(status: 200, body: .file(path: path, offset: offset, length: length)) },
            client: { port in
                let client = try RawClient(port: port)
                try client.send("\(method) / HTTP/1.1\r\nHost: x\r\n\r\n")
                return try client.readResponse(hasBody: method != "HEAD")
            })
    }

    @Test(arguments: [(0, 300_000), (1000, 9), (300_000, 0), (299_999, 1)])
    func regionOfAFileIsSent(offset: Int, length: Int) async throws {
        try await withFile(size: 300_000) { path in
            let answer = try await answer(path: path, offset: offset, length: length)
            #expect(answer.headers["content-length"] == "\(length)")
            #expect(answer.body == Array(Self.content(size: 300_000)[offset..<(offset + length)]))
        }
    }

    @Test
    func headOfAFileHasItsLength() async throws {
        try await withFile(size: 10) { path in
            let answer = try await answer("HEAD", path: path, offset: 0, length: 10)
            #expect(answer.headers["content-length"] == "10")
        }
    }

    @Test(arguments: [(0, 11), (11, 0), (-1, 1), (0, -1), (5, Int.max)])
    func regionOutsideTheFileIsAnError(offset: Int, length: Int) async throws {
        try await withFile(size: 10) { path in
            let answer = try await answer(path: path, offset: offset, length: length)
            #expect(answer.status == 500)
        }
    }

    @Test(arguments: ["/nonexistent/file", "/tmp", "/dev/zero"])
    func whatIsNoFileIsAnError(path: String) async throws {
        #expect(try await answer(path: path, offset: 0, length: 0).status == 500)
    }
}
