import BacalhauModel
import BacalhauSupport

/// What the routes of one node work with.
struct APIContext: Sendable {
    let orchestrator: Orchestrator
    /// The node that answers.
    let nodeID: NodeID
    /// The logs of executions on this machine; `nil` on a pure orchestrator.
    let logs: LogStore?
    let clock: any WallClock
    let authorizer: Authorizer
    /// Answers with an archive that this node has published itself; `nil` when it has not.
    var archive: @Sendable (ExecutionID, HTTPRequest) -> HTTPResponse? = { _, _ in nil }
    /// What the operator set, without secrets, for `GET /api/v1/agent/config`.
    var configuration: @Sendable () -> JSONValue = { .object([:]) }
    /// Longest time for which a request may ask the server to wait for a change.
    let waitMax: Duration = .seconds(60)
}
