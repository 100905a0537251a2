public import BacalhauModel

extension HistoryItem: WireEncodable, WireDecodable {
    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "HistoryItem", in: &context)
        let level = reader.string("Type", in: &context).flatMap(Level.init(rawValue:)) ?? .undefined
        self.init(
            level: level, jobID: JobID(rawValue: reader.string("JobID", in: &context) ?? ""),
            nodeID: NodeID(rawValue: reader.string("NodeID", in: &context) ?? ""),
            executionID: ExecutionID(rawValue: reader.string("ExecutionID", in: &context) ?? ""),
            jobState: reader.object("JobState", in: &context),
            executionState: reader.object("ExecutionState", in: &context),
            newRevision: reader.integer("NewRevision", in: &context) ?? 0,
            event: reader.object("Event", in: &context) ?? .empty,
            time: reader.string("Time", in: &context).flatMap(RFC3339.time) ?? .zero)
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("Type", level.rawValue)
        writer.member("JobID", jobID.rawValue)
        writer.member("NodeID", unlessEmpty: nodeID.rawValue)
        writer.member("ExecutionID", unlessEmpty: executionID.rawValue)
        if let jobState { writer.member("JobState", jobState) }
        if let executionState { writer.member("ExecutionState", executionState) }
        writer.member("NewRevision", newRevision)
        writer.member("Comment", unlessEmpty: event.message)
        writer.member("Event", event)
        writer.member("Time", RFC3339.text(time))
        writer.endObject()
    }
}

extension Event: WireEncodable, WireDecodable {
    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "Event", in: &context)
        let time = reader.string("Timestamp", in: &context).flatMap(RFC3339.time)
        self.init(
            topic: reader.string("Topic", in: &context) ?? "", message: reader.string("Message", in: &context) ?? "",
            timestamp: time == .zero ? nil : time, details: reader.stringMap("Details", in: &context))
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("Message", message)
        writer.member("Topic", topic)
        writer.member("Timestamp", timestamp.map(RFC3339.text) ?? RFC3339.zero)
        writer.member("Details", unlessEmpty: details)
        writer.endObject()
    }
}
