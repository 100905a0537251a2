import BacalhauHTTPClient
import BacalhauSupport

/// Asks a web server of the operator whether a job is wanted.
struct WebProbe: Sendable {
    let url: String
    /// The URL as users may see it: what may be secret is cut off.
    private let shownURL: String
    private let client: HTTPClient
    private let deadline: Duration

    /// The longest answer that is read.
    private static let answerBytesMax = 1 << 20

    init(url: String, deadline: Duration) {
        self.url = url
        shownURL = WebProbe.withoutSecrets(url)
        self.deadline = deadline
        client = HTTPClient()
    }

    func ask(_ data: [UInt8]) async -> SelectionAnswer {
        do {
            let response = try await client.send(
                HTTPClientRequest(
                    "POST", url: url, headers: ["Content-Type": "application/json"], body: .bytes(data),
                    timeout: deadline, maximumRedirects: 10, maximumResponseBytes: WebProbe.answerBytesMax))
            return answer(to: response)
        } catch {
            return .undecided("the job selection server gave no answer: \(error)")
        }
    }

    /// The URL without user name, password, query and fragment.
    static func withoutSecrets(_ url: String) -> String {
        let path = url.prefix { $0 != "?" && $0 != "#" }
        guard let scheme = path.firstRange(of: "://") else { return String(path) }
        let rest = path[scheme.upperBound...]
        let host = rest.prefix { $0 != "/" }
        let start = host.lastIndex(of: "@").map { host.index(after: $0) } ?? rest.startIndex
        return String(path[..<scheme.upperBound] + rest[start...])
    }

    /// The decision: that of a JSON answer, else any status below 400 is yes.
    func answer(to response: HTTPClientResponse) -> SelectionAnswer {
        guard response.status < 400 else {
            return .refused(
                "this node does not accept jobs where url \(shownURL) returns HTTP status code \(response.status)")
        }
        guard response.headers["Content-Type"] == "application/json" else { return .accepted }
        do {
            let decision = try WebProbeDecision(json: response.body)
            if decision.shouldWait {
                return .undecided(decision.reason.isEmpty ? "the job selection server wants to wait" : decision.reason)
            }
            if decision.shouldBid { return .accepted }
            return .refused(
                decision.reason.isEmpty
                    ? "this node does not accept jobs that url \(shownURL) declines" : decision.reason)
        } catch {
            return .undecided("the job selection server's answer cannot be read: \(error)")
        }
    }
}

/// The body of a JSON answer.
private struct WebProbeDecision: WireDecodable {
    let shouldBid: Bool
    let shouldWait: Bool
    let reason: String

    init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "decision", in: &context)
        shouldBid = reader.bool("shouldBid", in: &context) ?? false
        shouldWait = reader.bool("shouldWait", in: &context) ?? false
        reason = reader.string("reason", in: &context) ?? ""
    }
}
