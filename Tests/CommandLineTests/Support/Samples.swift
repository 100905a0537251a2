import BacalhauClient

/// Things as a server would list them.
enum Samples {
    /// 2024-06-28 10:16:13 UTC
    static let now = time(72)

    /// Seconds after 2024-06-28 10:15:01.102 UTC.
    static func time(_ seconds: Double) -> Timestamp {
        Timestamp(nanoseconds: 1_719_569_701_102_000_000) + .milliseconds(Int64(seconds * 1000))
    }

    static let jobID = JobID(rawValue: "j-7d1e42a9-2f5b-4c0e-9d57-2b1f0a6c3e88")
    static let executionID = ExecutionID(rawValue: "e-51e6a0d3-0000-4000-8000-000000000001")
    static let nodeID = NodeID(rawValue: "n-4f0c2b1a-6d3e-4f5a-8b9c-0d1e2f3a4b5c")

    static func job(
        _ id: JobID = jobID, engine: String = "docker", type: JobType = .batch, state: JobStateType = .completed,
        at seconds: Double = 0
    ) -> Job {
        var job = Job(id: id, name: id.rawValue, type: type, tasks: [Job.Task(engine: Engine(type: engine))])
        job.state = StateOf(state)
        job.revision = 3
        job.createTime = time(seconds)
        job.modifyTime = time(seconds + 1.9)
        return job
    }

    static let jobs = [
        job(),
        job(
            JobID(rawValue: "j-0c9b8a76-5544-4332-a211-00ffeeddccbb"), engine: "wasm", type: .ops, state: .running,
            at: 343),
    ]

    static let executions: [Execution] = {
        var done = Execution(
            id: executionID, namespace: "default", evaluationID: EvaluationID(rawValue: "v"), nodeID: nodeID,
            jobID: jobID, createTime: time(0))
        done.computeState = StateOf(.completed, message: "Accepted job")
        done.desiredState = StateOf(.stopped)
        done.revision = 6
        done.modifyTime = time(2)
        done.runOutput = RunResult(stdout: "hello\n", stderr: "careful\n")
        var refused = done
        refused.id = ExecutionID(rawValue: "e-2ab4c6d8-0000-4000-8000-000000000002")
        refused.nodeID = NodeID(rawValue: "QmZ9yTfa1111111111111111111111111111111111111a")
        refused.computeState = StateOf(.askForBidRejected, message: "no room for it")
        refused.revision = 2
        refused.modifyTime = time(1)
        refused.runOutput = nil
        return [done, refused]
    }()

    static let history: [HistoryItem] = [
        jobItem(.undefined, .pending, 1, 0, Event(topic: .submission, message: "Job submitted", timestamp: nil)),
        executionItem(.undefined, .new, 1, 0.016, .empty),
        jobItem(.pending, .running, 2, 0.019, .empty),
        executionItem(
            .askForBid, .askForBidAccepted, 3, 0.029,
            Event(topic: .requestingNode, message: "Accepted job", timestamp: nil)),
        executionItem(
            .bidAccepted, .failed, 6, 1.862,
            Event(
                topic: "Exec Scanning",
                message: "could not start the container because the image was not found in any registry that I know",
                timestamp: nil, details: ["Hint": "try again", "IsError": "true", "FailsExecution": "true"])),
        jobItem(.running, .failed, 3, 1.868, .empty),
    ]

    private static func jobItem(
        _ old: JobStateType, _ new: JobStateType, _ revision: UInt64, _ seconds: Double, _ event: Event
    ) -> HistoryItem {
        HistoryItem(
            level: .job, jobID: jobID, jobState: StateChange(old, new), newRevision: revision, event: event,
            time: time(seconds))
    }

    private static func executionItem(
        _ old: ExecutionStateType, _ new: ExecutionStateType, _ revision: UInt64, _ seconds: Double, _ event: Event
    ) -> HistoryItem {
        HistoryItem(
            level: .execution, jobID: jobID, nodeID: new == .new ? NodeID(rawValue: "") : nodeID,
            executionID: executionID, executionState: StateChange(old, new), newRevision: revision, event: event,
            time: time(seconds))
    }

    static let nodes: [NodeState] = [
        node(nodeID.rawValue, compute(cores: 3200, memory: 13_421_772_800, disk: 83_859_226_624, gpus: 0)),
        node("n-93c1d5aa-6d3e-4f5a-8b9c-0d1e2f3a4b5c", nil),
        node(
            "gpu-box-1", compute(cores: 16_000, memory: 109_951_162_777, disk: 429_496_729_600, gpus: 1),
            membership: .pending, connection: .disconnected, labels: ["zone": "lab"]),
    ]

    private static func node(
        _ id: String, _ compute: ComputeNodeInfo?, membership: NodeState.Membership = .approved,
        connection: NodeState.Connection = .connected, labels: [String: String] = [:]
    ) -> NodeState {
        let fixed = ["Architecture": "amd64", "Operating-System": "linux"]
        return NodeState(
            info: NodeInfo(
                nodeID: NodeID(rawValue: id), nodeType: compute == nil ? .requester : .compute,
                labels: fixed.merging(labels) { $1 }, compute: compute,
                version: BuildVersion(
                    major: "1", minor: "4", gitVersion: "v1.4.0", gitCommit: "0123456789abcdef0123456789abcdef01234567",
                    buildDate: "2024-06-28T09:12:33Z",
                    goos: "linux", goarch: "amd64")), membership: membership, connection: connection)
    }

    private static func compute(cores: Int64, memory: UInt64, disk: UInt64, gpus: UInt64) -> ComputeNodeInfo {
        let all = Resources(cpuMillicores: cores, memoryBytes: memory, diskBytes: disk, gpuCount: gpus)
        return ComputeNodeInfo(
            executionEngines: ["docker", "wasm"], publishers: ["local", "noop", "s3"],
            storageSources: ["inline", "localDirectory", "urlDownload", "s3"], maxCapacity: all,
            availableCapacity: all, maxJobRequirements: all)
    }
}
