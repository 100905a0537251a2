import BacalhauModel
import BacalhauSupport

extension ExecutionReport: WireEncodable, WireDecodable {
    init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "ExecutionReport", in: &context)
        self.init(
            executionID: ExecutionID(rawValue: reader.string("ExecutionID", in: &context) ?? ""),
            jobID: JobID(rawValue: reader.string("JobID", in: &context) ?? ""),
            nodeID: NodeID(rawValue: reader.string("NodeID", in: &context) ?? ""), content: .accepted)
        let output: RunResult? = reader.object("Output", in: &context)
        let isRetryable = reader.bool("Retryable", in: &context) ?? false
        switch reader.string("Kind", in: &context) ?? "" {
        case "accepted": content = .accepted
        case "refused":
            content = .refused(reason: reader.string("Reason", in: &context) ?? "", isRetryable: isRetryable)
        case "completed":
            content = .completed(output ?? RunResult(), published: reader.object("Published", in: &context) ?? .empty)
        case "failed":
            // Reports of before causes were named say only whether another attempt makes sense.
            let cause = reader.string("Cause", in: &context).flatMap(FailureCause.init(rawValue:))
            content = .failed(
                reader.object("Event", in: &context) ?? .empty, output: output,
                cause: cause ?? (isRetryable ? .node : .workload))
        case "cancelled": content = .cancelled(output: output)
        default: context.report("unknown kind of report", at: node.position)
        }
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("ExecutionID", executionID.rawValue)
        writer.member("JobID", jobID.rawValue)
        writer.member("NodeID", nodeID.rawValue)
        switch content {
        case .accepted: writer.member("Kind", "accepted")
        case .refused(let reason, let isRetryable):
            writer.member("Kind", "refused")
            writer.member("Reason", reason)
            writer.member("Retryable", isRetryable)
        case .completed(let output, let published):
            writer.member("Kind", "completed")
            writer.member("Output", output)
            writer.member("Published", published)
        case .failed(let event, let output, let cause):
            writer.member("Kind", "failed")
            writer.member("Event", event)
            writer.member("Output", orNull: output)
            writer.member("Cause", cause.rawValue)
        case .cancelled(let output):
            writer.member("Kind", "cancelled")
            writer.member("Output", orNull: output)
        }
        writer.endObject()
    }
}
