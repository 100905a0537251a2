import BacalhauArchive
import BacalhauCrypto
import BacalhauFiles
import BacalhauHTTPClient
import BacalhauModel
import Glibc
import Testing

@testable import BacalhauCore

struct LocalPublisherTests {
    private let folder = ScratchFolder()
    private let id = ExecutionID(rawValue: "e-1")

    private func publish(_ host: String = "127.0.0.1", port: UInt16 = 6001, id: ExecutionID? = nil) async throws
        -> String
    {
        folder.makeFolder("results")
        folder.write("results/stdout", "hello")
        let publisher = LocalPublisher(store: try ResultStore(directory: folder.at("store")), host: host, port: port)
        let result = try await publisher.publish(
            folder.at("results"), of: id ?? self.id, job: JobID(rawValue: "j"), to: Publisher(type: "local"))
        #expect(result.type == "urlDownload")
        return result.params["URL"]?.string ?? ""
    }

    @Test func addressesFollowWhatIsSpokenThere() async throws {
        folder.makeFolder("results")
        let publisher = LocalPublisher(
            store: try ResultStore(directory: folder.at("store")), host: "results.example", port: 6001, usesTLS: true)
        let result = try await publisher.publish(
            folder.at("results"), of: id, job: JobID(rawValue: "j"), to: Publisher(type: "local"))
        #expect(result.params["URL"]?.string?.hasPrefix("https://results.example:6001/") == true)
    }

    private func respond(
        _ url: String, method: String = "GET", _ headers: [(name: String, value: String)] = []
    ) throws -> HTTPResponse {
        let path = DownloadName.path(of: url)
        return LocalResultServer(store: try ResultStore(directory: folder.at("store"))).respond(
            to: try HTTPRequest(
                method: method, target: path,
                headers: HTTPHeaders(headers.map { HTTPHeaders.Field(name: $0.name, value: $0.value) })))
    }

    private func header(_ response: HTTPResponse, _ name: String) -> String? {
        response.headers[name]
    }

    @Test func resultsAreServedAtTheirAddressAlsoAfterARestart() async throws {
        let url = try await publish()
        #expect(url.hasPrefix("http://127.0.0.1:6001/"))
        #expect(url.hasSuffix("/e-1.tar.gz"))
        let archive = try #require(folder.read("store/e-1.tar.gz"))
        let response = try respond(url)
        #expect(response.status == 200)
        guard case .file(let path, 0, Int(archive.count)) = response.body else {
            Issue.record("not a whole file")
            return
        }
        #expect(path == folder.at("store/e-1.tar.gz"))
        #expect(header(response, "ETag") == "\"\(SHA256.hexDigest(of: archive))\"")
        #expect(header(response, "Digest") == "sha-256=\(Base64.encode(SHA256.hash(archive)))")
    }

    @Test func theArchiveHoldsTheResultsFolder() async throws {
        _ = try await publish()
        folder.makeFolder("out")
        _ = try await TarGzip.unpack(folder.at("store/e-1.tar.gz"), into: folder.at("out"))
        #expect(folder.text("out/stdout") == "hello")
    }

    @Test func everythingElseIsNotFound() async throws {
        let url = try await publish()
        let token = url.split(separator: "/")[2]
        let wrong = String(repeating: "0", count: token.count)
        for path in [
            "/", "/\(token)", "/\(token)/", "/\(token)/e-2.tar.gz", "/\(wrong)/e-1.tar.gz", "/e-1.tar.gz",
            "//e-1.tar.gz",
            "/\(token)/../.secret", "/\(token)/e-1.tar.gz.sha256", "/\(token)/.secret", "/\(token)/x/e-1.tar.gz",
            "/\(token)/e-1.tar.gz/", "/\(token.dropLast())/e-1.tar.gz",
        ] {
            let response = try respond("http://h\(path)")
            #expect(response.status == 404, "\(path)")
            guard case .bytes(let body) = response.body else {
                Issue.record("a body that is no text at \(path)")
                continue
            }
            #expect(body == Array("not found\n".utf8))
        }
        #expect(try respond(url, method: "DELETE").status == 405)
    }

    @Test func whoHasTheTokenOfRemovedResultsLearnsThatTheyAreGone() async throws {
        let url = try await publish()
        try ResultStore(directory: folder.at("store")).remove(id)
        let response = try respond(url)
        #expect(response.status == 404)
        guard case .bytes(let body) = response.body else {
            Issue.record("no text")
            return
        }
        let expected =
            "the results of execution e-1 are not kept here any more: they are deleted after a time "
            + "(--result-retention-age of the node)\n"
        #expect(String(decoding: body, as: UTF8.self) == expected)
    }

    @Test func tokensOfOtherNodesAreWorthNothing() async throws {
        let url = try await publish()
        #expect(try respond(url).status == 200)
        unlink(folder.at("store/.secret"))
        #expect(try respond(url).status == 404)
        #expect(FileStatus(folder.at("store/.secret"))?.mode == 0o600)
    }

