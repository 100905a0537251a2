public import BacalhauModel

/// Asks to run a job again that is over.
public struct RerunJobRequest: WireEncodable, WireDecodable, Hashable, Sendable {
    /// Which version of the job is meant; 0 is the present one, and the only other that is taken is its number.
    public var version: UInt64
    /// Kept in the job's history; may be empty.
    public var reason: String
    /// Whether what has completed is run again, too. An extension of v1.9.3's request.
    public var all: Bool

    /// Makes a request; by default what has not completed of the present version runs again.
    public init(version: UInt64 = 0, reason: String = "", all: Bool = false) {
        self.version = version
        self.reason = reason
        self.all = all
    }

    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "RerunJobRequest", in: &context)
        self.init(
            version: reader.integer("JobVersion", in: &context) ?? 0,
            reason: reader.string("Reason", in: &context) ?? "", all: reader.bool("All", in: &context) ?? false)
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("JobVersion", version)
        writer.member("Reason", reason)
        if all { writer.member("All", all) }
        writer.endObject()
    }
}

/// Says that a job runs again.
public struct RerunJobResponse: WireEncodable, WireDecodable, Hashable, Sendable {
    /// The decision that the request set off.
    public var evaluationID: EvaluationID
    /// The job, under the identifier it had before.
    public var jobID: JobID
    /// The version that runs now; its executions carry the same number.
    public var version: UInt64
    /// What the server remarks on the request.
    public var warnings: [String]

    /// Makes an answer.
    public init(evaluationID: EvaluationID, jobID: JobID, version: UInt64, warnings: [String] = []) {
        self.evaluationID = evaluationID
        self.jobID = jobID
        self.version = version
        self.warnings = warnings
    }

    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "RerunJobResponse", in: &context)
        self.init(
            evaluationID: EvaluationID(rawValue: reader.string("EvaluationID", in: &context) ?? ""),
            jobID: JobID(rawValue: reader.string("JobID", in: &context) ?? ""),
            version: reader.integer("JobVersion", in: &context) ?? 0,
            warnings: reader.strings("Warnings", in: &context))
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("EvaluationID", evaluationID.rawValue)
        writer.member("JobID", jobID.rawValue)
        writer.member("JobVersion", version)
        writer.member("Warnings", warnings)
        writer.endObject()
    }
}
