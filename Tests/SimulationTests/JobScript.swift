import BacalhauModel

/// How a simulated workload behaves, told by its environment.
enum JobScript {
    /// How long it runs, in milliseconds.
    static func duration(of job: Job) -> Int { Int(job.task.env["MS"] ?? "") ?? 1000 }
    /// How often of a thousand it fails by the node's fault.
    static func nodeFailures(of job: Job) -> Int { Int(job.task.env["FAIL"] ?? "") ?? 0 }
    /// Whether it fails by its own fault.
    static func isBroken(_ job: Job) -> Bool { job.task.env["BROKEN"] != nil }
    /// Whether its workload outlives a crash of the node.
    static func survivesCrash(_ job: Job) -> Bool { job.task.env["SURVIVES"] != nil }

    /// A random job.
    static func make(_ number: Int, _ chance: inout Chance) -> Job {
        var environment = ["MS": String(chance.number(50...20_000))]
        if chance.happens(200) { environment["FAIL"] = "300" }
        if chance.happens(60) { environment["BROKEN"] = "1" }
        if chance.happens(400) { environment["SURVIVES"] = "1" }
        let type = chance.pick([JobType.batch, .batch, .batch, .batch, .ops, .service, .daemon])
        var timeouts = Timeouts()
        if type == .batch || type == .ops { timeouts.total = 900 }
        if chance.happens(200) { timeouts.queue = Int64(chance.number(1...60)) }
        var job = Job(
            id: JobID(rawValue: "j-\(number)"), name: "j-\(number)", type: type, priority: chance.pick([0, 0, 0, 5]),
            count: type == .batch || type == .service ? chance.pick([1, 1, 1, 2, 4]) : 1,
            tasks: [
                Job.Task(
                    engine: Engine(type: "noop"), env: environment,
                    resources: ResourcesConfig(cpu: chance.pick(["500m", "1", "1", "2", "4"])), timeouts: timeouts)
            ])
        if chance.happens(150) {
            job.constraints = [Constraint(key: "zone", operator: "=", values: [chance.pick(["a", "b"])])]
        }
        if chance.happens(200) { job.nodeLossPolicy = chance.pick(Job.NodeLossPolicy.allCases).rawValue }
        if chance.happens(100) { job.retryPolicy = Job.RetryPolicy(retryCountMax: chance.number(0...5)) }
        return job
    }
}
