import BacalhauClient
import BacalhauModel
import BacalhauTestSupport
import FoundationEssentials
import Testing

/// What the TLS options of the client do, on a real node and on a server that wants a certificate.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ClientTLSTests {
    private func alive(_ endpoint: String, _ tls: BacalhauClientOptions.TLSOptions) async throws(BacalhauError) -> Bool
    {
        var options = BacalhauClientOptions()
        options.tls = tls
        return try await BacalhauClient(endpoint: endpoint, options: options).agent.alive()
    }

    private func refusal(_ endpoint: String, _ tls: BacalhauClientOptions.TLSOptions) async -> BacalhauError? {
        do {
            _ = try await alive(endpoint, tls)
            return nil
        } catch {
            return error
        }
    }

    @Test func aStrangersCertificateIsRefusedUnlessItsAuthorityIsNamedOrAnyIsAccepted() async throws {
        let files = try await TLSTests.Certificate()
        defer { TestPlaces.remove(files.directory) }
        let node = try NodeProcess(flags: ["--tlscert", files.certificate, "--tlskey", files.key])
        try await node.start()
        let endpoint = await node.endpoint
        #expect(try await alive(endpoint, .init(caFile: files.certificate)))
        #expect(try await alive(endpoint, .init(insecure: true)))
        let error = await refusal(endpoint, .init())
        #expect(error?.code == .network)
        #expect(error?.isRetryable == false)
        #expect(error?.hint.contains("authority") == true)
        let missing = await refusal(endpoint, .init(caFile: files.directory + "/nowhere.pem"))
        #expect(missing?.message.contains("nowhere.pem") == true, "\(String(describing: missing))")
    }

    @Test func aServerThatWantsACertificateGetsIt() async throws {
        let server = try await TLSTests.Certificate()
        let own = try await TLSTests.Certificate()
        defer {
            TestPlaces.remove(server.directory)
            TestPlaces.remove(own.directory)
        }
        let peer = try CertificateDemandingServer(server, trusting: own.certificate)
        #expect(
            try await alive(
                peer.endpoint,
                .init(caFile: server.certificate, clientCertificate: own.certificate, clientKey: own.key)))
        let error = await refusal(peer.endpoint, .init(caFile: server.certificate))
        #expect(error?.code == .network)
        #expect(error?.isRetryable == false)
        #expect(error?.message.contains("certificate required") == true, "\(String(describing: error))")
    }
}
