import BacalhauModel

/// The two listeners of a node: the REST API, and the results of the local publisher.
struct NodeServers: Sendable {
    private let api: HTTPServer?
    private let results: HTTPServer
    private let store: ResultStore
    let apiAddress: String?
    /// What the operator should know of the listeners.
    let warnings: [String]

    /// Binds both, so that a taken port stops the start with a clear word.
    init(_ configuration: NodeConfiguration, parts: NodeParts) throws(BacalhauError) {
        results = parts.resultListener
        store = parts.results
        guard let endpoint = configuration.api else {
            api = nil
            apiAddress = nil
            warnings = []
            return
        }
        let isClosed = !configuration.access.users.isEmpty || configuration.apiTLS?.clientAuthoritiesFile != nil
        guard endpoint.isLoopback || isClosed || configuration.allowsOpenAccess else {
            throw BacalhauError(
                .configuration,
                "\(endpoint.host) can be reached from other machines, and the API asks nobody who they are",
                hint: "Name users with --auth-file, listen on 127.0.0.1, or start with --insecure-no-auth if the "
                    + "network is yours alone.")
        }
        let usesTLS = configuration.apiTLS != nil
        let isReadable = isClosed && !endpoint.isLoopback && !usesTLS
        let budget = try DescriptorBudget()
        var limits = configuration.apiLimits
        warnings = [
            budget.warning(wanted: limits.connectionsMax, usesTLS: usesTLS),
            isReadable ? "passwords and tokens cross the network unencrypted: use --tlscert and --tlskey" : nil,
        ].compactMap(\.self)
        limits.connectionsMax = min(limits.connectionsMax, budget.apiConnections(usesTLS: usesTLS))
        let server = try NodeServers.listen(
            endpoint, grace: configuration.stopGrace, tls: configuration.apiTLS, limits: limits)
        api = server.server
        apiAddress =
            "\(usesTLS ? "https" : "http")://\(NodeServers.bracketed(endpoint.host)):\(server.port)"
    }

    static func listen(
        _ endpoint: NodeConfiguration.Endpoint, grace: Duration, tls: HTTPServerTLS? = nil, limits: APILimits
    ) throws(BacalhauError) -> (server: HTTPServer, port: UInt16) {
        var settings = HTTPServerConfiguration(host: endpoint.host, port: Int(endpoint.port))
        limits.apply(to: &settings)
        settings.stopGrace = grace
        settings.tls = tls
        let server = HTTPServer(configuration: settings)
        do throws(HTTPServerError) { return (server, UInt16(clamping: try server.start())) } catch {
            throw BacalhauError(
                .configuration, error.description,
                hint: tls == nil
                    ? "Choose another port, or 0 for a free one."
                    : "Choose another port, or 0 for a free one; certificates and keys are PEM files.",
                component: "HTTPServer")
        }
    }

    static func bracketed(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }

    /// Answers until cancelled.
    func run(_ router: APIRouter) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            let files = LocalResultServer(store: store)
            group.addTask { try await results.run { files.respond(to: $0) } }
            guard let api else { return }
            group.addTask {
                try await api.run(wantsBody: { router.wantsBody(of: $0) }, handler: { await router.respond(to: $0) })
            }
        }
    }
}
