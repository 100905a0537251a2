import BacalhauModel
import BacalhauSupport

/// Small answers that old clients and probes ask for, and the endpoints that v1.4.0 retired.
struct SharedRoutes: Sendable {
    let context: APIContext

    func respond(to request: APIRequest) async throws(BacalhauError) -> APIResponse {
        switch (request.method, request.path) {
        case ("GET", ["livez"]): return .text("OK")
        case ("GET", ["id"]): return .text(context.nodeID.rawValue)
        case ("GET", ["node_info"]): return .json(try await AgentRoutes.node(context))
        case ("GET", ["healthz"]): return .json(SharedRoutes.disks())
        case ("POST", ["version"]):
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("build_version_info", BuildVersion.current)
            writer.endObject()
            return .json(writer.bytes)
        case ("POST", let path)
        where path.count == 2 && path[0] == "requester" && SharedRoutes.retired.contains(path[1]):
            return SharedRoutes.gone
        case ("GET", ["requester", "nodes"]), ("GET", ["requester", "websocket", "events"]): return SharedRoutes.gone
        default: throw APIRouter.notFound
        }
    }

    private static let retired: Set<String> = ["list", "states", "results", "events", "submit", "cancel", "debug"]

    private static let gone = APIResponse.status(
        410,
        json: Array(
            "\"This endpoint was retired. See https://docs.bacalhau.org/references/cli-reference/command-migration\""
                .utf8))

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
