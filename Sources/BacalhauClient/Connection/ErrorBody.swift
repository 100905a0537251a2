import BacalhauModel
import BacalhauSupport

/// The body of a failure: that of v1.4.0 (`error`, `message`), that of later versions (`Status`, `Message`, `Code`, …),
/// both in one, a bare JSON string, or text.
struct ErrorBody {
    private let members: [DocumentNode.Member]
    private let text: String

    /// The bytes in which the excerpt of a text is looked for.
    private static let excerptBytesMax = 4096
    /// The most details that are taken from a body, and the most characters of each.
    private static let detailCountMax = 50
    private static let detailLengthMax = 1024

    init(_ body: [UInt8]) {
        let document = try? JSONParser.parse(body)
        switch document?.content {
        case .object(let members):
            self.members = members
            text = ""
        case .string(let value):
            members = []
            text = value
        default:
            members = []
            // A page for browsers, say: its beginning tells what it is.
            text = String(decoding: body.prefix(ErrorBody.excerptBytesMax), as: UTF8.self).trimmingBlanks().excerpt()
        }
    }

    /// Names are told apart by case here: `message` and `Message` may both be there.
    private func string(_ name: String) -> String? {
        guard case .string(let value) = members.last(where: { $0.name == name })?.value.content, !value.isEmpty else {
            return nil
        }
        return value.excerpt(BacalhauError.textLengthMax)
    }

    private var details: [String: String] {
        guard case .object(let members) = members.last(where: { $0.name == "Details" })?.value.content else {
            return [:]
        }
        var result: [String: String] = [:]
        for member in members.prefix(ErrorBody.detailCountMax) {
            guard case .string(let value) = member.value.content else { continue }
            result[member.name.excerpt()] = value.excerpt(ErrorBody.detailLengthMax)
        }
        return result
    }

    private var isRetryable: Bool? {
        if case .bool(let value) = members.last(where: { $0.name == "Retryable" })?.value.content { return value }
        return details["Retryable"].map { $0 == "true" }
    }

    /// What happened, without what frameworks put around it.
    private var message: String? {
        if let message = string("Message") { return ErrorBody.unwrapped(message) }
        // v1.4.0 hides the cause of a 500 in `error` behind the name of the status.
        if let message = string("message"), message != "Internal Server Error" { return ErrorBody.unwrapped(message) }
        if let message = string("error") ?? string("Error") ?? string("message") { return ErrorBody.unwrapped(message) }
        if let reason = reason { return reason }
        return text.isEmpty ? nil : text
    }

    /// Why a login was refused.
    private var reason: String? {
        guard let answer = members.last(where: { $0.name == "Authentication" })?.value,
            case .string(let reason) = answer.member("reason")?.content, !reason.isEmpty
        else { return nil }
        return reason
    }

    func error(status: Int, call: APICall, endpoint: String) -> BacalhauError {
        var code = string("Code").map(BacalhauError.Code.init(rawValue:)) ?? ErrorBody.code(forStatus: status)
        var hint = string("Hint") ?? ""
        var message = message ?? "\(endpoint) answered \(call.method) \(call.path) with status \(status)"
        if members.contains(where: { $0.name == "MinVersion" }) { code = .versionMismatch }
        if string("Code") == nil {
            if status == 500 { code = ErrorBody.code(forInternal: message) }
            if status == 404, message == "Not Found" {
                message = "\(endpoint) does not know \(call.method) \(call.path)"
                if hint.isEmpty { hint = "is this the API of an orchestrator, and of the same version?" }
            }
        }
        if status == 401, hint.isEmpty { hint = "the server wants a valid token" }
        var details = details
        details["HTTPStatus"] = String(status)
        details["Endpoint"] = endpoint
        return BacalhauError(
            code, message, hint: hint, isRetryable: isRetryable ?? (status == 429 || status == 503),
            component: string("Component") ?? "", details: details)
    }

    static func code(forStatus status: Int) -> BacalhauError.Code {
        switch status {
        case 400, 405, 411, 413, 414, 415, 422, 431: .badRequest
        case 401: .unauthorized
        case 403: .forbidden
        case 404, 410: .notFound
        case 408, 504: .timedOut
        case 409: .conflict
        case 429: .exhausted
        case 501: .notImplemented
        case 502, 503: .unavailable
        default: .internal
        }
    }

    /// v1.4.0 answers nearly everything with 500; the text tells what it is.
    private static func code(forInternal message: String) -> BacalhauError.Code {
        let text = message.lowercased()
        if text.contains("job not found") || text.contains("node not found") { return .notFound }
        if text.contains("multiple jobs found") || text.contains("multiple nodes found") { return .ambiguous }
        return .internal
    }

    /// `code=400, message=code=400, message=bad, internal=…` becomes `bad`.
    private static func unwrapped(_ message: String) -> String {
        var rest = message[...]
        while rest.hasPrefix("code="), let comma = rest.firstIndex(of: ","),
            rest[comma...].hasPrefix(", message="), rest.dropFirst(5).prefix(3).allSatisfy(\.isNumber)
        {
            rest = rest[comma...].dropFirst(", message=".count)
        }
        return String(rest)
    }
}
