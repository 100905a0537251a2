import BacalhauCrypto
import BacalhauHTTPClient
import Glibc
import Synchronization
import Testing

@Suite struct HTTPDownloadTests {
    private let content: [UInt8] = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 3) }

    /// Serves the content whole, or from an offset if asked and able.
    private func server(ranges: Bool = true) throws -> StubServer {
        try StubServer { [content] connection, request in
            let offset = request.headers["range"].flatMap { Int($0.dropFirst("bytes=".count).dropLast()) }
            if let offset, ranges, request.headers["if-range"] ?? "\"one\"" == "\"one\"" {
                let range = "Content-Range: bytes \(offset)-\(content.count - 1)/\(content.count)"
                connection.answer("206 Partial Content", headers: [range], body: content[offset...])
            } else {
                connection.answer(headers: ["ETag: \"one\""], body: content)
            }
            return true
        }
    }

    @Test func wholeFileWithDigestAndProgress() async throws {
        let (server, file) = (try server(), try TemporaryFile())
        let last = Mutex((0, 0))
        let options = HTTPDownloadOptions(limit: content.count, computesSHA256: true) { received, total in
            last.withLock { $0 = (received, total ?? -1) }
        }
        let download = try await HTTPClient().download(
            HTTPClientRequest(url: server.url("/")), toPath: file.path, options: options)
        #expect(download.size == content.count)
        #expect(download.receivedBytes == content.count)
        #expect(download.sha256 == SHA256.hexDigest(of: content))
        #expect(download.headers["etag"] == "\"one\"")
        #expect(try file.contents() == content)
        #expect(last.withLock { $0 } == (content.count, content.count))
    }

    @Test(arguments: [
        (true, "\"one\"", 600_000), (true, "\"two\"", 1_000_000), (false, "\"one\"", 1_000_000),
    ])
    func resumedFileIsWholeAgain(ranges: Bool, entityTag: String, received: Int) async throws {
        let (server, file) = (try server(ranges: ranges), try TemporaryFile(Array(content[..<450_000])))
        let options = HTTPDownloadOptions(resumeOffset: 400_000, entityTag: entityTag, computesSHA256: true)
        let download = try await HTTPClient().download(
            HTTPClientRequest(url: server.url("/")), toPath: file.path, options: options)
        #expect(download.size == content.count)
        #expect(download.receivedBytes == received)
        #expect(download.sha256 == SHA256.hexDigest(of: content))
        #expect(try file.contents() == content)
    }

    @Test func partialFileIsKept() async throws {
        let server = try StubServer { connection, _ in
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
            return false
        }
        let file = try TemporaryFile()
        let error = await #expect(throws: HTTPClientError.self) {
            try await HTTPClient().download(HTTPClientRequest(url: server.url("/")), toPath: file.path)
        }
        guard case .interrupted = error else {
            Issue.record("unexpected error \(String(describing: error))")
            return
        }
        #expect(try file.contents() == Array("half".utf8))
    }

    @Test(arguments: [true, false])
    func fileOverTheLimitIsNotWritten(announced: Bool) async throws {
        let server = try StubServer { connection, _ in
            let length = announced ? "Content-Length: 100\r\n" : ""
            connection.write("HTTP/1.1 200 OK\r\n\(length)\r\n\(String(repeating: "x", count: 100))")
            return false
        }
        let file = try TemporaryFile()
        await #expect(throws: HTTPClientError.tooLarge(limit: 99)) {
            try await HTTPClient().download(
                HTTPClientRequest(url: server.url("/")), toPath: file.path, options: HTTPDownloadOptions(limit: 99))
        }
        #expect(try file.contents().count <= 99)
    }

    @Test func otherStatusIsAnErrorWithItsText() async throws {
        let server = try StubServer { connection, _ in
            connection.answer("404 Not Found", body: "no such object".utf8)
            return true
        }
        let file = try TemporaryFile()
        await #expect(throws: HTTPClientError.unexpectedStatus(404, body: "no such object")) {
            try await HTTPClient().download(HTTPClientRequest(url: server.url("/")), toPath: file.path)
        }
    }

    @Test func wrongRangeIsRefused() async throws {
        let server = try StubServer { connection, _ in
            connection.answer("206 Partial Content", headers: ["Content-Range: bytes 0-3/4"], body: "abcd".utf8)
            return true
        }
        let file = try TemporaryFile(Array("ab".utf8))
        await #expect(
            throws: HTTPClientError.protocolViolation(
                host: "127.0.0.1:\(server.port)", detail: "sends range bytes 0-3/4, not from byte 2")
        ) {
            try await HTTPClient().download(
                HTTPClientRequest(url: server.url("/")), toPath: file.path,
                options: HTTPDownloadOptions(resumeOffset: 2))
        }
    }

    @Test func openDescriptorIsFilled() async throws {
        let (server, file) = (try server(), try TemporaryFile())
        let descriptor = open(file.path, O_RDWR)
        defer { close(descriptor) }
        _ = try await HTTPClient().download(HTTPClientRequest(url: server.url("/")), toDescriptor: descriptor)
        #expect(try file.contents() == content)
    }

    @Test func linkAsTargetIsRefused() async throws {
        let file = try TemporaryFile()
        let link = file.path + ".link"
        symlink(file.path, link)
        defer { unlink(link) }
        await #expect(throws: HTTPClientError.file(path: link, code: ELOOP)) {
            try await HTTPClient().download(HTTPClientRequest(url: "http://127.0.0.1:1/"), toPath: link)
        }
    }
}
