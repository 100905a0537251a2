import BacalhauClient
import BacalhauTestSupport
import Testing

/// Real nodes that are killed while a container runs.
@Suite(.enabled(if: RequiredComponent.docker.isWanted), .timeLimit(.minutes(3)))
struct DockerRestartTests {
    @Test func aFollowedLogHasNoGapsAndNoRepeatsOverRestarts() async throws {
        let node = try NodeProcess()
        try await node.start()
        let client = await node.client
        let script = "for i in {1..120}; do echo line $i; echo problem $i >&2; sleep 0.05; done; printf end"
        let job = Job.docker(image: DockerBench.image, entrypoint: ["/bin/bash", "-c"], parameters: [script])
        let id = try await client.jobs.submit(job).jobID
        _ = try await client.jobs.wait(for: id, until: .running)
        var output: [Int: String] = [:]
        // Once in the middle, and once while the first restart is being made good for.
        var killings = ["line 10\n", "line 60\n"]
        for try await message in client.jobs.logs(id, follow: true) {
            output[message.type, default: ""] += message.line
            guard let next = killings.first, output[1, default: ""].contains(next) else { continue }
            killings.removeFirst()
            await node.kill9()
            try await node.start(again: true)
        }
        #expect(killings.isEmpty)
        #expect(output[1] == (1...120).map { "line \($0)\n" }.joined() + "end")
        #expect(output[2] == (1...120).map { "problem \($0)\n" }.joined())
        #expect(try await client.jobs.wait(for: id).state.type == .completed)
        #expect(try await client.jobs.executions(id).items.count == 1)
    }
}
