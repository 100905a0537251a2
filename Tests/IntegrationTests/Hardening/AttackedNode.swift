import BacalhauFiles
import BacalhauTestSupport
import FoundationEssentials
import Testing

/// A real node that is treated badly, over HTTP or HTTPS, with short deadlines.
struct AttackedNode: Sendable {
    let node: NodeProcess
    let port: Int
    let usesTLS: Bool
    private let residentBytes: Int
    private let descriptors: Int
    private let directory: String

    /// What a barrage may leave behind: allocators and caches keep some. Of a thousand idle connections over TLS each
    /// has had 17 KiB.
    static let growthMax = 34 << 20
    static let descriptorGrowthMax = 24

    /// Starts a node, lets `attack` do what it likes on a thread that may block, and expects that the node goes on:
    /// that it answers, has not grown, has closed what was opened, and stops in order.
    static func run(
        usesTLS: Bool, flags: [String] = AttackedNode.flags,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ attack: @escaping @Sendable (AttackedNode) throws -> Void
    ) async throws {
        let attacked = try await start(usesTLS: usesTLS, flags: flags)
        defer { TestPlaces.remove(attacked.directory) }
        try await attacked.blocking { try attack(attacked) }
        try await attacked.expectHealth(sourceLocation)
        #expect(await attacked.node.stop() == 0, sourceLocation: sourceLocation)
    }

    static let flags = ["--http-header-timeout", "1s", "--http-request-timeout", "2s", "--http-write-timeout", "2s"]

    private static func start(usesTLS: Bool, flags: [String]) async throws -> AttackedNode {
        let directory = try TestPlaces.makeDirectory()
        var flags = flags
        if usesTLS {
            let (certificate, key) = (directory + "/cert.pem", directory + "/key.pem")
            let made = try await ProgramRun.run(
                "/usr/bin/openssl",
                [
                    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout",
                    key, "-out", certificate,
                ])
            #expect(made.exitCode == 0, "\(made.output)")
            flags += ["--tlscert", certificate, "--tlskey", key]
        }
        let node = try NodeProcess(flags: flags)
        try await node.start()
        let port = try #require(await node.endpoint.split(separator: ":").last.flatMap { Int($0) })
        let cold = AttackedNode(
            node: node, port: port, usesTLS: usesTLS, residentBytes: 0, descriptors: 0, directory: directory)
        // The first requests load what all later ones share.
        try await cold.blocking { for _ in 0..<20 { _ = try cold.aliveStatus() } }
        return AttackedNode(
            node: node, port: port, usesTLS: usesTLS, residentBytes: await node.residentBytes(),
            descriptors: await node.descriptorCount(), directory: directory)
    }

    func blocking(_ work: @escaping @Sendable () throws -> Void) async throws {
        try await BlockingWork.run { (_) throws(BlockedError) in
            do { try work() } catch { throw BlockedError(description: "\(error)") }
        }
    }

    private struct BlockedError: Error, CustomStringConvertible {
        let description: String
    }

    func connect() throws -> RawClient { try RawClient(port: port, usesTLS: usesTLS) }

    /// What a new client is told when it asks whether the node lives.
    func aliveStatus() throws -> Int {
        let client = try connect()
        try client.send("GET /api/v1/agent/alive HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return try client.readResponse().status
    }

    /// Sends `text` on a connection of its own and reads to the end: the statuses of all answers.
    func statuses(answering text: String, thenEnds: Bool = true) throws -> [Int] {
        let client = try connect()
        // A server that has seen enough may end the connection while the rest is still being sent.
        try? client.send(text)
        if thenEnds { client.finishSending() }
        return Self.statuses(in: try client.readToEnd())
    }

    static func statuses(in bytes: [UInt8]) -> [Int] {
        String(decoding: bytes, as: UTF8.self).components(separatedBy: "HTTP/1.1 ").dropFirst().compactMap {
            Int($0.prefix(3))
        }
    }

    private func expectHealth(_ sourceLocation: SourceLocation) async throws {
        try await blocking {
            let status = try aliveStatus()
            #expect(status == 200, sourceLocation: sourceLocation)
        }
        // What was cut lingers for two seconds at most; the node is given three times that.
        var open = await node.descriptorCount()
        for _ in 0..<60 where open > descriptors + Self.descriptorGrowthMax {
            try await Task.sleep(for: .milliseconds(100))
            open = await node.descriptorCount()
        }
        #expect(open <= descriptors + Self.descriptorGrowthMax, sourceLocation: sourceLocation)
        let grown = await node.residentBytes() - residentBytes
        #expect(grown < Self.growthMax, sourceLocation: sourceLocation)
    }
}

extension RawClient {
    /// A simple request on a connection that stays.
    func get(_ target: String) throws -> RawResponse {
        try send("GET \(target) HTTP/1.1\r\nHost: x\r\n\r\n")
        return try readResponse()
    }
}
