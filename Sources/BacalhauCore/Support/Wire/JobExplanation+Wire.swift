public import BacalhauModel

/// An extension of v1.4.0's API: the answer to `GET …/jobs/:id/explain`.
extension JobExplanation: WireEncodable, WireDecodable {
    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "JobExplanation", in: &context)
        self.init(
            summary: reader.string("Summary", in: &context) ?? "", position: reader.integer("Position", in: &context),
            waitingCount: reader.integer("WaitingCount", in: &context) ?? 0,
            missingCount: reader.integer("MissingCount", in: &context) ?? 0,
            obstacles: reader.objects("Obstacles", in: &context), wakeUps: reader.objects("WakeUps", in: &context))
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("Summary", summary)
        if let position { writer.member("Position", position) }
        writer.member("WaitingCount", waitingCount)
        writer.member("MissingCount", missingCount)
        writer.member("Obstacles", obstacles)
        writer.member("WakeUps", wakeUps)
        writer.endObject()
    }
}

extension JobExplanation.Obstacle: WireEncodable, WireDecodable {
    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "Obstacle", in: &context)
        self.init(
            reason: reader.string("Reason", in: &context) ?? "",
            nodeCount: reader.integer("NodeCount", in: &context) ?? 0,
            examples: reader.strings("Nodes", in: &context).map(NodeID.init(rawValue:)))
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("Reason", reason)
        writer.member("NodeCount", nodeCount)
        writer.member("Nodes", examples.map(\.rawValue))
        writer.endObject()
    }
}

extension JobExplanation.WakeUp: WireEncodable, WireDecodable {
    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "WakeUp", in: &context)
        self.init(
            time: reader.string("Time", in: &context).flatMap(RFC3339.time) ?? .zero,
            reason: reader.string("Reason", in: &context) ?? "")
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("Time", RFC3339.text(time))
        writer.member("Reason", reason)
        writer.endObject()
    }
}
