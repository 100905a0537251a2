import BacalhauHTTPClient

/// What carries requests; the HTTP client, or a double in tests.
protocol APITransport: Sendable {
    func send(_ request: HTTPClientRequest) async throws(HTTPClientError) -> HTTPClientResponse
    func download(
        _ request: HTTPClientRequest, toPath path: String, options: HTTPDownloadOptions
    ) async throws(HTTPClientError) -> HTTPDownload
    /// Opens a WebSocket; `url` begins with `ws` or `wss`.
    func socket(url: String, headers: HTTPHeaders) async throws(HTTPClientError) -> any APISocket
    func close()
}

/// The receiving side of a WebSocket. Dropping the last reference closes it.
protocol APISocket: Sendable {
    /// The next message; `nil` after a normal end.
    func receive() async throws(HTTPClientError) -> [UInt8]?
}

extension HTTPClient: APITransport {
    func socket(url: String, headers: HTTPHeaders) async throws(HTTPClientError) -> any APISocket {
        try await WebSocketClient.connect(to: url, headers: headers, using: self)
    }
}

extension WebSocketClient: APISocket {
    func receive() async throws(HTTPClientError) -> [UInt8]? {
        switch try await next() {
        case .text(let text): Array(text.utf8)
        case .binary(let bytes): bytes
        case nil: nil
        }
    }
}

extension HTTPClientConfiguration {
    init(_ options: BacalhauClientOptions, endpoint: String) {
        self.init()
        connectTimeout = options.connectTimeout
        timeout = options.timeout
        userAgent = options.userAgent
        // A proxy cannot reach this machine's own loopback.
        usesProxyFromEnvironment = !HTTPClientConfiguration.isLoopback(endpoint)
        tls.caFile = options.tls.caFile
        tls.certificateFile = options.tls.clientCertificate
        tls.keyFile = options.tls.clientKey
        tls.acceptsAnyCertificate = options.tls.insecure
        // A list of all jobs has no limit of its own at the server.
        maximumResponseBytes = 256 << 20
    }

    private static func isLoopback(_ endpoint: String) -> Bool {
        guard let host = endpoint.split(separator: "://").last else { return false }
        return ["localhost", "127.", "[::1]"].contains { host.hasPrefix($0) }
    }
}
