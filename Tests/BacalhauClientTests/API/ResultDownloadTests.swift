import BacalhauArchive
import BacalhauCrypto
import BacalhauHTTPClient
import BacalhauModel
import FoundationEssentials
import Synchronization
import Testing

@testable import BacalhauClient

@Suite final class ResultDownloadTests: Sendable {
    private let folder: TemporaryFolder
    /// A server answers as long as it is referred to.
    private let servers = Mutex<[StubServer]>([])

    init() throws { folder = try TemporaryFolder() }

    /// Answers the list of results and the results themselves.
    private func client(_ texts: [(name: String, content: String)], headers: [String] = []) async throws -> (
        BacalhauClient, StubServer
    ) {
        let port = Mutex(0)
        var packed: [(name: String, content: [UInt8])] = []
        for text in texts { packed.append((text.name, try await content(of: text))) }
        let files = packed
        let server = try StubServer { connection, request in
            if request.target.hasSuffix("/results") {
                let items = files.map { file in
                    let url = "http://127.0.0.1:\(port.withLock { $0 })/\(file.name)?secret=1"
                    return #"{"Type":"urlDownload","Params":{"URL":"\#(url)"}}"#
                }
                connection.answer(body: #"{"NextToken":"","Items":[\#(items.joined(separator: ","))]}"#.utf8)
            } else if let file = files.first(where: { request.target.hasPrefix("/\($0.name)?") }) {
                connection.answer(headers: headers, body: file.content)
            } else {
                connection.answer("404 Not Found")
            }
            return true
        }
        port.withLock { $0 = server.port }
        servers.withLock { $0.append(server) }
        let connection = APIConnection(
            endpoint: server.url(""), options: .once)
        return (BacalhauClient(connection: connection), server)
    }

    /// Archives are written as text here, with one `path=content` a line.
    private func content(of text: (name: String, content: String)) async throws -> [UInt8] {
        guard text.name.hasSuffix(".tar.gz") else { return Array(text.content.utf8) }
        let (source, target) = (try TemporaryFolder(), try TemporaryFolder())
        for line in text.content.split(separator: "\n") {
            let pair = line.split(separator: "=", maxSplits: 1).map(String.init)
            try source.write(pair[0], pair[1])
        }
        _ = try await TarGzip.pack(source.path, to: target.path + "/archive")
        return Array(try Data(contentsOf: URL(filePath: target.path + "/archive")))
    }

    @Test func damagedArchiveIsNamed() async throws {
        let (client, _) = try await client([("e-1.tgz", "no archive")])
        let error = await problem { try await client.jobs.downloadResults(of: "j", into: folder.path) }
        #expect(error?.code == .io)
        #expect(error?.message.contains("_e-1.tgz") == true)
    }

    @Test func wantedPathStaysInTheResults() async throws {
        let (client, _) = try await client([("e-1.tar.gz", "stdout=15")])
        let error = await problem {
            try await client.jobs.downloadResults(of: "j", into: folder.path, options: .init(path: "../x"))
        }
        #expect(error?.code == .badRequest)
    }

    @Test func resultsAreUnpackedAndMergedWithoutLeftovers() async throws {
        let (client, server) = try await client([
            ("e-1.tar.gz", "stdout=15\nexitCode=0\noutputs/a/b.txt=x"), ("plain.csv", "1,2"),
        ])
        let report = try await client.jobs.downloadResults(of: "j", into: folder.path)
        #expect(report.results.last?.sizeBytes == 3)
        #expect(report.unsupported == [])
        #expect(
            try folder.files() == [
                "127.0.0.1_\(server.port)_plain.csv": "1,2", "exitCode": "0", "outputs/a/b.txt": "x", "stdout": "15",
            ])
    }

    @Test func rawResultsStayPacked() async throws {
        let (client, server) = try await client([("e-1.tar.gz", "stdout=15")])
        let report = try await client.jobs.downloadResults(of: "j", into: folder.path, options: .init(raw: true))
        #expect(try folder.files().keys.sorted() == ["raw/127.0.0.1_\(server.port)_e-1.tar.gz"])
        #expect(report.results.map(\.receivedBytes) == report.results.map(\.sizeBytes))
        let again = try await client.jobs.downloadResults(of: "j", into: folder.path, options: .init(raw: true))
        #expect(again.results.map(\.receivedBytes) == [0])
    }

    @Test func outputsOfSeveralExecutionsAreJoinedInOrder() async throws {
        let (client, _) = try await client([("e-1.tar.gz", "stdout=one\nx/1=a"), ("e-2.tar.gz", "stdout=two\nx/2=b")])
        _ = try await client.jobs.downloadResults(of: "j", into: folder.path)
        #expect(try folder.files() == ["stdout": "onetwo", "x/1": "a", "x/2": "b"])
    }

