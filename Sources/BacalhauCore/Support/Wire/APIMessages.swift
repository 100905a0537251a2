public import BacalhauModel

/// Asks to run a job.
public struct PutJobRequest: WireEncodable, WireDecodable, Sendable {
    /// `nil` when the body holds none, which is refused.
    public var job: Job?
    /// Makes repeating the same request harmless; empty when the client sends none.
    public var idempotencyToken: String
    /// Whether the latest job of the same name is updated, and runs again even if nothing changed.
    public var force: Bool

    /// Makes a request; without a token, sending it again submits the job again.
    public init(job: Job, idempotencyToken: String = "", force: Bool = false) {
        self.job = job
        self.idempotencyToken = idempotencyToken
        self.force = force
    }

    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "PutJobRequest", in: &context)
        job = reader.object("Job", in: &context)
        idempotencyToken = reader.string("IdempotencyToken", in: &context) ?? ""
        force = reader.bool("Force", in: &context) ?? false
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        if !idempotencyToken.isEmpty { writer.member("IdempotencyToken", idempotencyToken) }
        writer.member("Job", orNull: job)
        if force { writer.member("Force", force) }
        writer.endObject()
    }
}

/// Says how a submitted job is called.
public struct PutJobResponse: WireEncodable, WireDecodable, Hashable, Sendable {
    /// The job's full identifier: a new one, or that of the job which a repeated token or an update means.
    public var jobID: JobID
    /// The decision that the submission set off.
    public var evaluationID: EvaluationID
    /// What was changed or ignored in the job.
    public var warnings: [String]

    /// Makes an answer; `warnings` may be empty, which is `null` on the wire.
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
        writer.member("Warnings", nullIfEmpty: warnings)
        writer.endObject()
    }
}

/// Asks to stop a job.
public struct StopJobRequest: WireEncodable, WireDecodable, Sendable {
    /// Why, for the job's history; may be empty.
    public var reason: String

    /// Makes a request.
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

/// Names the evaluation that stops a job.
public struct StopJobResponse: WireEncodable, WireDecodable, Hashable, Sendable {
    /// `nil` when the job was stopped before.
    public var evaluationID: EvaluationID?

    /// Makes an answer; `nil` is an empty text on the wire.
    public init(evaluationID: EvaluationID?) { self.evaluationID = evaluationID }

    public init(from node: DocumentNode, in context: inout WireContext) {
        let text =
            ObjectReader(node, named: "StopJobResponse", in: &context).string("EvaluationID", in: &context) ?? ""
        evaluationID = text.isEmpty ? nil : EvaluationID(rawValue: text)
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("EvaluationID", evaluationID?.rawValue ?? "")
        writer.endObject()
    }
}

/// A page of things. `NextToken` is empty on the last page.
public struct ListResponse<Item: WireDecodable & Sendable>: WireDecodable, Sendable {
    /// What asks for the next page, as the query parameter `next_token`; opaque, and empty on the last page.
    public var nextToken: String
    /// The things of this page, in the order the request asked for.
    public var items: [Item]

    /// Makes a page.
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
