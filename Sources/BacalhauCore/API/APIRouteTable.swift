import BacalhauModel

/// All calls of the API.
struct APIRouteTable: Sendable {
    /// In the order of the document.
    static let routes: [APIRoute] =
        AgentRoutes.routes + JobRoutes.routes + NodeRoutes.routes + AuthRoutes.routes + SharedRoutes.routes
        + DocumentRoutes.routes

    static let shared = APIRouteTable(routes)

    private struct Entry: Sendable {
        let route: APIRoute
        let access: AccessRule
        let segments: [Segment]
    }

    /// A part of a template.
    private enum Segment: Sendable {
        case fixed(String)
        case variable(String)

        init(_ text: Substring) {
            self = text.hasPrefix("{") ? .variable(String(text.dropFirst().dropLast())) : .fixed(String(text))
        }
    }

    /// By method and number of parts: a handful to compare.
    private let entries: [String: [Int: [Entry]]]

    init(_ routes: [APIRoute]) {
        var entries: [String: [Int: [Entry]]] = [:]
        for route in routes {
            let segments = route.segments.map(Segment.init)
            entries[route.method, default: [:]][segments.count, default: []].append(
                Entry(route: route, access: route.access, segments: segments))
        }
        self.entries = entries
    }

    /// A call that a request means.
    struct Match {
        let route: APIRoute
        /// What it asks of its caller.
        let access: AccessRule
        /// The variable parts of its path, by name.
        let values: [String: String]
    }

    /// The call at a path.
    func find(_ method: String, _ path: [String]) -> Match? {
        for entry in entries[method]?[path.count] ?? [] {
            var values: [String: String] = [:]
            let fits = zip(entry.segments, path).allSatisfy { pattern, part in
                switch pattern {
                case .fixed(let text): return text == part
                case .variable(let name):
                    values[name] = part
                    return !part.isEmpty
                }
            }
            if fits { return Match(route: entry.route, access: entry.access, values: values) }
        }
        return nil
    }
}
