import BacalhauClient
import Glibc

/// All measurements, in an order in which each leaves what the next one needs.
enum Report {
    static func run(nodePath: String) async throws {
        row("measurement", "figure", "limit")
        PlacementBench.report()
        if getenv("ONLY_PLACEMENT") != nil { return }
        let sync = try DiskSync.medianMilliseconds(count: 200)
        row("one disk sync of 4 KiB", text(sync) + " ms", "-")
        let node = try BenchNode(path: nodePath)
        defer { node.stop() }
        row("start to ready", text(node.readyMilliseconds) + " ms", "150 ms")
        try await Task.sleep(for: .seconds(2))
        row("idle memory", text(Double(node.residentKilobytes) / 1024) + " MB", "40 MB")
        row("idle: processor time in 3 s", try await node.idleMilliseconds(over: .seconds(3)), "~0 ms")
        let client = BacalhauClient(endpoint: node.endpoint)
        try await ReadBench.report(node, client)
        try await StreamBench.report(node, client)
        try await FollowerBench.report(node, client)
        if getenv("ONLY_API") != nil { return }
        try await latency(client, sync: sync)
        let empty = try await throughput(client, count: 6000)
        row("noop jobs/s, 16 clients, empty store", text(empty), "3000")
        try await fill(client, to: 100_000)
        let full = try await throughput(client, count: 6000)
        row("noop jobs/s, 100 000 jobs stored", text(full), "\(text(empty * 0.8)) (80 %)")
        try await list(client, "list 10 of 100 000 jobs, median")
        try await Waiting.measure(nodePath: nodePath)
        try await engine("wasm", client, job: wasmJob(url: emptyModule), limit: "instantiate + run (0.2 ms) + 5 ms")
        guard let byHand = try await ContainerByHand.medianMilliseconds(count: 30) else {
            row("docker job", "not measured", "no engine: scripts/docker-start")
            return
        }
        row("container by hand: create, start, wait, remove", text(byHand) + " ms", "-")
        let limit = "\(text(byHand * 1.1)) ms (1.10 x by hand)"
        try await engine("docker", client, job: dockerJob, limit: limit, comparedWith: byHand)
    }

    static func row(_ name: String, _ figure: String, _ limit: String) {
        func pad(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count))
        }
        print("\(pad(name, 48)) \(pad(figure, 24)) \(limit)")
        fflush(nil)
    }

    static func text(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return value >= 100 ? String(tenths / 10) : "\(tenths / 10).\(abs(tenths % 10))"
    }

    static func milliseconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) * 1000 + Double(duration.components.attoseconds) / 1e15
    }

    // MARK: Noop

    static let noop = Job(name: "bench", tasks: [Job.Task(engine: Engine(type: "noop"), resources: small)])
    private static let small = ResourcesConfig(cpu: "10m", memory: "1mb")

    private static func latency(_ client: BacalhauClient, sync: Double) async throws {
        var times: [Double] = []
        for _ in 0..<300 {
            let start = ContinuousClock.now
            let id = try await client.jobs.submit(noop).jobID.rawValue
            _ = try await client.jobs.wait(for: id)
            times.append(milliseconds(ContinuousClock.now - start))
        }
        times.sort()
        let ratio = text(times[150] / max(sync, 0.001))
        row("one noop job, submit to completed, p50", "\(text(times[150])) ms (\(ratio) x sync)", "5 ms")
        row("one noop job, submit to completed, p99", text(times[296]) + " ms", "25 ms")
    }

    /// Jobs completed per second, from the first submission to the end of the last job.
    private static func throughput(_ client: BacalhauClient, count: Int) async throws -> Double {
        let start = ContinuousClock.now
        try await submit(client, count: count)
        return Double(count) / (milliseconds(ContinuousClock.now - start) / 1000)
    }

    /// Submits from 16 clients; each waits for the last of its jobs.
    private static func submit(_ client: BacalhauClient, count: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    var last = ""
                    for _ in 0..<count / 16 { last = try await client.jobs.submit(noop).jobID.rawValue }
                    _ = try await client.jobs.wait(for: last)
                }
            }
            try await group.waitForAll()
        }
    }

    private static func fill(_ client: BacalhauClient, to count: Int) async throws {
        for _ in 0..<(count / 10_000) { try await submit(client, count: 10_000) }
    }

    static func list(_ client: BacalhauClient, _ name: String) async throws {
        var query = JobListQuery()
        query.limit = 10
        query.labels = ["bacalhau_canary!=true"]
        var times: [Double] = []
        for _ in 0..<50 {
            let start = ContinuousClock.now
            _ = try await client.jobs.list(query)
            times.append(milliseconds(ContinuousClock.now - start))
        }
        row(name, text(times.sorted()[25]) + " ms", "5 ms")
    }

    // MARK: Engines

    // (module (func (export "_start"))): what is measured is what we add.
    private static let emptyModule = "data:application/wasm;base64,AGFzbQEAAAABBAFgAAADAgEABwoBBl9zdGFydAAACgQBAgAL"

    static func wasmJob(url: String) -> Job {
        let source: JSONValue = ["Type": "inline", "Params": ["URL": .string(url)]]
        let module: JSONValue = ["Source": source, "Alias": "", "Target": ""]
        return Job(name: "wasm", tasks: [Job.Task(engine: Engine(type: "wasm", params: ["EntryModule": module]))])
    }

    private static let dockerJob = Job(
        name: "docker",
        tasks: [Job.Task(engine: Engine(type: "docker", params: ["Image": "ubuntu:latest", "Parameters": ["true"]]))])

    static func offers(_ engine: String, _ client: BacalhauClient) async throws -> Bool {
        let nodes = try await client.nodes.list().items
        return nodes.contains { $0.info.compute?.executionEngines.contains(engine) == true }
    }

    private static func engine(
        _ name: String, _ client: BacalhauClient, job: Job, limit: String, comparedWith base: Double? = nil
    ) async throws {
        let isOffered = try await offers(name, client)
        guard isOffered else {
            row("\(name) job, submit to completed, p50", "not offered", "-")
            return
        }
        let median = try await medianMilliseconds(name, client, job)
        let ratio = base.map { " (\(hundredths(median / $0)) x)" } ?? ""
        row("\(name) job, submit to completed, p50", "\(text(median)) ms\(ratio)", limit)
    }

    private static func medianMilliseconds(_ name: String, _ client: BacalhauClient, _ job: Job) async throws -> Double
    {
        var times: [Double] = []
        for _ in 0..<30 {
            let start = ContinuousClock.now
            let id = try await client.jobs.submit(job).jobID.rawValue
            let ended = try await client.jobs.wait(for: id)
            guard ended.state.type == .completed else {
                throw BacalhauError(.internal, "\(name): \(ended.state.message)")
            }
            times.append(milliseconds(ContinuousClock.now - start))
        }
        return times.sorted()[15]
    }

    static func hundredths(_ value: Double) -> String {
        let whole = Int((value * 100).rounded())
        return "\(whole / 100).\(whole % 100 < 10 ? "0" : "")\(whole % 100)"
    }
}
