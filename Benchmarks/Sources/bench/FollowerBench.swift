import BacalhauClient
import Glibc

/// Many followers of logs in which nothing happens.
enum FollowerBench {
    private static let executionCount = 20
    private static let followersPerExecution = 100

    static func report(_ node: BenchNode, _ client: BacalhauClient) async throws {
        var job = Report.noop
        job.tasks[0].engine = Engine(type: "noop", params: ["Delay": 3600])
        var ids: [String] = []
        for _ in 0..<executionCount { ids.append(try await client.jobs.submit(job).jobID.rawValue) }
        for id in ids { try await awaitRunning(id, client) }
        try await Task.sleep(for: .seconds(1))
        let before = node.residentKilobytes
        var followers: [BenchSocket] = []
        for id in ids {
            for _ in 0..<followersPerExecution {
                let follower = try BenchSocket(endpoint: node.endpoint)
                try follower.follow("/api/v1/orchestrator/jobs/\(id)/logs?follow=true")
                followers.append(follower)
            }
        }
        try await Task.sleep(for: .seconds(1))
        let each = Double(node.residentKilobytes - before) / Double(followers.count)
        Report.row("memory of one of 2 000 idle log followers", Report.text(each) + " KB", "64 KB")
        let idle = try await node.idleMilliseconds(over: .seconds(5))
        Report.row("their processor time in 5 s", idle, "~0 ms")
        followers = []
        for id in ids { _ = try await client.jobs.stop(id) }
    }

    private static func awaitRunning(_ id: String, _ client: BacalhauClient) async throws {
        for _ in 0..<500 {
            if try await client.jobs.get(id).job.state.type == .running { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw BenchNode.Failure(description: "job \(id) does not run")
    }
}
