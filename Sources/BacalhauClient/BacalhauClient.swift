/// Speaks to an orchestrator through its REST API.
///
/// Calls are grouped: ``jobs``, ``nodes``, ``agent`` and ``auth``. All of them may be used from any number of tasks at
/// once; connections are kept and shared. Cancelling the calling task ends its request at once with
/// `BacalhauError.Code.cancelled`. Every failure is a `BacalhauError` that says what happened and what to do.
public final class BacalhauClient: Sendable {
    /// Where the server is, for example `http://127.0.0.1:1234`.
    public let endpoint: String
    let connection: APIConnection

    /// Makes a client; nothing is sent before the first call.
    ///
    /// - Parameters:
    ///   - endpoint: scheme, host and port; `https` for TLS. A wrong one is reported by the first call.
    ///   - options: token, certificates, time limits and retries.
    public convenience init(endpoint: String = "http://127.0.0.1:1234", options: BacalhauClientOptions = .init()) {
        self.init(connection: APIConnection(endpoint: endpoint, options: options))
    }

    init(connection: APIConnection) {
        self.connection = connection
        endpoint = connection.endpoint
    }

    /// Submits, watches and stops jobs, and fetches what they wrote.
    public var jobs: JobsAPI { JobsAPI(connection: connection) }
    /// Lists the cluster's nodes and decides who belongs to it.
    public var nodes: NodesAPI { NodesAPI(connection: connection) }
    /// Asks the answering node about itself.
    public var agent: AgentAPI { AgentAPI(connection: connection) }
    /// Exchanges a key or a password for a token.
    public var auth: AuthAPI { AuthAPI(connection: connection) }

    /// Ends open requests and log streams; later calls fail. Dropping the last reference does the same.
    public func close() { connection.close() }
}
