/// What every caller outside of the engine gets: a stable code, what happened, and what to do about it.
public struct BacalhauError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A stable name for programs. New codes may be added.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        public static let badRequest = Code(rawValue: "BadRequest")
        public static let validation = Code(rawValue: "ValidationError")
        public static let unauthorized = Code(rawValue: "Unauthorized")
        public static let forbidden = Code(rawValue: "Forbidden")
        public static let notFound = Code(rawValue: "NotFound")
        public static let ambiguous = Code(rawValue: "MultipleJobsFound")
        public static let conflict = Code(rawValue: "ConflictJobState")
        public static let exhausted = Code(rawValue: "ResourceExhausted")
        public static let unavailable = Code(rawValue: "ServiceUnavailable")
        public static let notImplemented = Code(rawValue: "NotImplemented")
        public static let timedOut = Code(rawValue: "TimeOut")
        public static let cancelled = Code(rawValue: "RequestCancelled")
        public static let network = Code(rawValue: "NetworkFailure")
        public static let datastore = Code(rawValue: "DatastoreFailure")
        public static let io = Code(rawValue: "IOError")
        public static let configuration = Code(rawValue: "ConfigurationError")
        public static let versionMismatch = Code(rawValue: "VersionMismatch")
        public static let `internal` = Code(rawValue: "InternalError")
    }

    public var code: Code
    public var message: String
    /// What the reader can do; empty when there is nothing to suggest.
    public var hint: String
    /// Whether the same call may work later.
    public var isRetryable: Bool
    /// The part of the system that speaks, such as `Docker` or `JobStore`; may be empty.
    public var component: String
    public var details: [String: String]

    public init(
        _ code: Code, _ message: String, hint: String = "", isRetryable: Bool = false, component: String = "",
        details: [String: String] = [:]
    ) {
        self.code = code
        self.message = message
        self.hint = hint
        self.isRetryable = isRetryable
        self.component = component
        self.details = details
    }

    public var description: String { hint.isEmpty ? message : "\(message) (\(hint))" }

    /// The HTTP status that goes with the code.
    public var httpStatus: Int {
        switch code {
        case .badRequest, .validation: 400
        case .unauthorized: 401
        case .forbidden, .versionMismatch: 403
        case .notFound: 404
        case .ambiguous, .conflict: 409
        case .exhausted: 429
        case .notImplemented: 501
        case .unavailable: 503
        case .timedOut: 504
        default: 500
        }
    }
}
