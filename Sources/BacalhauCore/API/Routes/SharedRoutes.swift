import BacalhauModel
import BacalhauSupport

/// Small answers that old clients and probes ask for, and the endpoints that v1.4.0 retired.
enum SharedRoutes {
    static let routes: [APIRoute] =
        [
            APIRoute(
                method: "GET", template: "/", name: "home", summary: "The program that answers.",
                answer: .json("BuildVersion"), handle: { _, _ in .value(BuildVersion.current) }),
            APIRoute(
                method: "GET", template: "/api/v1/livez", name: "livez", summary: "`OK`.", answer: .text,
                handle: { _, _ in .text("OK") }),
            APIRoute(
                method: "GET", template: "/api/v1/id", name: "id", summary: "The node's name.", answer: .text,
                handle: { context, _ in .text(context.nodeID.rawValue) }),
            APIRoute(
                method: "GET", template: "/api/v1/node_info", name: "nodeInfo", summary: "As agent/node.",
                answer: .json("AgentNode"), handle: { try await AgentRoutes(context: $0).node($1) }),
            APIRoute(
                method: "GET", template: "/api/v1/healthz", name: "healthz", summary: "Room on the node's disks.",
                answer: .json("Health"), handle: { _, _ in .json(disks()) }),
            APIRoute(
                method: "POST", template: "/api/v1/version", name: "version",
                summary: "The program that answers, as the first clients ask for it.",
                answer: .json("VersionResponse"), handle: { _, _ in version() }),
            APIRoute(
                method: "POST", template: "/api/v1/compute/debug", name: "computeDebug", summary: "As agent/debug.",
                answer: .json("Debug"), handle: { context, _ in try await AgentRoutes(context: context).debug() }),
            APIRoute(
                method: "POST", template: "/api/v1/compute/approve", name: "approveBid",
                summary: "Nobody may: bids never wait here, so that no approver is named.",
                answer: .json("ApproveBidResponse"), body: "ApproveBidRequest", failures: [401],
                handle: { try BidApproval.respond(to: $1) }),
        ] + retired

    /// Calls that v1.4.0 retired, too.
    private static let retired = [
        ("POST", "list"), ("POST", "states"), ("POST", "results"), ("POST", "events"), ("POST", "submit"),
        ("POST", "cancel"), ("POST", "debug"), ("GET", "nodes"), ("GET", "websocket/events"),
    ].map { method, path in
        APIRoute(
            method: method, template: "/api/v1/requester/" + path,
            name: "retired" + path.split(separator: "/").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(),
            summary: "Was retired.", answer: .gone,
            handle: { _, _ in
                .status(
                    410,
                    json: Array(
                        "\"This endpoint was retired. See \(migrationGuide)\"".utf8))
            })
    }

    private static let migrationGuide = "https://docs.bacalhau.org/references/cli-reference/command-migration"

    private static func version() -> APIResponse {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("build_version_info", BuildVersion.current)
        writer.endObject()
        return .json(writer.bytes)
    }

    private static func disks() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("FreeSpace")
        writer.beginObject()
        for (name, path) in [("tmp", "/tmp"), ("root", "/")] {
            let all = HostCapacity.totalBytes(path)
            let free = HostCapacity.freeBytes(path)
            writer.name(escaping: name)
            writer.beginObject()
            writer.member("All", all)
            writer.member("Used", all - min(all, free))
            writer.member("Free", free)
            writer.endObject()
        }
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }
}