    @Test(arguments: [
        ("bytes=0-9", ByteRange.Answer.part(offset: 0, length: 10)), ("bytes=90-", .part(offset: 90, length: 10)),
        ("bytes=90-500", .part(offset: 90, length: 10)), ("bytes=-5", .part(offset: 95, length: 5)),
        ("bytes=-500", .part(offset: 0, length: 100)), ("bytes=100-", .unsatisfiable), ("bytes=-0", .unsatisfiable),
        ("bytes=5-4", .whole), ("bytes=0-1,4-5", .whole), ("items=0-1", .whole), ("bytes=a-b", .whole),
        ("bytes=-", .whole),
        ("bytes=99999999999999999999-", .whole), ("bytes=+1-2", .whole),
    ])
    func rangesMeanThis(_ text: String, _ answer: ByteRange.Answer) {
        #expect(ByteRange.parse(text, size: 100) == answer)
    }

    @Test func aRangeIsServedOnlyOfTheArchiveThatWasMeant() async throws {
        let url = try await publish()
        let size = try #require(folder.read("store/e-1.tar.gz")).count
        let part = try respond(url, [("Range", "bytes=1-3")])
        #expect(part.status == 206)
        #expect(header(part, "Content-Range") == "bytes 1-3/\(size)")
        guard case .file(_, 1, 3) = part.body else {
            Issue.record("not the part")
            return
        }
        #expect(try respond(url, [("Range", "bytes=1-3"), ("If-Range", "\"other\"")]).status == 200)
        let tag = try #require(header(part, "ETag"))
        #expect(try respond(url, [("Range", "bytes=1-3"), ("If-Range", tag)]).status == 206)
        #expect(try respond(url, [("If-None-Match", "\"x\", \(tag)")]).status == 304)
        let beyond = try respond(url, [("Range", "bytes=\(size)-")])
        #expect(beyond.status == 416)
        #expect(header(beyond, "Content-Range") == "bytes */\(size)")
    }

    @Test func aRealClientFetchesTheWholeAndAPart() async throws {
        let path = folder.at("store")
        try await WebFixture { request in
            guard let store = try? ResultStore(directory: path) else { return HTTPResponse(status: 500) }
            return LocalResultServer(store: store).respond(to: request)
        }.run { base in
            let port = UInt16(base.split(separator: ":").last ?? "") ?? 0
            let url = try await publish(port: port)
            let client = HTTPClient()
            let archive = try #require(folder.read("store/e-1.tar.gz"))
            #expect(try await client.send(HTTPClientRequest(url: url)).body == archive)
            let part = HTTPClientRequest(url: url, headers: ["Range": "bytes=2-5"])
            #expect(try await client.send(part).body == Array(archive[2...5]))
            let head = try await client.send(HTTPClientRequest("HEAD", url: url))
            #expect(head.headers["Content-Length"] == "\(archive.count)")
            #expect(head.body == [])
        }
    }

    @Test func publishingAgainReplacesTheArchive() async throws {
        let first = try await publish()
        folder.write("results/more", "more")
        let second = try await publish()
        #expect(first == second)
        #expect(folder.names("store") == [".secret", "e-1.tar.gz", "e-1.tar.gz.sha256"])
        let archive = try #require(folder.read("store/e-1.tar.gz"))
        #expect(folder.text("store/e-1.tar.gz.sha256") == SHA256.hexDigest(of: archive))
    }

    @Test func whatAnEarlierProcessLeftHalfDoneIsRemoved() throws {
        folder.makeFolder("store")
        folder.write("store/e-1.tar.gz.123.tmp", "half")
        _ = try ResultStore(directory: folder.at("store"))
        #expect(folder.names("store") == [".secret"])
    }

    @Test func oldAndSurplusResultsAreRemoved() async throws {
        for (index, name) in ["e-1", "e-2", "e-3"].enumerated() {
            _ = try await publish(id: ExecutionID(rawValue: name))
            let time = timespec(tv_sec: 100 * (index + 1), tv_nsec: 0)
            utimensat(AT_FDCWD, folder.at("store/\(name).tar.gz"), [time, time], 0)
        }
        let store = try ResultStore(directory: folder.at("store"))
        let now = Timestamp(nanoseconds: 400 * 1_000_000_000)
        #expect(try await store.sweep(ResultRetention(), at: now) == [])
        #expect(
            try await store.sweep(ResultRetention(ageMax: .seconds(250)), at: now) == [ExecutionID(rawValue: "e-1")])
        let size = UInt64(try #require(folder.read("store/e-3.tar.gz")).count)
        #expect(
            try await store.sweep(ResultRetention(bytesMax: size), at: now) == [ExecutionID(rawValue: "e-2")])
        #expect(folder.names("store") == [".secret", "e-3.tar.gz", "e-3.tar.gz.sha256"])
    }

    @Test(arguments: [
        ("public", "203.1.2.3"), ("private", "10.0.0.5"), ("localhost", "127.0.0.1"), ("loopback", "127.0.0.1"),
        ("Local", "127.0.0.1"), ("linklocal", "169.254.1.1"), ("any", "127.0.0.1"), ("multicast", "127.0.0.1"),
        ("node.example", "node.example"), ("192.0.2.9", "192.0.2.9"), ("fd00::1", "fd00::1"),
    ])
    func wordsStandForAddressesOfTheMachine(_ word: String, _ address: String) {
        let machine = ["127.0.0.1", "::1", "fe80::1", "169.254.1.1", "fd00::7", "10.0.0.5", "203.1.2.3"]
        #expect(HostAddress.resolve(word, addresses: { machine }) == address)
    }

    @Test func addressesOfVersion6StandInBrackets() async throws {
        #expect(try await publish("fd00::1").hasPrefix("http://[fd00::1]:6001/"))
    }
}
