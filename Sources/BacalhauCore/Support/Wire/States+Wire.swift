public import BacalhauModel

/// A state that has a form of its own on the wire: text for jobs, a number for executions.
public protocol WireState: Hashable, Sendable {
    /// Reads a state. An absent or unknown one becomes the type's first; another kind of value is noted as a problem.
    init(wireNode: DocumentNode, in context: inout WireContext)

    /// Writes the state as one value.
    func writeState(to writer: inout JSONWriter)
    /// Whether there is no state yet, so that a change from or to it is left out.
    var isUndefined: Bool { get }
}

extension StateOf: WireEncodable where StateType: WireState {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.name("StateType")
        type.writeState(to: &writer)
        writer.member("Message", unlessEmpty: message)
        writer.endObject()
    }
}

extension StateOf: WireDecodable where StateType: WireState {
    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "State", in: &context)
        let type = StateType(wireNode: reader.node("StateType") ?? DocumentNode(.null), in: &context)
        self.init(type, message: reader.string("Message", in: &context) ?? "")
    }
}

extension StateChange: WireEncodable where StateType: WireState {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        if !previous.isUndefined {
            writer.name("Previous")
            previous.writeState(to: &writer)
        }
        if !new.isUndefined {
            writer.name("New")
            new.writeState(to: &writer)
        }
        writer.endObject()
    }
}

extension StateChange: WireDecodable where StateType: WireState {
    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "StateChange", in: &context)
        self.init(
            StateType(wireNode: reader.node("Previous") ?? DocumentNode(.null), in: &context),
            StateType(wireNode: reader.node("New") ?? DocumentNode(.null), in: &context))
    }
}

extension JobStateType: WireState {
    /// Unknown texts become `.undefined`, as v1.4.0's clients read them.
    public init(wireNode node: DocumentNode, in context: inout WireContext) {
        self = .undefined
        switch node.content {
        case .null: break
        case .string(let text):
            let wanted = text.trimmingBlanks()
            self = JobStateType.allCases.first { $0.rawValue.equalsIgnoringASCIICase(wanted) } ?? .undefined
        default: context.reportType("StateType", node, expected: "string")
        }
    }

    /// As text, with the first letter in upper case: `Running`.
    public func writeState(to writer: inout JSONWriter) { writer.string(rawValue) }

    /// Whether it is `.undefined`.
    public var isUndefined: Bool { self == .undefined }
}

extension ExecutionStateType: WireState {
    /// Unknown numbers become `.undefined`.
    public init(wireNode node: DocumentNode, in context: inout WireContext) {
        self = ExecutionStateType(rawValue: stateNumber(node, in: &context)) ?? .undefined
    }

    /// As a number.
    public func writeState(to writer: inout JSONWriter) { writer.integer(rawValue) }

    /// Whether it is `.undefined`.
    public var isUndefined: Bool { self == .undefined }
}

extension DesiredStateType: WireState {
    /// Unknown numbers become `.pending`.
    public init(wireNode node: DocumentNode, in context: inout WireContext) {
        self = DesiredStateType(rawValue: stateNumber(node, in: &context)) ?? .pending
    }

    /// As a number.
    public func writeState(to writer: inout JSONWriter) { writer.integer(rawValue) }

    /// Always `false`: something is wanted of every execution.
    public var isUndefined: Bool { false }
}

private func stateNumber(_ node: DocumentNode, in context: inout WireContext) -> Int {
    switch node.content {
    case .null: return 0
    case .integer(let value): return Int(value)
    default:
        context.reportType("StateType", node, expected: "int")
        return 0
    }
}