    @Test func nothingIsReplaced() async throws {
        let (client, _) = try await client([("e-1.tar.gz", "a=1\nstdout=15")])
        try folder.write("stdout", "mine")
        let error = await problem { try await client.jobs.downloadResults(of: "j", into: folder.path) }
        #expect(error?.code == .conflict)
        #expect(
            error?.message
                == "cannot merge results as output already exists: \(folder.path)/stdout (it is there already)")
        #expect(try folder.files().filter { !$0.key.hasPrefix(".") } == ["stdout": "mine"])
    }

    @Test func sameFileOfTwoResultsIsAConflict() async throws {
        let (client, _) = try await client([("e-1.tar.gz", "x/1=a"), ("e-2.tar.gz", "x/1=b")])
        let error = await problem { try await client.jobs.downloadResults(of: "j", into: folder.path) }
        #expect(error?.code == .conflict)
    }

    @Test func onlyOnePathMayBeWanted() async throws {
        let (client, _) = try await client([("e-1.tar.gz", "stdout=15\nout/a=1\nout/b=2\nouter/c=3")])
        _ = try await client.jobs.downloadResults(of: "j", into: folder.path, options: .init(path: "./out/"))
        #expect(try folder.files() == ["out/a": "1", "out/b": "2"])
        let error = await problem {
            try await client.jobs.downloadResults(of: "j", into: folder.path, options: .init(path: "nope"))
        }
        #expect(error?.code == .notFound)
    }

    @Test func noResultsMakeNoDirectory() async throws {
        let (client, _) = try await client([])
        let target = folder.path + "/new"
        #expect(try await client.jobs.downloadResults(of: "j", into: target) == DownloadReport(directory: target))
        #expect(try folder.files() == [:])
    }

    @Test func unsupportedResultsAreNamedAndNothingIsFetched() async throws {
        let transport = FakeTransport { _, _ in .json(#"{"Items":[{"Type":"ipfs","Params":{"CID":"Qm"}}]}"#) }
        let report = try await BacalhauClient(transport).jobs.downloadResults(of: "j", into: folder.path)
        #expect(report.unsupported == [SpecConfig(type: "ipfs", params: ["CID": "Qm"])])
        #expect(report.results == [])
    }

    @Test func missingResultIsExplainedWithoutTheSecretOfItsAddress() async throws {
        let (client, server) = try await client([])
        let source = SpecConfig(type: "s3PreSigned", params: ["PreSignedURL": .string(server.url("/x.tgz?Sig=secret"))])
        let error = await problem { try await client.jobs.download(source, to: folder.path) }
        #expect(error?.code == .notFound)
        #expect(error?.details["HTTPStatus"] == "404")
        #expect(error?.description.contains("secret") == false)
    }

    @Test(arguments: ["Repr-Digest: sha-256=:%@:", "Digest: sha-256=%@", "x-amz-checksum-sha256: %@"])
    func namedDigestIsChecked(header: String) async throws {
        @Sendable func fetch(_ digest: [UInt8]) async throws -> DownloadedResult {
            let line = header.replacing("%@", with: Data(digest).base64EncodedString())
            let (client, server) = try await client([("a", "content")], headers: [line])
            let source = SpecConfig(type: "urlDownload", params: ["URL": .string(server.url("/a?"))])
            return try await client.jobs.download(source, to: folder.path)
        }
        let error = await problem { try await fetch(SHA256.hash("other".utf8)) }
        #expect(error?.code == .network)
        #expect(error?.isRetryable == true)
        #expect(try folder.files() == [:])
        #expect(try await fetch(SHA256.hash("content".utf8)).sizeBytes == 7)
    }

    @Test func brokenDownloadIsContinued() async throws {
        let content = Array("0123456789".utf8)
        let server = try StubServer { connection, request in
            guard let range = request.headers["range"] else {
                // Half of what was promised, then the end.
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234")
                return false
            }
            #expect(range == "bytes=5-")
            connection.answer("206 Partial Content", headers: ["Content-Range: bytes 5-9/10"], body: content[5...])
            return true
        }
        let connection = APIConnection(
            endpoint: server.url(""), options: .init(),
            transport: HTTPClient(), pauses: FakeClock().system)
        let source = SpecConfig(type: "urlDownload", params: ["URL": .string(server.url("/a"))])
        let result = try await JobsAPI(connection: connection).download(source, to: folder.path)
        #expect(result.sizeBytes == 10)
        #expect(result.receivedBytes == 10)
        #expect(try folder.files() == ["127.0.0.1_\(server.port)_a": "0123456789"])
    }

    @Test func resultsComeThroughTheOrchestratorWithTheTokenAndProgress() async throws {
        let archives = [
            "e-1": try await content(of: ("e-1.tar.gz", "stdout=one\n")),
            "e-2": try await content(of: ("e-2.tar.gz", "stdout=two\n")),
        ]
        let server = try StubServer { connection, request in
            #expect(request.headers["authorization"] == "Bearer secret")
            func url(_ number: Int) -> String {
                #"{"Type":"urlDownload","Params":{"URL":"http://unreachable/\#(number)"}}"#
            }
            if request.target.hasSuffix("/results") {
                connection.answer(body: #"{"NextToken":"","Items":[\#(url(1)),\#(url(2))]}"#.utf8)
            } else if request.target.hasSuffix("/executions") {
                let items = [2, 1].map { #"{"ID":"e-\#($0)","PublishedResult":\#(url($0))}"# }
                connection.answer(body: #"{"NextToken":"","Items":[\#(items.joined(separator: ","))]}"#.utf8)
            } else {
                let id = String(request.target.split(separator: "/").last ?? "")
                connection.answer(body: archives[id] ?? [])
            }
            return true
        }
        let seen = Mutex<[Int]>([])
        let client = BacalhauClient(endpoint: server.url(""), options: .init(token: "secret"))
        let report = try await client.jobs.downloadResults(
            of: "j-1", into: folder.path,
            options: .init(route: .orchestrator) { received, total in
                #expect(total.map { $0 >= received } == true)
                seen.withLock { $0.append(received) }
            })
        #expect(report.results.map(\.sizeBytes) == [archives["e-1"]?.count, archives["e-2"]?.count])
        #expect(seen.withLock { $0 } == report.results.map(\.sizeBytes))
        // In the order of the results, not of the executions.
        #expect(try folder.files() == ["stdout": "onetwo"])
    }

    @Test func whatTheOrchestratorDoesNotHandOutComesFromWhereItWasPublished() async throws {
        let archive = try await content(of: ("e-1.tar.gz", "stdout=one\n"))
        let asked = Mutex<[String]>([])
        let port = Mutex(0)
        let server = try StubServer { connection, request in
            let result = #"{"Type":"urlDownload","Params":{"URL":"http://127.0.0.1:\#(port.withLock { $0 })/kept"}}"#
            asked.withLock { $0.append("\(request.target) \(request.headers["authorization"] ?? "-")") }
            if request.target.hasSuffix("/results") {
                connection.answer(body: #"{"NextToken":"","Items":[\#(result)]}"#.utf8)
            } else if request.target.hasSuffix("/executions") {
                connection.answer(
                    body: #"{"NextToken":"","Items":[{"ID":"e-1","PublishedResult":\#(result)}]}"#.utf8)
            } else if request.target == "/kept" {
                connection.answer(body: archive)
            } else {
                connection.answer("404 Not Found")
            }
            return true
        }
        port.withLock { $0 = server.port }
        var options = BacalhauClientOptions()
        options.password = BacalhauClientOptions.Password(userName: "ada", secret: "pass:word")
        let client = BacalhauClient(endpoint: server.url(""), options: options)
        let report = try await client.jobs.downloadResults(of: "j-1", into: folder.path)
        #expect(report.results.map(\.sizeBytes) == [archive.count])
        let basic = "Basic YWRhOnBhc3M6d29yZA=="
        #expect(
            asked.withLock { $0 } == [
                "/api/v1/orchestrator/jobs/j-1/results \(basic)", "/api/v1/orchestrator/jobs/j-1/executions \(basic)",
                "/api/v1/orchestrator/jobs/j-1/results/e-1 \(basic)",
                // A result may be on any host: it gets no password.
                "/kept -",
            ])
    }

    @Test(arguments: [
        ("http://10.0.0.4:6001/e-51e6.tar.gz", "10.0.0.4_6001_e-51e6.tar.gz"),
        ("https://s3.example.org/b/k/x.tgz?X-Sig=1#f", "s3.example.org_b_k_x.tgz"),
        ("http://h/../../etc", "h_.._.._etc"), ("http://.hidden", "_.hidden"), ("", "_"),
    ])
    func namesComeFromTheAddress(url: String, name: String) throws {
        let source = try #require(ResultSource(SpecConfig(type: "urlDownload", params: ["url": .string(url)])))
        #expect(source.fileName == name)
    }

    @Test func longNamesKeepTheirSuffix() {
        let name = ResultSource.fileName(String(repeating: "é", count: 300) + ".tar.gz")
        #expect(name.hasSuffix(".tar.gz"))
        #expect(name.utf8.count <= 255)
    }
}
