import BacalhauSupport
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
    /// The seeds are shared out among this many threads.
    private static let threadCount: UInt64 = 2

    @Test(.timeLimit(.minutes(60)), arguments: 0..<threadCount)
    func whateverHappensEveryAcknowledgedJobEndsOnce(part: UInt64) async throws {
        // Threads of their own: hours of arithmetic must not keep other tests from their tasks.
        let result = AsyncSignal<[String]>()
        let thread = try DedicatedThread(name: "worlds") {
            // On Linux this is the thread's own priority: everybody else goes first.
            setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
            result.raise(WorldTests.failures(in: WorldTests.seeds(of: part)))
        }
        for failure in await result.wait()?.prefix(20) ?? [] { Issue.record("\(failure)") }
        thread.join()
    }

    private static func seeds(of part: UInt64) -> [UInt64] {
        if let seed = number("BACALHAU_SIMULATION_SEED") { return part == 0 ? [seed] : [] }
        return Array(stride(from: part, to: seedCount, by: Int(threadCount)))
    }

    /// What was violated in the worlds of these seeds.
    private static func failures(in seeds: [UInt64]) -> [String] {
        seeds.compactMap { seed in
            do { return try failure(seed: seed) } catch { return "seed \(seed): \(error)" }
        }
    }

    private static func failure(seed: UInt64) throws -> String? {
        // The real store is slower; a part of the worlds is enough to see that it does what the model of it does.
        let directory = seed % 10 == 0 ? try TestPlaces.makeDirectory() : nil
        defer { if let directory { TestPlaces.remove(directory) } }
        let simulation = try Simulation(seed: seed, directory: directory)
        let violations = try simulation.run()
        guard !violations.isEmpty else { return nil }
        // A single seed is looked at closely.
        let isAlone = number("BACALHAU_SIMULATION_SEED") != nil
        let trace = isAlone ? "\n" + simulation.trace.joined(separator: "\n") : ""
        return "seed \(seed): \(violations.prefix(5).joined(separator: "; "))\(trace)"
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
