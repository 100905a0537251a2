import BacalhauClient

/// A node with a long queue: how fast it is ready again, and what the queue takes.
enum Waiting {
    private static let count = 100_000

    static func measure(nodePath: String) async throws {
        let first = try BenchNode(path: nodePath)
        do {
            try await fill(BacalhauClient(endpoint: first.endpoint))
        } catch {
            first.stop()
            throw error
        }
        first.stop(keepingData: true)
        let second = try BenchNode(path: nodePath, directory: first.directory)
        defer { second.stop() }
        Report.row("restart with 100 000 waiting jobs", Report.text(second.readyMilliseconds) + " ms", "3000 ms")
        Report.row("memory after that", Report.text(Double(second.residentKilobytes) / 1024) + " MB", "-")
        try await Report.list(
            BacalhauClient(endpoint: second.endpoint), "list 10 of 100 000 waiting jobs, median")
    }

    /// One job takes the whole node; all others want it, too, and wait.
    private static func fill(_ client: BacalhauClient) async throws {
        let node = try await client.nodes.list().items.first
        guard let capacity = node?.info.compute?.maxCapacity else {
            throw BenchNode.Failure(description: "the node offers nothing")
        }
        let day: Int64 = 86_400
        let job = Job(
            name: "wait",
            tasks: [
                Job.Task(
                    engine: Engine(type: "noop", params: ["Delay": .integer(day / 2)]),
                    resources: ResourcesConfig(cpu: "\(capacity.cpuMillicores)m", memory: "1mb"),
                    timeouts: Timeouts(execution: day, queue: 0, total: day))
            ])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<16 {
                group.addTask { for _ in 0..<count / 16 { _ = try await client.jobs.submit(job) } }
            }
            try await group.waitForAll()
        }
    }
}
