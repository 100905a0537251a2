import BacalhauCrypto
import Synchronization
import Testing

@testable import BacalhauHTTPClient

@Suite struct HTTPStreamTests {
    @Test func headComesBeforeTheBody() async throws {
        let (head, first) = (Flag(), Flag())
        let server = try StubServer { connection, _ in
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            head.block()
            connection.write("3\r\none\r\n")
            first.block()
            connection.write("3\r\ntwo\r\n0\r\nTrailer: x\r\n\r\n")
            return true
        }
        let response = try await HTTPClient().stream(HTTPClientRequest(url: server.url("/")))
        #expect(response.status == 200)
        head.raise()
        #expect(try await response.body.next() == Array("one".utf8))
        first.raise()
        #expect(try await response.body.next() == Array("two".utf8))
        #expect(try await response.body.next() == nil)
        #expect(try await response.body.next() == nil)
    }

    @Test func largeBodyArrivesUnchanged() async throws {
        let bytes: [UInt8] = (0..<(5 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
        let server = try StubServer { connection, _ in
            connection.answer(body: bytes)
            return true
        }
        let response = try await HTTPClient().stream(HTTPClientRequest(url: server.url("/")))
        var digest = SHA256()
        var largest = 0
        for try await piece in response.body {
            digest.update(piece)
            largest = max(largest, piece.count)
            await Task.yield()
        }
        #expect(digest.finalize() == SHA256.hash(bytes))
        #expect(largest < 2 * BodyChannel.highWater)
    }

    @Test func emptyAnswerHasAnEmptyBody() async throws {
        let server = try StubServer { connection, _ in
            connection.write("HTTP/1.1 204 No Content\r\n\r\n")
            return true
        }
        let response = try await HTTPClient().stream(HTTPClientRequest(url: server.url("/")))
        #expect(response.status == 204)
        #expect(try await response.body.collect(limit: 0) == [])
    }

    @Test func brokenBodyThrowsAfterItsBytes() async throws {
        let server = try StubServer { connection, _ in
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
            return false
        }
        let response = try await HTTPClient().stream(HTTPClientRequest(url: server.url("/")))
        #expect(try await response.body.next() == Array("half".utf8))
        let error = await #expect(throws: HTTPClientError.self) { try await response.body.next() }
        guard case .interrupted(host: "127.0.0.1:\(server.port)", _) = error else {
            Issue.record("unexpected error \(String(describing: error))")
            return
        }
    }

    @Test func droppingTheBodyClosesTheConnection() async throws {
        let gone = Flag()
        let server = try StubServer { connection, _ in
            connection.write("HTTP/1.1 200 OK\r\n\r\nendless")
            connection.waitUntilClosed()
            gone.raise()
            return false
        }
        let client = HTTPClient()
        do {
            let response = try await client.stream(HTTPClientRequest(url: server.url("/")))
            #expect(try await response.body.next() == Array("endless".utf8))
        }
        await gone.wait()
    }

    @Test func cancellingTheReaderClosesTheConnection() async throws {
        let (sent, gone) = (Flag(), Flag())
        let server = try StubServer { connection, _ in
            connection.write("HTTP/1.1 200 OK\r\n\r\nx")
            sent.raise()
            connection.waitUntilClosed()
            gone.raise()
            return false
        }
        let response = try await HTTPClient().stream(HTTPClientRequest(url: server.url("/")))
        let outcome = await withTaskGroup(of: HTTPClientError?.self) { group in
            group.addTask { await failure { while try await response.body.next() != nil {} } }
            await sent.wait()
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(outcome == .cancelled)
        await gone.wait()
        await #expect(throws: HTTPClientError.cancelled) { try await response.body.next() }
    }

    @Test func fullChannelPausesUntilItIsRead() async {
        let channel = BodyChannel()
        let piece = [UInt8](repeating: 1, count: BodyChannel.highWater)
        piece.withUnsafeBytes { buffer in
            #expect(channel.offer(buffer) == .accepted)
            #expect(channel.offer(buffer) == .full)
        }
        var resumed = 0
        #expect(await channel.next { resumed += 1 } == .success(piece))
        #expect(resumed == 1)
        channel.finish(nil)
        #expect(await channel.next { resumed += 1 } == .success(nil))
        #expect(resumed == 1)
    }
}
