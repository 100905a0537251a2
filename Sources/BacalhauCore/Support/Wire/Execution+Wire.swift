public import BacalhauModel

extension Execution: WireEncodable, WireDecodable {
    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "Execution", in: &context)
        self.init(
            id: ExecutionID(rawValue: reader.string("ID", in: &context) ?? ""),
            namespace: reader.string("Namespace", in: &context) ?? "",
            evaluationID: EvaluationID(rawValue: reader.string("EvalID", in: &context) ?? ""),
            nodeID: NodeID(rawValue: reader.string("NodeID", in: &context) ?? ""),
            jobID: JobID(rawValue: reader.string("JobID", in: &context) ?? ""),
            createTime: Timestamp(nanoseconds: reader.integer("CreateTime", in: &context) ?? 0))
        if let allocated = reader.node("AllocatedResources")?.member("Tasks"),
            case .object(let members) = allocated.content
        {
            for member in members {
                allocatedResources[member.name] = context.within("Tasks") { Resources(from: member.value, in: &$0) }
            }
        }
        desiredState = reader.object("DesiredState", in: &context) ?? StateOf(.pending)
        computeState = reader.object("ComputeState", in: &context) ?? StateOf(.undefined)
        publishedResult = reader.object("PublishedResult", in: &context)
        runOutput = reader.object("RunOutput", in: &context)
        partitionIndex = reader.integer("PartitionIndex", in: &context) ?? 0
        jobVersion = reader.integer("JobVersion", in: &context) ?? 0
        revision = reader.integer("Revision", in: &context) ?? 0
        modifyTime = Timestamp(nanoseconds: reader.integer("ModifyTime", in: &context) ?? 0)
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("ID", id.rawValue)
        writer.member("Namespace", namespace)
        writer.member("EvalID", evaluationID.rawValue)
        writer.member("Name", "")
        writer.member("NodeID", nodeID.rawValue)
        writer.member("JobID", jobID.rawValue)
        // The names of v1.9.3; left out when zero, as its reader expects and v1.4.0's does not mind.
        if jobVersion > 0 { writer.member("JobVersion", jobVersion) }
        writeAllocation(to: &writer)
        writer.member("DesiredState", desiredState)
        writer.member("ComputeState", computeState)
        writer.member("PublishedResult", orNull: publishedResult)
        writer.member("RunOutput", orNull: runOutput)
        writer.member("PreviousExecution", "")
        writer.member("NextExecution", "")
        writer.member("FollowupEvalID", "")
        if partitionIndex > 0 { writer.member("PartitionIndex", partitionIndex) }
        writer.member("Revision", revision)
        writer.member("CreateTime", createTime.nanoseconds)
        writer.member("ModifyTime", modifyTime.nanoseconds)
        writer.endObject()
    }

    private func writeAllocation(to writer: inout JSONWriter) {
        writer.name("AllocatedResources")
        writer.beginObject()
        writer.name("Tasks")
        writer.beginObject()
        for name in allocatedResources.keys.sorted(by: JSONWriter.bytewise) {
            writer.name(escaping: name)
            (allocatedResources[name] ?? .zero).write(to: &writer)
        }
        writer.endObject()
        writer.endObject()
    }
}

extension RunResult: WireEncodable, WireDecodable {
    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "RunOutput", in: &context)
        self.init(
            stdout: reader.string("Stdout", in: &context) ?? "",
            stdoutTruncated: reader.bool("StdoutTruncated", in: &context) ?? false,
            stderr: reader.string("stderr", in: &context) ?? "",
            stderrTruncated: reader.bool("StderrTruncated", in: &context) ?? false,
            exitCode: reader.integer("ExitCode", in: &context) ?? 0,
            errorMessage: reader.string("ErrorMsg", in: &context) ?? "")
    }

    /// `stderr` is written in lower case: v1.4.0 does so.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("Stdout", stdout)
        writer.member("StdoutTruncated", stdoutTruncated)
        writer.member("stderr", stderr)
        writer.member("StderrTruncated", stderrTruncated)
        writer.member("ExitCode", exitCode)
        writer.member("ErrorMsg", errorMessage)
        writer.endObject()
    }
}
