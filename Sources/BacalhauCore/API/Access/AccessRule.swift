/// What a call asks of its caller, by v1.9's rules: the method decides the verb, the path what it is about.
enum AccessRule: Hashable, Sendable {
    /// Anybody may.
    case open
    case needs(AccessAction)

    init(of route: APIRoute) {
        // What was retired answers everybody alike.
        if case .gone = route.answer {
            self = .open
            return
        }
        let parts = route.segments.starts(with: ["api", "v1"]) ? Array(route.segments.dropFirst(2)) : route.segments
        guard let first = parts.first, !AccessRule.openPaths.contains(parts.prefix(2).joined(separator: "/")),
            first != "auth"
        else {
            self = .open
            return
        }
        let verb = route.method == "GET" ? AccessAction.Verb.read : .write
        switch (first, parts.dropFirst().first) {
        case ("orchestrator", "jobs"): self = .needs(AccessAction(verb, .job))
        case ("orchestrator", "nodes"): self = .needs(AccessAction(verb, .node))
        case ("agent", _), ("node_info", _), ("healthz", _): self = .needs(AccessAction(verb, .agent))
        default: self = .needs(AccessAction(.write, .node))
        }
    }

    /// What a client must be able to ask before it can log in, what probes ask, and the description of the API.
    private static let openPaths: Set<String> = [
        "version", "agent/alive", "agent/version", "agent/authconfig", "livez", "id", "openapi.json", "docs",
    ]
}
