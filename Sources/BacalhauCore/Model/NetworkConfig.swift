/// What a task may reach over the network.
public struct NetworkConfig: Hashable, Sendable {
    /// How much of the network a container sees; WebAssembly modules see none.
    public var type: NetworkType
    /// Hosts that `.http` may reach; a leading dot means the domain and everything below it.
    public var domains: [String]

    /// No network, unless told.
    public init(type: NetworkType = .none, domains: [String] = []) {
        self.type = type
        self.domains = domains
    }
}

/// How much of the network a task sees. `none` is the default.
public enum NetworkType: String, Sendable, CaseIterable {
    /// Only the loopback interface.
    case none = "None"
    /// All that the node reaches; nodes refuse such tasks unless their operator allows it.
    case full = "Full"
    /// HTTP to ``NetworkConfig/domains`` only. The Docker engine refuses such tasks.
    case http = "HTTP"

    /// Reads the text of a job, ignoring case and surrounding blanks; also the newer names for the same things. A bridge
    /// is none of them: it asks for less than ``full`` gives.
    public init?(text: String) {
        switch text.trimmingBlanks().lowercased() {
        case "none", "default": self = .none
        case "full", "host": self = .full
        case "http": self = .http
        default: return nil
        }
    }
}
