/// What a call takes for a job: a ``JobID``, or a text, which may be an identifier, its unique beginning
/// (`j-7d1e42a9`) or the name of a job.
public protocol JobReference: Sendable {
    /// As it is looked up.
    var jobReference: String { get }
}

/// What a call takes for a node: a ``NodeID``, or a text, which may be an identifier or its unique beginning.
public protocol NodeReference: Sendable {
    /// As it is looked up.
    var nodeReference: String { get }
}

extension JobID: JobReference {
    /// The identifier.
    public var jobReference: String { rawValue }
}

extension NodeID: NodeReference {
    /// The identifier.
    public var nodeReference: String { rawValue }
}

extension String: JobReference, NodeReference {
    /// The text itself.
    public var jobReference: String { self }
    /// The text itself.
    public var nodeReference: String { self }
}
