public import BacalhauModel

/// Takes the results of an execution to where a job wants them. Safe to use from many executions at once.
///
/// The name leaves `Publisher` to the model, where it is what a job says.
public protocol ResultPublisher: Sendable {
    /// The publisher type that jobs name, in lower case.
    var publisherType: String { get }

    /// Whether results can be published now.
    func availability() async -> Availability

    /// Looks at the publisher of a job before the node takes it.
    ///
    /// - Throws: `.rejected` when it never will work here.
    func check(_ publisher: Publisher) async throws(PublisherError)

    /// Publishes the content of `directory` and says where it is now. Symbolic links are never followed.
    ///
    /// Repeating it replaces what was published. Cancelling the task ends it promptly and leaves nothing half done.
    func publish(_ directory: String, of execution: ExecutionID, job: JobID, to publisher: Publisher)
        async throws(PublisherError) -> SpecConfig

    /// Removes what was published for an execution, when it is kept on this node. Repeating it is harmless.
    func remove(_ execution: ExecutionID) async
}

/// Why results could not be published.
public enum PublisherError: Error, Hashable, Sendable, CustomStringConvertible {
    /// It never will work: wrong parameters, results that cannot be packed.
    case rejected(reason: String, hint: String)
    /// Trying later may help: the server does not answer, the disk is full.
    case unavailable(reason: String, hint: String)
    /// The calling task was cancelled.
    case cancelled

    public var description: String {
        switch self {
        case .rejected(let reason, _), .unavailable(let reason, _): reason
        case .cancelled: "cancelled"
        }
    }

    /// What the reader can do; empty when there is nothing to suggest.
    public var hint: String {
        switch self {
        case .rejected(_, let hint), .unavailable(_, let hint): hint
        case .cancelled: ""
        }
    }

    /// Whether another attempt may succeed.
    public var isRetryable: Bool {
        if case .rejected = self { false } else { true }
    }
}
