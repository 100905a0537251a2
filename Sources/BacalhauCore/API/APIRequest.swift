import BacalhauHTTPClient
import BacalhauModel
import BacalhauSupport

/// A request with the parts that handlers ask for, read by the API's rules.
struct APIRequest: Sendable {
    let http: HTTPRequest
    /// The values of the variable parts of the path.
    let values: [String: String]
    /// Who sent it; `nil` where nobody is asked.
    let caller: APICaller?
    /// What the call asks of its caller.
    let access: AccessRule

    var user: APIUser? { caller?.user }

    /// The job or node that the path names; empty on paths without one.
    var id: String { values["id"] ?? "" }

    /// Where names of jobs are looked up.
    var jobNamespace: String {
        let given = query("namespace") ?? ""
        return given.isEmpty || given == "*" ? "default" : given
    }

    /// A reason with the name of the user who gives it, so that a history tells who did something.
    func signed(_ reason: String) -> String {
        guard let user else { return reason }
        return reason.isEmpty ? "by \(user.name)" : "\(reason) (by \(user.name))"
    }

    /// The first value of a query parameter; names match in any case.
    func query(_ name: String) -> String? {
        http.query.first { $0.name.equalsIgnoringASCIICase(name) }?.value
    }

    func queries(_ name: String) -> [String] {
        http.query.filter { $0.name.equalsIgnoringASCIICase(name) }.map(\.value)
    }

    /// A number that is not negative; 0 when absent or empty.
    func number(_ name: String, max: Int64 = Int64(UInt32.max)) throws(BacalhauError) -> Int64 {
        guard let text = query(name), !text.isEmpty else { return 0 }
        guard let value = Int64(text), value >= 0, value <= max else {
            throw BacalhauError(
                .badRequest, "query parameter \(name) must be a number from 0 to \(max), not \"\(text.excerpt())\"")
        }
        return value
    }

    /// Whole seconds, with or without the unit (`30`, `30s`); 0 when absent.
    func seconds(_ name: String, max: Int64) throws(BacalhauError) -> Int64 {
        guard var text = query(name), !text.isEmpty else { return 0 }
        if text.hasSuffix("s") { text.removeLast() }
        guard let value = Int64(text), value >= 0, value <= max else {
            throw BacalhauError(.badRequest, "query parameter \(name) must be seconds from 0 to \(max), such as 30s")
        }
        return value
    }

    /// The version of a job that `job_version` names, as it is stored; `nil` when it names none.
    func jobVersion() throws(BacalhauError) -> UInt64? {
        generation.version(named: UInt64(try number("job_version", max: .max)))
    }

    func flag(_ name: String) throws(BacalhauError) -> Bool {
        switch query(name) ?? "" {
        case "1", "t", "T", "TRUE", "true", "True": return true
        case "", "0", "f", "F", "FALSE", "false", "False": return false
        case let text:
            throw BacalhauError(.badRequest, "query parameter \(name) must be true or false, not \"\(text.excerpt())\"")
        }
    }

    /// All `labels` parameters as one filter.
    func selector() throws(BacalhauError) -> LabelSelector {
        try LabelSelector(parsing: queries("labels").joined(separator: ","))
    }

    /// Reads the body.
    ///
    /// - Throws: `.badRequest` for a body that is not JSON or of another form, with every problem.
    func body<Body: WireDecodable>() throws(BacalhauError) -> Body {
        let type = http.headers["Content-Type"] ?? ""
        guard http.body.isEmpty || type.lowercased().hasPrefix("application/json") else {
            throw BacalhauError(
                .badRequest, "the body has the type \"\(type)\"", hint: "Send JSON with Content-Type: application/json."
            )
        }
        do {
            return try Body(json: http.body.isEmpty ? Array("{}".utf8) : http.body)
        } catch {
            throw BacalhauError(.badRequest, error.description, hint: "Correct the request body.")
        }
    }

    /// Which forms the client understands.
    var generation: APIGeneration { APIGeneration(clientVersion: http.headers["X-Bacalhau-Git-Version"]) }
}
