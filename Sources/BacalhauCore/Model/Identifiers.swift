/// A name for one thing that the system made; never a bare `String`, so that a job cannot be passed for a node.
public protocol Identifier: RawRepresentable<String>, Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Takes any text; whether it names something is found out where it is used.
    init(rawValue: String)
}

extension Identifier {
    public var description: String { rawValue }

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// The form people read and type: prefix letter, dash and the first eight digits (`j-0b9c1f6e`).
    ///
    /// Identifiers that do not look like `<letter>-<uuid>` are returned whole.
    public var short: String {
        let bytes = rawValue.utf8
        guard bytes.count == 38, bytes.dropFirst().first == UInt8(ascii: "-") else { return rawValue }
        return String(rawValue.prefix(10))
    }
}

/// Names a job: `j-` and a lower-case UUID, or what the submitter of a service or daemon job chose.
public struct JobID: Identifier {
    /// The identifier as it is written on the wire; empty when there is none.
    public let rawValue: String
    /// Takes any text, unchecked.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// Names one attempt to run a job on one node: `e-` and a lower-case UUID.
public struct ExecutionID: Identifier {
    /// The identifier as it is written on the wire; empty when there is none.
    public let rawValue: String
    /// Takes any text, unchecked.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// Names an orchestrator or compute node: `n-` and a lower-case UUID unless the operator chose a name.
public struct NodeID: Identifier {
    /// The identifier as it is written on the wire; empty when there is none.
    public let rawValue: String
    /// Takes any text, unchecked.
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// Names the decision that a submission or a stop set off: a bare lower-case UUID.
public struct EvaluationID: Identifier {
    /// The identifier as it is written on the wire; empty when there is none.
    public let rawValue: String
    /// Takes any text, unchecked.
    public init(rawValue: String) { self.rawValue = rawValue }
}
