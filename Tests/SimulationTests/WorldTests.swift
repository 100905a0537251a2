import BacalhauTestSupport
import Glibc
import Testing

@testable import BacalhauCore

/// A thousand bad worlds, each from its seed.
///
/// `BACALHAU_SIMULATION_SEEDS=5000` runs that many; `BACALHAU_SIMULATION_SEED=42` runs that one alone, as it was.
@Suite struct WorldTests {
    private static func number(_ name: String) -> UInt64? { getenv(name).flatMap { UInt64(String(cString: $0)) } }

    private static let seedCount = number("BACALHAU_SIMULATION_SEEDS") ?? 1000
    /// Test cases run side by side; each takes one part of the seeds.
    private static let parts: [UInt64] = Array(0..<8)

    @Test(.timeLimit(.minutes(60)), arguments: parts)
    func whateverHappensEveryAcknowledgedJobEndsOnce(part: UInt64) throws {
        if let seed = WorldTests.number("BACALHAU_SIMULATION_SEED") {
            if part == 0 { try expectAllHolds(seed: seed) }
            return
        }
        for seed in stride(from: part, to: WorldTests.seedCount, by: WorldTests.parts.count) {
            try expectAllHolds(seed: seed)
        }
    }

    private func expectAllHolds(seed: UInt64) throws {
        // The real store is slower; a part of the worlds is enough to see that it does what the model of it does.
        let isOnDisk = seed % 10 == 0
        let directory = isOnDisk ? try TestPlaces.makeDirectory() : nil
        defer { if let directory { TestPlaces.remove(directory) } }
        let simulation = try Simulation(seed: seed, directory: directory)
        let violations = try simulation.run()
        if !violations.isEmpty {
            // A single seed is looked at closely.
            let isAlone = WorldTests.number("BACALHAU_SIMULATION_SEED") != nil
            let trace = isAlone ? "\n" + simulation.trace.joined(separator: "\n") : ""
            Issue.record("seed \(seed): \(violations.prefix(5).joined(separator: "; "))\(trace)")
        }
    }

    @Test func theSameSeedGivesTheSameWorld() throws {
        func placements() throws -> [String] {
            let simulation = try Simulation(seed: 7)
            _ = try simulation.run()
            return simulation.trace
        }
        let first = try placements()
        #expect(first.count > 100)
        #expect(try placements() == first)
    }
}
