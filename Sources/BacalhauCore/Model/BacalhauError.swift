/// What every caller outside of the engine gets: a stable code, what happened, and what to do about it.
public struct BacalhauError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A stable name for programs. New codes may be added.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The name on the wire.
        public let rawValue: String
        /// Names a code, also one that is not known here.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The request cannot be read.
        public static let badRequest = Code(rawValue: "BadRequest")
        /// The job is refused; the message has one problem a line.
        public static let validation = Code(rawValue: "ValidationError")
        /// The server wants a token, or another one.
        public static let unauthorized = Code(rawValue: "Unauthorized")
        /// The token, or a rule, does not allow it.
        public static let forbidden = Code(rawValue: "Forbidden")
        /// No job, node or execution of that name, or no such call at this server.
        public static let notFound = Code(rawValue: "NotFound")
        /// Several things fit the beginning of an identifier.
        public static let ambiguous = Code(rawValue: "MultipleJobsFound")
        /// The state of the thing does not allow it now.
        public static let conflict = Code(rawValue: "ConflictJobState")
        /// Too many or too much at once.
        public static let exhausted = Code(rawValue: "ResourceExhausted")
        /// The server cannot do it now.
        public static let unavailable = Code(rawValue: "ServiceUnavailable")
        /// There is no such thing here yet.
        public static let notImplemented = Code(rawValue: "NotImplemented")
        /// It took too long.
        public static let timedOut = Code(rawValue: "TimeOut")
        /// The caller's task was cancelled, or the client closed.
        public static let cancelled = Code(rawValue: "RequestCancelled")
        /// No answer arrived.
        public static let network = Code(rawValue: "NetworkFailure")
        /// The server's store has failed.
        public static let datastore = Code(rawValue: "DatastoreFailure")
        /// A file or folder could not be used.
        public static let io = Code(rawValue: "IOError")
        /// A setting is wrong.
        public static let configuration = Code(rawValue: "ConfigurationError")
        /// The server wants another version of the client.
        public static let versionMismatch = Code(rawValue: "VersionMismatch")
        /// Something happened that should not.
        public static let `internal` = Code(rawValue: "InternalError")
    }

    /// For programs.
    public var code: Code
    /// What happened, and where; at most ``textLengthMax`` characters when it was given to the initialiser.
    public var message: String
    /// What the reader can do; empty when there is nothing to suggest.
    public var hint: String
    /// Whether the same call may work later.
    public var isRetryable: Bool
    /// The part of the system that speaks, such as `Docker` or `JobStore`; may be empty.
    public var component: String
    /// More for programs, such as `HTTPStatus`, `Endpoint` and `RequestID`.
    public var details: [String: String]

    /// More of a message or a hint is cut off: they may come from a server, or quote what somebody sent.
    public static let textLengthMax = 8192

    /// Describes what went wrong.
    public init(
        _ code: Code, _ message: String, hint: String = "", isRetryable: Bool = false, component: String = "",
        details: [String: String] = [:]
    ) {
        self.code = code
        self.message = message.excerpt(BacalhauError.textLengthMax)
        self.hint = hint.excerpt(BacalhauError.textLengthMax)
        self.isRetryable = isRetryable
        self.component = component
        self.details = details
    }

    /// The message, and the hint in brackets.
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
