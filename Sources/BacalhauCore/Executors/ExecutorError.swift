public import BacalhauModel

/// Why an executor could not do what it was asked.
public enum ExecutorError: Error, Hashable, Sendable, CustomStringConvertible {
    /// This machine will never run it: wrong parameters, missing module, another platform. Do not retry here.
    case rejected(reason: String, hint: String)
    /// Not now: the engine is down, the registry does not answer. Trying later, or elsewhere, may help.
    case unavailable(reason: String, hint: String)
    /// No such execution.
    case notFound(ExecutionID)
    /// The calling task was cancelled.
    case cancelled

    public var description: String {
        switch self {
        case .rejected(let reason, _), .unavailable(let reason, _): reason
        case .notFound(let id): "execution \(id) is not known to the engine"
        case .cancelled: "cancelled"
        }
    }

    /// What the reader can do; empty when there is nothing to suggest.
    public var hint: String {
        switch self {
        case .rejected(_, let hint), .unavailable(_, let hint): hint
        case .notFound, .cancelled: ""
        }
    }

    /// Whether another attempt may succeed.
    public var isRetryable: Bool {
        switch self {
        case .unavailable, .cancelled: true
        case .rejected, .notFound: false
        }
    }
}
