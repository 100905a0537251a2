import BacalhauHTTPClient
import BacalhauModel
import BacalhauSupport

/// Decides by the operator's policy whether a node takes a job: rules first, then the probes, all of them.
struct JobSelection: Sendable {
    private let policy: JobSelectionPolicy
    private let nodeID: NodeID
    private let commandProbe: CommandProbe?
    private let webProbe: WebProbe?

    /// - Parameter searchPath: the `PATH` that the probe command gets, and where `bash` is looked for.
    init(policy: JobSelectionPolicy, nodeID: NodeID, searchPath: String) {
        self.policy = policy
        self.nodeID = nodeID
        commandProbe = policy.probeCommand.map {
            CommandProbe(command: $0, searchPath: searchPath, deadline: policy.probeDeadline)
        }
        webProbe = policy.probeURL.map { WebProbe(url: $0, deadline: policy.probeDeadline) }
    }

    /// Why the node does not take `job`; `nil` when it does. Cancelling the task leaves a probe's answer open.
    ///
    /// - Parameter remoteInputCount: how many inputs would have to be fetched from elsewhere.
    func refusal(of job: Job, remoteInputCount: Int) async -> SelectionRefusal? {
        let data = commandProbe == nil && webProbe == nil ? [] : JobSelection.probeData(job, nodeID: nodeID)
        async let fromCommand = commandProbe?.ask(data)
        async let fromWeb = webProbe?.ask(data)
        return SelectionRefusal(
            objections: policy.objections(to: job, remoteInputCount: remoteInputCount),
            answers: [await fromCommand, await fromWeb].compactMap(\.self))
    }

    /// What probes get to read: the node's name and the job.
    static func probeData(_ job: Job, nodeID: NodeID) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("NodeID", nodeID.rawValue)
        writer.member("Job", job)
        writer.endObject()
        return writer.bytes
    }
}
