import BacalhauModel
import Glibc

/// Shares the descriptors of the process out among the listeners, so that clients cannot take those that the node
/// itself needs for its database, logs and workloads.
struct DescriptorBudget {
    /// What the node keeps for itself.
    static let ownMax = 512
    /// Below this a node is of no use.
    static let limitMin = 128
    /// A connection over TLS has two ends of a local pair besides.
    static func descriptors(usesTLS: Bool) -> Int { usesTLS ? 3 : 1 }

    private let limit: Int
    /// For clients, in all.
    private var forClients: Int { limit - min(Self.ownMax, limit / 2) }

    /// - Parameter limit: descriptors that the process may have.
    /// - Throws: `.configuration` when that is too little for any node.
    init(limit: Int = DescriptorBudget.processLimit()) throws(BacalhauError) {
        guard limit >= Self.limitMin else {
            throw BacalhauError(
                .configuration, "the process may open only \(limit) files, and a node needs at least \(Self.limitMin)",
                hint: "Raise the limit: ulimit -n 4096, or LimitNOFILE= of the service.")
        }
        self.limit = limit
    }

    /// The soft limit of this process.
    static func processLimit() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        return Int(clamping: limit.rlim_cur)
    }

    /// Of the listener for results: a quarter.
    private var forResults: Int { forClients / 4 }

    /// Connections of the listener for results.
    func resultConnections(usesTLS: Bool) -> Int { forResults / Self.descriptors(usesTLS: usesTLS) }

    /// Connections of the API, which gets the rest.
    func apiConnections(usesTLS: Bool) -> Int { (forClients - forResults) / Self.descriptors(usesTLS: usesTLS) }

    /// What to tell the operator when the API gets fewer connections than configured.
    func warning(wanted: Int, usesTLS: Bool) -> String? {
        let possible = apiConnections(usesTLS: usesTLS)
        guard possible < wanted else { return nil }
        let needed = (wanted * Self.descriptors(usesTLS: usesTLS) * 4 + 2) / 3 + Self.ownMax
        return "the process may open \(limit) files: the API takes \(possible) connections at one time instead of "
            + "\(wanted); raise the limit to \(needed) (ulimit -n, LimitNOFILE= of the service) or set "
            + "--http-max-connections"
    }
}
