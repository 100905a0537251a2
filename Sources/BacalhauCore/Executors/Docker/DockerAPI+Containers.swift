internal import BacalhauHTTPClient
internal import BacalhauModel
internal import BacalhauSupport

extension DockerAPI {
    /// A container in the engine's list.
    struct ListedContainer: Hashable, Sendable {
        var id: String
        /// `created`, `running`, `exited`, …
        var state: String
        var labels: [String: String]
    }

    /// Makes a container and returns its id.
    func createContainer(_ plan: ContainerPlan) async throws(DockerFailure) -> String {
        let response = try await call(
            "POST", "/containers/create", query: [("name", plan.name)], body: plan.document)
        guard let id = JSONValue(parsing: response.body)?.object?["Id"]?.string else { throw .unreadable }
        return id
    }

    /// The output of a container from now on, as frames. Ends with the container.
    func attach(_ id: String) async throws(DockerFailure) -> HTTPResponseBody {
        try await stream(
            "POST", "/containers/\(id)/attach", query: [("stream", "1"), ("stdout", "1"), ("stderr", "1")])
    }

    /// The output of a container as frames that begin with their times, as far as the engine kept it, from its beginning or
    /// from a time on. Ends with what there is, or, when it `follows`, with the container.
    func timedLogs(
        _ id: String, since: Timestamp? = nil, follows: Bool
    ) async throws(DockerFailure) -> HTTPResponseBody {
        let start = since.map { [("since", Self.seconds($0))] } ?? []
        return try await logs(id, [("follow", follows ? "1" : "0"), ("timestamps", "1")] + start)
    }

    /// The output of some time that the engine has now.
    func logs(_ id: String, since: Timestamp, until: Timestamp) async throws(DockerFailure) -> HTTPResponseBody {
        try await logs(id, [("since", Self.seconds(since)), ("until", Self.seconds(until))])
    }

    private func logs(_ id: String, _ query: [(String, String)]) async throws(DockerFailure) -> HTTPResponseBody {
        try await stream("GET", "/containers/\(id)/logs", query: [("stdout", "1"), ("stderr", "1")] + query)
    }

    /// When the earliest output that the engine still has was written; `nil` for none.
    func firstOutputTime(_ id: String) async throws -> Timestamp? {
        let body = try await timedLogs(id, follows: false)
        defer { body.cancel() }
        // The head of a frame, a time with nine decimals, a space.
        var bytes: [UInt8] = []
        while bytes.count < 8 + 31, let piece = try await body.next() { bytes += piece }
        return RFC3339.time(String(decoding: bytes.dropFirst(8).prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self))
    }

    /// Starts a container; one that runs is left alone.
    func startContainer(_ id: String) async throws(DockerFailure) {
        _ = try await call("POST", "/containers/\(id)/start")
    }

    /// Waits until a container does not run, however long that takes.
    func waitForEnd(of id: String) async throws(DockerFailure) {
        _ = try await call("POST", "/containers/\(id)/wait", timeout: .zero)
    }

    /// How a container is.
    func inspect(_ id: String) async throws(DockerFailure) -> ContainerState {
        let response = try await call("GET", "/containers/\(id)/json")
        guard let state = ContainerState(JSONValue(parsing: response.body)) else { throw .unreadable }
        return state
    }

    /// Whether the engine was told that memory ran out in a container, as far back as it remembers events.
    func sawMemoryRunOut(_ id: String) async throws(DockerFailure) -> Bool {
        // An end that lies in the past lets the engine answer at once with what it has.
        let filters: JSONValue = ["container": [.string(id)], "event": ["oom"]]
        let response = try await call(
            "GET", "/events",
            query: [
                ("since", "0"), ("until", Self.seconds(SystemWallClock().now())),
                ("filters", String(decoding: filters.serialized, as: UTF8.self)),
            ])
        return !response.body.isEmpty
    }

    /// Seconds since 1970 with nine decimals.
    private static func seconds(_ time: Timestamp) -> String {
        let (seconds, fraction) = max(time, .zero).nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return "\(seconds).\(String(1_000_000_000 + fraction).dropFirst())"
    }

    /// Asks the program to end, and kills it after `grace`. Returns once it has ended.
    /// - Returns: `false` when it had ended before.
    func stopContainer(_ id: String, grace: Duration) async throws(DockerFailure) -> Bool {
        let (seconds, attoseconds) = grace.components
        let wholeSeconds = max(0, seconds + (attoseconds > 0 ? 1 : 0))
        let response = try await call(
            "POST", "/containers/\(id)/stop", query: [("t", String(wholeSeconds))],
            timeout: .seconds(wholeSeconds) + .seconds(60))
        return response.status != 304
    }

    /// Kills the program at once; does not wait for its end.
    func killContainer(_ id: String) async throws(DockerFailure) {
        _ = try await call("POST", "/containers/\(id)/kill")
    }

    /// Kills and removes a container with its anonymous volumes. One that is gone already counts as removed.
    func removeContainer(_ id: String) async throws(DockerFailure) {
        do throws(DockerFailure) {
            _ = try await call("DELETE", "/containers/\(id)", query: [("force", "1"), ("v", "1")])
        } catch {
            guard error.isNotFound || error.isConflict else { throw error }
        }
    }

    /// Containers in any state that match a filter, newest first.
    func containers(matching filter: JSONValue) async throws(DockerFailure) -> [ListedContainer] {
        let response = try await call(
            "GET", "/containers/json",
            query: [("all", "1"), ("filters", String(decoding: filter.serialized, as: UTF8.self))])
        guard let list = JSONValue(parsing: response.body)?.array else { throw .unreadable }
        return list.compactMap { element in
            guard let members = element.object, let id = members["Id"]?.string else { return nil }
            let labels = (members["Labels"]?.object ?? [:]).compactMapValues(\.string)
            return ListedContainer(id: id, state: members["State"]?.string ?? "", labels: labels)
        }
    }
}

extension DockerFailure {
    /// The engine's answer makes no sense.
    static let unreadable = DockerFailure.unreachable(
        reason: "the Docker engine's answer cannot be understood", hint: "check the engine's version")
}
