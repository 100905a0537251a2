/// What a task may reach over the network.
public struct NetworkConfig: Hashable, Sendable {
    public var type: NetworkType
    /// Hosts that `.http` may reach; a leading dot means the domain and everything below it.
    public var domains: [String]

    public init(type: NetworkType = .none, domains: [String] = []) {
        self.type = type
        self.domains = domains
    }
}

/// How much of the network a task sees. `none` is the default.
public enum NetworkType: String, Sendable, CaseIterable {
    case none = "None"
    case full = "Full"
    case http = "HTTP"

    /// Reads the text of a job, ignoring case and surrounding blanks; also the newer names for the same things.
    public init?(text: String) {
        switch text.trimmingBlanks().lowercased() {
        case "none", "default": self = .none
        case "full", "host", "bridge": self = .full
        case "http": self = .http
        default: return nil
        }
    }
}
