import BacalhauTestSupport
import FoundationEssentials
import Testing

/// Mutated requests to all calls of a live node. Ten seconds, or `BACALHAU_FUZZ_SECONDS`; the same requests in every run
/// unless `BACALHAU_FUZZ_SEED` names other ones.
@Suite(.serialized, .timeLimit(.minutes(60))) struct APIFuzzTests {
    @Test(arguments: [false, true])
    func mutatedRequestsAreAnsweredAndNeverBreakTheNode(usesTLS: Bool) async throws {
        let environment = TestPlaces.environment
        let seconds = environment["BACALHAU_FUZZ_SECONDS"].flatMap { Int($0) } ?? 10
        let seed = environment["BACALHAU_FUZZ_SEED"].flatMap { UInt64($0) } ?? 1
        let mutator = RequestMutator(bodies: try Self.goldenBodies())
        // A node that takes jobs without end grows with them: few are kept.
        let flags = AttackedNode.flags + ["--job-retention-count", "100"]
        try await AttackedNode.run(usesTLS: usesTLS, flags: flags) { attacked in
            var random = SeededRandom(state: seed)
            let end = ContinuousClock.now + .seconds(seconds) / 2
            var count = 0
            while ContinuousClock.now < end {
                let request = mutator.request(using: &random)
                let client = try attacked.connect()
                // A refusal may come before everything is sent.
                try? client.send(request)
                client.finishSending()
                let statuses = AttackedNode.statuses(in: try client.readToEnd())
                let isServed = statuses.allSatisfy { (100..<500).contains($0) || $0 == 501 || $0 == 503 }
                #expect(isServed, "request \(count): \(statuses) for \(String(decoding: request, as: UTF8.self))")
                count += 1
            }
            #expect(count > 50)
        }
    }

    private static func goldenBodies() throws -> [[UInt8]] {
        let directory = TestPlaces.package + "/Tests/Golden/API"
        return try FileManager.default.contentsOfDirectory(atPath: directory).sorted().filter { $0.hasSuffix(".json") }
            .map { Array(try TestPlaces.text(of: directory + "/" + $0).utf8) }
    }
}

/// SplitMix64.
struct SeededRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
