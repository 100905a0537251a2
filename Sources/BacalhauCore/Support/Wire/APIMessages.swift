public import BacalhauModel

/// Asks to run a job.
public struct PutJobRequest: WireEncodable, WireDecodable, Sendable {
    /// `nil` when the body holds none, which is refused.
    public var job: Job?
    /// Makes repeating the same request harmless; empty when the client sends none.
    public var idempotencyToken: String

    public init(job: Job, idempotencyToken: String = "") {
        self.job = job
        self.idempotencyToken = idempotencyToken
    }

    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "PutJobRequest", in: &context)
        job = reader.object("Job", in: &context)
        idempotencyToken = reader.string("IdempotencyToken", in: &context) ?? ""
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        if !idempotencyToken.isEmpty { writer.member("IdempotencyToken", idempotencyToken) }
        writer.member("Job", orNull: job)
        writer.endObject()
    }
}

/// Says how a submitted job is called.
public struct PutJobResponse: WireEncodable, WireDecodable, Hashable, Sendable {
    public var jobID: JobID
    public var evaluationID: EvaluationID
    /// What was changed or ignored in the job.
    public var warnings: [String]

    public init(jobID: JobID, evaluationID: EvaluationID, warnings: [String]) {
        self.jobID = jobID
        self.evaluationID = evaluationID
        self.warnings = warnings
    }

    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "PutJobResponse", in: &context)
        jobID = JobID(rawValue: reader.string("JobID", in: &context) ?? "")
        evaluationID = EvaluationID(rawValue: reader.string("EvaluationID", in: &context) ?? "")
        warnings = reader.strings("Warnings", in: &context)
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("JobID", jobID.rawValue)
        writer.member("EvaluationID", evaluationID.rawValue)
        if warnings.isEmpty {
            writer.name("Warnings")
            writer.null()
        } else {
            writer.member("Warnings", warnings)
        }
        writer.endObject()
    }
}

/// Asks to stop a job.
public struct StopJobRequest: WireEncodable, WireDecodable, Sendable {
    public var reason: String

    public init(reason: String) { self.reason = reason }

    public init(from node: DocumentNode, in context: inout WireContext) {
        reason = ObjectReader(node, named: "StopJobRequest", in: &context).string("reason", in: &context) ?? ""
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("reason", reason)
        writer.endObject()
    }
}

/// A page of things. `NextToken` is empty on the last page.
public struct ListResponse<Item: WireDecodable & Sendable>: WireDecodable, Sendable {
    public var nextToken: String
    public var items: [Item]

    public init(nextToken: String, items: [Item]) {
        self.nextToken = nextToken
        self.items = items
    }

    /// Node lists call their items `Nodes`.
    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "ListResponse", in: &context)
        nextToken = reader.string("NextToken", in: &context) ?? ""
        items = reader.objects(reader.node("Nodes") == nil ? "Items" : "Nodes", in: &context)
    }
}

/// One piece of a job's output as it goes over the WebSocket.
public struct LogMessage: WireEncodable, WireDecodable, Hashable, Sendable {
    /// 1 is standard output, 2 is standard error, 0 goes with an error.
    public var type: Int
    /// A piece of output, not always a whole line.
    public var line: String
    /// Why the stream ends early; empty otherwise.
    public var error: String

    public init(type: Int, line: String, error: String = "") {
        self.type = type
        self.line = line
        self.error = error
    }

    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "LogMessage", in: &context)
        error = reader.string("error", in: &context) ?? ""
        let value = ObjectReader(reader.node("value") ?? DocumentNode(.null), named: "value", in: &context)
        type = value.integer("Type", in: &context) ?? 0
        line = value.string("Line", in: &context) ?? ""
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("error", unlessEmpty: error)
        writer.name("value")
        writer.beginObject()
        writer.member("Type", type)
        writer.member("Line", line)
        writer.endObject()
        writer.endObject()
    }
}
