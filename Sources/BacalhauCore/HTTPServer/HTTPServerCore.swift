import CHTTPServer

/// A started server: owns the io threads.
final class HTTPServerCore: Sendable {
    let events: HTTPServerEvents
    /// The TCP port that is listened on.
    let port: Int
    /// Any thread may use it (see the C header) until this object ends; after ``stop()`` calls are dropped.
    nonisolated(unsafe) let server: OpaquePointer
    private let grace: Duration

    /// Binds and listens.
    ///
    /// - Throws: ``HTTPServerError/cannotListen(address:reason:)`` or
    ///   ``HTTPServerError/invalidConfiguration(_:)``.
    init(configuration: HTTPServerConfiguration) throws(HTTPServerError) {
        let events = HTTPServerEvents(configuration: configuration)
        var config = try configuration.checked()
        var callbacks = events.callbacks()
        var port: UInt16 = 0
        var message = [CChar](repeating: 0, count: 256)
        let server = withText(configuration.host) { host in
            withText(configuration.tls?.certificateFile ?? "") { certificate in
                withText(configuration.tls?.keyFile ?? "") { key in
                    withText(configuration.tls?.clientAuthoritiesFile ?? "") { authorities in
                        config.host = host
                        config.certificate_file = certificate
                        config.key_file = key
                        config.client_authorities_file = authorities
                        return chs_start(&config, &callbacks, &port, &message, message.count)
                    }
                }
            }
        }
        guard let server else {
            let reason = String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            throw .cannotListen(address: "\(configuration.host):\(configuration.port)", reason: reason)
        }
        self.events = events
        self.server = server
        self.port = Int(port)
        grace = configuration.stopGrace
    }

    deinit {
        // The io threads have to end before `events`, which they use.
        chs_stop(server)
        chs_free(server)
    }

    /// Stops accepting and lets running exchanges end within the grace.
    func drain() {
        chs_drain(server, grace.wholeMilliseconds)
    }

    /// Cuts what is left and ends the io threads.
    func stop() {
        chs_stop(server)
    }
}

/// A text in the C side's form, for the duration of a call.
private func withText<Result>(_ text: String, _ body: (chs_text) -> Result) -> Result {
    var text = text
    return text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) { body(chs_text(bytes: $0.baseAddress, count: $0.count)) }
    }
}

extension HTTPServerConfiguration {
    /// The C side's form of it, without the host.
    fileprivate func checked() throws(HTTPServerError) -> chs_config {
        func check(_ name: String, _ value: Int, in range: ClosedRange<Int>) throws(HTTPServerError) {
            guard !range.contains(value) else { return }
            throw .invalidConfiguration(
                "\(name) is \(value), it must be from \(range.lowerBound) to \(range.upperBound)")
        }
        try check("port", port, in: 0...65_535)
        try check("ioThreads", ioThreads, in: 1...64)
        try check("maximumConnections", maximumConnections, in: 1...65_000)
        try check("maximumWaitingRequests", maximumWaitingRequests, in: 1...1_000_000)
        try check("maximumHeaderBytes", maximumHeaderBytes, in: 256...16_777_216)
        try check("maximumBodyBytes", maximumBodyBytes, in: 0...2_147_483_647)
        try check("maximumBufferedBodyBytes", maximumBufferedBodyBytes, in: 0...Int.max / 2)
        try check("maximumWebSocketMessageBytes", maximumWebSocketMessageBytes, in: 1...2_147_483_647)
        var config = chs_config()
        config.port = UInt16(port)
        config.threads = UInt32(ioThreads)
        config.max_connections = UInt32(maximumConnections)
        config.max_header_bytes = maximumHeaderBytes
        config.max_body_bytes = maximumBodyBytes
        config.max_buffered_body_bytes = maximumBufferedBodyBytes
        config.max_websocket_message_bytes = maximumWebSocketMessageBytes
        config.header_timeout_ms = headerTimeout.wholeMilliseconds
        config.request_timeout_ms = requestTimeout.wholeMilliseconds
        config.idle_timeout_ms = idleTimeout.wholeMilliseconds
        config.write_timeout_ms = writeTimeout.wholeMilliseconds
        config.websocket_ping_ms = webSocketPingInterval.wholeMilliseconds
        return config
    }
}

extension Duration {
    /// In milliseconds, at least one and at most what the C side's type holds (49 days).
    fileprivate var wholeMilliseconds: UInt32 {
        let (seconds, attoseconds) = components
        guard seconds < 4_000_000 else { return 4_000_000_000 }
        return UInt32(max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000))
    }
}
