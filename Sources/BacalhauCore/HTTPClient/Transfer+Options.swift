internal import CCurl

extension Transfer {
    /// Sets every option of the request on a fresh handle. The handle points at this transfer until it is reset.
    func configure(_ easy: EasyHandle, with configuration: HTTPClientConfiguration) -> HTTPClientError? {
        var options = OptionSetter(easy)
        easy.attachErrorText(&options)
        addressPolicy = configuration.unixSocketPath == nil ? configuration.addressPolicy : nil
        setConnection(&options, configuration)
        setLimits(&options, configuration)
        if case .connection = sink {
            options.set(CURLOPT_CONNECT_ONLY, 1)
            options.set(CURLOPT_HTTPPROXYTUNNEL, 1)
        } else {
            setMethodAndBody(&options)
        }
        setCallbacks(&options)
        guard setHeaders(&options) else { return .outOfResources("libcurl has no memory") }
        guard let failure = options.failure else { return nil }
        return .invalidRequest("libcurl refuses an option: \(easy.describe(failure))")
    }

    private func setConnection(_ options: inout OptionSetter, _ configuration: HTTPClientConfiguration) {
        options.set(CURLOPT_URL, request.url)
        // The path belongs to the caller: object names may hold "..".
        options.set(CURLOPT_PATH_AS_IS, 1)
        options.set(CURLOPT_PROTOCOLS_STR, "http,https")
        options.set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
        options.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        options.set(CURLOPT_NOSIGNAL, 1)
        // Without this, cancelling waits for a name look-up under way.
        options.set(CURLOPT_QUICK_EXIT, 1)
        options.set(CURLOPT_TCP_KEEPALIVE, 1)
        options.set(CURLOPT_USERAGENT, configuration.userAgent)
        if let path = configuration.unixSocketPath { options.set(CURLOPT_UNIX_SOCKET_PATH, path) }
        if !configuration.usesProxyFromEnvironment || configuration.addressPolicy != nil {
            options.set(CURLOPT_PROXY, "")
        }
        options.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        guard request.url.utf8.dropFirst(4).first.map({ $0 | 0x20 }) == UInt8(ascii: "s") || limits.redirects > 0
        else { return }
        setTLS(&options, configuration.tls)
    }

    private func setTLS(_ options: inout OptionSetter, _ tls: HTTPClientTLS) {
        options.set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let file = tls.caFile { options.set(CURLOPT_CAINFO, file) }
        if let file = tls.certificateFile { options.set(CURLOPT_SSLCERT, file) }
        if let file = tls.keyFile { options.set(CURLOPT_SSLKEY, file) }
        if tls.acceptsAnyCertificate {
            options.set(CURLOPT_SSL_VERIFYPEER, 0)
            options.set(CURLOPT_SSL_VERIFYHOST, 0)
        }
    }

    private func setLimits(_ options: inout OptionSetter, _ configuration: HTTPClientConfiguration) {
        options.set(CURLOPT_CONNECTTIMEOUT_MS, max(1, configuration.connectTimeout.wholeMilliseconds))
        if limits.timeoutMilliseconds > 0 { options.set(CURLOPT_TIMEOUT_MS, limits.timeoutMilliseconds) }
        if limits.idleSeconds > 0 {
            options.set(CURLOPT_LOW_SPEED_LIMIT, 1)
            options.set(CURLOPT_LOW_SPEED_TIME, limits.idleSeconds)
        }
        if limits.redirects > 0 {
            options.set(CURLOPT_FOLLOWLOCATION, 1)
            options.set(CURLOPT_MAXREDIRS, limits.redirects)
        }
    }

    private func setMethodAndBody(_ options: inout OptionSetter) {
        var impliedMethod = "GET"
        switch request.body {
        case .none where request.method == "HEAD":
            options.set(CURLOPT_NOBODY, 1)
            impliedMethod = "HEAD"
        case .none where ["POST", "PUT", "PATCH"].contains(request.method):
            // These announce a body, so its absence has to be said: `Content-Length: 0`.
            setBytes([], &options)
            impliedMethod = "POST"
        case .none:
            options.set(CURLOPT_HTTPGET, 1)
        case .bytes(let bytes):
            setBytes(bytes, &options)
            impliedMethod = "POST"
        case .file:
            options.set(CURLOPT_UPLOAD, 1)
            options.set(CURLOPT_INFILESIZE_LARGE, size: upload?.size ?? 0)
            impliedMethod = "PUT"
        }
        if request.method != impliedMethod { options.set(CURLOPT_CUSTOMREQUEST, request.method) }
    }

    private func setBytes(_ bytes: [UInt8], _ options: inout OptionSetter) {
        options.set(CURLOPT_POST, 1)
        options.set(CURLOPT_POSTFIELDSIZE_LARGE, size: Int64(bytes.count))
        bytes.withUnsafeBytes { buffer in
            // Libcurl copies the bytes at once and only reads them.
            guard let base = buffer.baseAddress, !buffer.isEmpty else { return options.set(CURLOPT_COPYPOSTFIELDS, "") }
            options.set(CURLOPT_COPYPOSTFIELDS, pointer: UnsafeMutableRawPointer(mutating: base))
        }
    }

    /// False without memory.
    private func setHeaders(_ options: inout OptionSetter) -> Bool {
        var lines = request.headers.fields.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        if request.body != .none {
            // Keep libcurl from adding a form's type and from waiting for `100 Continue`.
            if request.headers["Content-Type"] == nil { lines.append("Content-Type:") }
            if request.headers["Expect"] == nil { lines.append("Expect:") }
        } else if request.method != "GET", request.headers["Content-Type"] == nil {
            lines.append("Content-Type:")
        }
        for line in lines {
            guard let list = curl_slist_append(headerList, line) else { return false }
            headerList = list
        }
        if headerList != nil { options.set(CURLOPT_HTTPHEADER, pointer: UnsafeMutableRawPointer(headerList)) }
        return true
    }
}

extension Duration {
    /// Milliseconds rounded down, at least 1 for any positive duration, at most 24 days.
    var wholeMilliseconds: Int {
        guard self > .zero else { return 0 }
        guard self < .milliseconds(Int(Int32.max)) else { return Int(Int32.max) }
        let (seconds, attoseconds) = components
        return max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}
