import Glibc

/// What can be fuzzed: each reads bytes that somebody else wrote.
enum FuzzTarget: String, CaseIterable {
    /// JSON bodies and the jobs in them.
    case json
    /// Job files.
    case yaml
    /// Request targets, their queries, and the routes they lead to.
    case target
    /// Label selectors.
    case selector
    /// Times as text.
    case time
    /// Archives and the names in them.
    case archive
    /// What a server answers to a WebSocket client.
    case websocket
    /// Files of the log store.
    case log
    /// Credentials, and the file of users.
    case access

    static let chosen = getenv("BACALHAU_FUZZ_TARGET").flatMap { FuzzTarget(rawValue: String(cString: $0)) }

    func run(_ bytes: [UInt8]) {
        switch self {
        case .json: DocumentFuzzing.json(bytes)
        case .yaml: DocumentFuzzing.yaml(bytes)
        case .target: RequestFuzzing.target(bytes)
        case .selector: RequestFuzzing.selector(bytes)
        case .time: RequestFuzzing.time(bytes)
        case .archive: ArchiveFuzzing.run(bytes)
        case .websocket: WebSocketFuzzing.run(bytes)
        case .log: LogFuzzing.run(bytes)
        case .access: AccessFuzzing.run(bytes)
        }
    }

    /// What holds for every input.
    static func claim(_ holds: Bool, _ claim: String) {
        precondition(holds, claim)
    }
}
