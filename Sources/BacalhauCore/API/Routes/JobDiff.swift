import BacalhauModel
import BacalhauSupport

/// How a job differs from the latest one of its name, for people.
struct JobDiff: Sendable {
    let context: APIContext

    func respond(to request: APIRequest) throws(BacalhauError) -> APIResponse {
        let body: PutJobRequest = try request.body()
        var job = try body.requiredJob()
        job.normalise()
        let problems = job.problems() + (job.name.isEmpty ? ["missing job name"] : [])
        guard problems.isEmpty else {
            throw BacalhauError(
                .validation, problems.joined(separator: "\n"), hint: "Correct the job and ask again.")
        }
        let warnings = job.sanitise()
        guard let row = try context.orchestrator.store.job(named: job.name, namespace: job.namespace),
            let known = try? Job(json: row.body)
        else {
            throw BacalhauError(
                .notFound, "there is no job named \"\(job.name)\" in the namespace \(job.namespace)",
                hint: "Submit it first.", component: "JobStore")
        }
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("Diff", JobDiff.lines(from: known, to: job).joined(separator: "\n"))
        writer.member("Warnings", nullIfEmpty: warnings)
        writer.endObject()
        return .json(writer.bytes)
    }

    /// One line for each value that goes (`-`) or comes (`+`), with its place in the job.
    static func lines(from old: Job, to new: Job) -> [String] {
        let before = values(old)
        var after = values(new)
        // A time limit that the orchestrator filled in is no difference.
        let place = "Tasks[0].Timeouts.TotalTimeout"
        after[place] = after[place] ?? before[place]
        return Set(before.keys).union(after.keys).sorted(by: JSONWriter.bytewise).flatMap { place -> [String] in
            let (left, right) = (before[place], after[place])
            guard left != right else { return [] }
            return [left.map { "- \(place): \($0)" }, right.map { "+ \(place): \($0)" }].compactMap { $0 }
        }
    }

    /// What a submission sets, without what the system writes.
    private static func values(_ job: Job) -> [String: String] {
        var result: [String: String] = [:]
        if let value = try? JSONParser.parse(job.specification.json).value { flatten(value, at: "", into: &result) }
        return result
    }

    private static func flatten(_ value: JSONValue, at place: String, into result: inout [String: String]) {
        switch value {
        case .object(let members):
            for (name, value) in members {
                flatten(value, at: place.isEmpty ? name : "\(place).\(name)", into: &result)
            }
        case .array(let elements):
            for (index, value) in elements.enumerated() { flatten(value, at: "\(place)[\(index)]", into: &result) }
        default:
            var writer = JSONWriter()
            writer.value(value)
            result[place] = String(decoding: writer.bytes, as: UTF8.self)
        }
    }
}
