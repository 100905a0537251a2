import BacalhauHTTPClient
import BacalhauModel

/// Which web pages may use what a browser can do without the page knowing a credential: change something or open a
/// WebSocket on a node that asks nobody who they are, and open one with a password that the browser remembers.
///
/// Any page that somebody opens in a browser can send requests to a node on the same machine. Browsers say which page it
/// was; programs that are not browsers do not, and are not held up.
struct OriginRule: Sendable {
    /// As browsers write them, `https://ui.example.org:8443`; `*` for all.
    private let allowed: Set<String>

    init(_ settings: AccessSettings) { allowed = Set(settings.allowedOrigins.map { $0.lowercased() }) }

    /// - Throws: `.forbidden` for a request of a page of another site.
    func admit(_ request: HTTPRequest) throws(BacalhauError) {
        guard let origin = request.headers["Origin"],
            !isAllowed(origin.lowercased(), host: request.headers["Host"] ?? "")
        else { return }
        throw BacalhauError(
            .forbidden, "a page of \(origin.excerpt()) may not do this here",
            hint: "Start the node with --allow-origins \(origin.excerpt()), or send a token or an API key.",
            component: "Authorizer")
    }

    private func isAllowed(_ origin: String, host: String) -> Bool {
        if allowed.contains("*") || allowed.contains(origin) { return true }
        guard let name = OriginRule.hostName(origin) else { return false }
        if name == "localhost" || name.hasSuffix(".localhost") || name == "[::1]" || OriginRule.isLoopback(name) {
            return true
        }
        // The node's own pages. A name could lead here because a stranger's name server says so; an address cannot.
        return OriginRule.isAddress(name) && name == OriginRule.hostName("//" + host.lowercased())
    }

    /// Without scheme and port; IPv6 addresses in brackets.
    private static func hostName(_ origin: String) -> Substring? {
        guard let start = origin.firstRange(of: "//") else { return nil }
        let rest = origin[start.upperBound...]
        if rest.first == "[" { return rest.firstIndex(of: "]").map { rest[...$0] } }
        return rest.prefix { $0 != ":" && $0 != "/" }
    }

    private static func isAddress(_ name: Substring) -> Bool { name.first == "[" || numbers(name) != nil }

    private static func isLoopback(_ name: Substring) -> Bool { numbers(name)?.first == 127 }

    /// The four numbers of an IPv4 address.
    private static func numbers(_ name: Substring) -> [UInt8]? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { UInt8($0) }
        return parts.count == 4 && numbers.count == 4 ? numbers : nil
    }
}
