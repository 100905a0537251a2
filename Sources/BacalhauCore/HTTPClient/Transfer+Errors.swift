internal import CCurl

extension Transfer {
    /// What a failed transfer means to the caller.
    func error(
        for code: CURLcode, of easy: EasyHandle, with configuration: HTTPClientConfiguration
    ) -> HTTPClientError {
        if let failure { return failure }
        let host = configuration.unixSocketPath ?? hostName(of: easy.effectiveURL ?? request.url)
        let detail = easy.describe(code)
        switch code {
        case CURLE_COULDNT_CONNECT:
            if let refusedAddress { return .addressRefused(host: host, address: refusedAddress) }
            return .couldNotConnect(host: host, detail: detail)
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            return .couldNotConnect(host: host, detail: detail)
        case CURLE_OPERATION_TIMEDOUT: return .timedOut(host: host, detail: detail)
        case CURLE_TOO_MANY_REDIRECTS: return .tooManyRedirects(limit: limits.redirects)
        case CURLE_URL_MALFORMAT where easy.redirectCount == 0: return .invalidRequest(detail)
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING:
            return .protocolViolation(host: host, detail: detail)
        case CURLE_OUT_OF_MEMORY: return .outOfResources(detail)
        case _ where Self.tlsCodes.contains(code.rawValue): return .tls(host: host, detail: detail)
        // With TLS 1.3 the server's verdict on the client's certificate comes in place of the first answer.
        case CURLE_RECV_ERROR where detail.contains("SSL routines") && detail.contains(" alert "):
            return .tls(host: host, detail: detail)
        default: return .interrupted(host: host, detail: detail)
        }
    }

    private static let tlsCodes: Set<UInt32> = [
        CURLE_SSL_CONNECT_ERROR.rawValue, CURLE_SSL_ENGINE_NOTFOUND.rawValue, CURLE_SSL_ENGINE_SETFAILED.rawValue,
        CURLE_SSL_CERTPROBLEM.rawValue, CURLE_SSL_CIPHER.rawValue, CURLE_PEER_FAILED_VERIFICATION.rawValue,
        CURLE_SSL_ENGINE_INITFAILED.rawValue, CURLE_SSL_CACERT_BADFILE.rawValue, CURLE_SSL_CRL_BADFILE.rawValue,
        CURLE_SSL_ISSUER_ERROR.rawValue, CURLE_SSL_PINNEDPUBKEYNOTMATCH.rawValue,
        CURLE_SSL_INVALIDCERTSTATUS.rawValue, CURLE_SSL_CLIENTCERT.rawValue, CURLE_USE_SSL_FAILED.rawValue,
    ]
}

/// The host and port of a URL for messages, without a user's name and password.
func hostName(of url: String) -> String {
    let authority = authority(of: url)
    return String(authority.split(separator: "@", omittingEmptySubsequences: false).last ?? authority)
}

/// What stands between a URL's scheme and its path.
func authority(of url: String) -> Substring {
    let rest = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
    return rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
}
