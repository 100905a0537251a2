import BacalhauModel
import BacalhauSupport

extension SchedulingRecord: WireEncodable, WireDecodable {
    init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "SchedulingRecord", in: &context)
        self.init(
            evaluation: EvaluationID(rawValue: reader.string("Evaluation", in: &context) ?? ""),
            startTime: Timestamp(nanoseconds: reader.integer("StartTime", in: &context) ?? 0))
        partitions = reader.strings("Partitions", in: &context).compactMap { Int($0) }
        targets = reader.strings("Targets", in: &context).map { NodeID(rawValue: $0) }
        firstVersion = reader.integer("FirstVersion", in: &context) ?? 0
        let entries: [FailureEntry] = reader.objects("Failures", in: &context)
        for entry in entries { failures[entry.slot] = entry.count }
        for (node, reason) in reader.stringMap("Refusals", in: &context) { refusals[NodeID(rawValue: node)] = reason }
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("Evaluation", evaluation.rawValue)
        writer.member("StartTime", startTime.nanoseconds)
        writer.member("Partitions", unlessEmpty: partitions.map(String.init))
        writer.member("Targets", unlessEmpty: targets.map(\.rawValue))
        writer.member("FirstVersion", unlessZero: firstVersion)
        writer.member(
            "Failures",
            unlessEmpty: failures.sorted { $0.key < $1.key }.map { FailureEntry(slot: $0.key, count: $0.value) })
        writer.member(
            "Refusals",
            unlessEmpty: Dictionary(uniqueKeysWithValues: refusals.map { ($0.key.rawValue, $0.value) }))
        writer.endObject()
    }
}

/// How often one slot failed, as it is stored.
private struct FailureEntry: WireEncodable, WireDecodable {
    let slot: ExecutionSlot
    let count: FailureCount

    init(slot: ExecutionSlot, count: FailureCount) {
        self.slot = slot
        self.count = count
    }

    init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "Failure", in: &context)
        slot =
            reader.string("Node", in: &context).map { .node(NodeID(rawValue: $0)) }
            ?? .partition(reader.integer("Partition", in: &context) ?? 0)
        count = FailureCount(
            node: reader.integer("NodeFailures", in: &context) ?? 0,
            infrastructure: reader.integer("InfrastructureFailures", in: &context) ?? 0,
            isGivenUp: reader.bool("GivenUp", in: &context) ?? false)
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        switch slot {
        case .node(let id): writer.member("Node", id.rawValue)
        case .partition(let index): writer.member("Partition", index)
        }
        writer.member("NodeFailures", count.node)
        writer.member("InfrastructureFailures", count.infrastructure)
        if count.isGivenUp { writer.member("GivenUp", true) }
        writer.endObject()
    }
}
