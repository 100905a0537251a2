public import BacalhauModel

/// Reads the members of one object, in any case of their names; `null` counts as absent.
public struct ObjectReader {
    private let members: [DocumentNode.Member]
    /// The object itself, as it was given.
    public let node: DocumentNode

    /// Takes an object; anything else is noted as a problem and read as an empty one. `null` is an empty object.
    public init(_ node: DocumentNode, named name: String, in context: inout WireContext) {
        self.node = node
        switch node.content {
        case .object(let members): self.members = members
        case .null: members = []
        default:
            members = []
            context.reportType(name, node, expected: "object")
        }
    }

    /// The names of all members and where they stand, in the order of the document; also of those that are `null`.
    public var names: [(name: String, position: SourcePosition)] { members.map { ($0.name, $0.position) } }

    /// The last member of that name, unless it is `null`.
    public func node(_ name: String) -> DocumentNode? {
        guard let found = members.last(where: { $0.name.equalsIgnoringASCIICase(name) })?.value, !found.isNull else {
            return nil
        }
        return found
    }

    /// Text; `nil` when absent. Any other kind is noted as a problem and read as absent, here and below.
    public func string(_ name: String, in context: inout WireContext) -> String? {
        guard let node = node(name) else { return nil }
        if case .string(let value) = node.content { return value }
        context.reportType(name, node, expected: "string")
        return nil
    }

    /// A truth value; `nil` when absent. Numbers and texts do not count as one.
    public func bool(_ name: String, in context: inout WireContext) -> Bool? {
        guard let node = node(name) else { return nil }
        if case .bool(let value) = node.content { return value }
        context.reportType(name, node, expected: "bool")
        return nil
    }

    /// A whole number; `nil` when absent. One that does not fit `Integer`, or has a fraction, is noted as a problem.
    public func integer<Integer: FixedWidthInteger>(
        _ name: String, as: Integer.Type = Integer.self, in context: inout WireContext
    ) -> Integer? {
        guard let node = node(name) else { return nil }
        if case .integer(let value) = node.content {
            if let exact = Integer(exactly: value) { return exact }
            context.report("field: '\(name)' is out of range: \(value)", at: node.position)
            return nil
        }
        if case .double(let value) = node.content, Integer.self == UInt64.self, let exact = UInt64(exactly: value) {
            return Integer(truncatingIfNeeded: exact)
        }
        context.reportType(name, node, expected: "int")
        return nil
    }

    /// A number, whole or not; `nil` when absent.
    public func double(_ name: String, in context: inout WireContext) -> Double? {
        guard let node = node(name) else { return nil }
        switch node.content {
        case .double(let value): return value
        case .integer(let value): return Double(value)
        default:
            context.reportType(name, node, expected: "number")
            return nil
        }
    }

    /// A list of texts; empty when absent. Elements of another kind are noted as problems and left out.
    public func strings(_ name: String, in context: inout WireContext) -> [String] {
        array(name, in: &context) { node, context in
            if case .string(let value) = node.content { return value }
            context.reportType(name, node, expected: "string")
            return nil
        }
    }

    /// An object of texts with its names as written; empty when absent. Members that are `null` are left out.
    public func stringMap(_ name: String, in context: inout WireContext) -> [String: String] {
        guard let node = node(name) else { return [:] }
        guard case .object(let members) = node.content else {
            context.reportType(name, node, expected: "object")
            return [:]
        }
        var result: [String: String] = [:]
        for member in members {
            if case .string(let value) = member.value.content {
                result[member.name] = value
            } else if !member.value.isNull {
                context.within(name) { $0.reportType(member.name, member.value, expected: "string") }
            }
        }
        return result
    }

    /// A member of any kind; `nil` when absent.
    public func value(_ name: String) -> JSONValue? { node(name)?.value }

    /// A member in the form of its type; `nil` when absent. Problems inside carry the path to it.
    public func object<Value: WireDecodable>(_ name: String, in context: inout WireContext) -> Value? {
        guard let node = node(name) else { return nil }
        return context.within(name) { Value(from: node, in: &$0) }
    }

    /// A list in the form of its type; empty when absent. Problems inside carry the index.
    public func objects<Value: WireDecodable>(_ name: String, in context: inout WireContext) -> [Value] {
        array(name, in: &context) { node, context in Value(from: node, in: &context) }
    }

    private func array<Element>(
        _ name: String, in context: inout WireContext,
        _ element: (DocumentNode, inout WireContext) -> Element?
    ) -> [Element] {
        guard let node = node(name) else { return [] }
        guard case .array(let nodes) = node.content else {
            context.reportType(name, node, expected: "array")
            return []
        }
        var result: [Element] = []
        for (index, node) in nodes.enumerated() {
            if let value = context.within("\(name)[\(index)]", { element(node, &$0) }) { result.append(value) }
        }
        return result
    }
}
