import BacalhauHTTPClient
import BacalhauModel

/// Why one try of a call failed, and whether another one may work.
struct CallProblem {
    var error: BacalhauError
    /// Whether the cause is of the kind that passes: no connection, too many requests, not available.
    var mayPass: Bool
    /// Whether the server certainly did nothing.
    var wasNotHandled: Bool
    /// What the server asked for.
    var retryAfter: Duration?

    /// An answer that is no success.
    init(response: HTTPClientResponse, to call: APICall, at endpoint: String) {
        error = ErrorBody(response.body).error(status: response.status, call: call, endpoint: endpoint)
        if let id = response.headers["X-Request-Id"], !id.isEmpty { error.details["RequestID"] = id }
        mayPass = response.status == 429 || response.status == 503
        // 503 may also come from a time limit behind which the work goes on.
        wasNotHandled = response.status == 429
        retryAfter = response.headers["Retry-After"].flatMap { Int64($0.trimmingBlanks()) }
            .flatMap { $0 >= 0 ? .seconds($0) : nil }
    }

    /// No complete answer.
    init(_ failure: HTTPClientError, at endpoint: String) {
        error = BacalhauError(failure, endpoint: endpoint)
        switch failure {
        case .couldNotConnect:
            mayPass = true
            wasNotHandled = true
        case .interrupted:
            mayPass = true
            wasNotHandled = false
        default:
            mayPass = false
            wasNotHandled = false
        }
    }
}

extension BacalhauError {
    static let cancelledByCaller = BacalhauError(.cancelled, "the call was cancelled", component: "Client")

    /// What kept an answer from arriving, with what to do about it.
    init(_ failure: HTTPClientError, endpoint: String) {
        let details = ["Endpoint": endpoint]
        var message = failure.description
        if case .couldNotConnect(_, let detail) = failure { message = "could not connect to \(endpoint): \(detail)" }
        if case .unexpectedStatus = failure { message = "\(endpoint): \(message)" }
        func make(_ code: Code, _ hint: String = "", isRetryable: Bool = false) -> BacalhauError {
            BacalhauError(
                code, message, hint: hint, isRetryable: isRetryable, component: "Client", details: details)
        }
        switch failure {
        case .couldNotConnect:
            self = make(
                .network,
                "is a node running there? Start one with 'bacalhau-node serve', or name another address (bacalhau-cli: "
                    + "--api-host and --api-port)",
                isRetryable: true)
        case .tls:
            self = make(
                .network,
                "name the authority of the server's certificate (bacalhau-cli: --cacert), or the certificate that it "
                    + "wants from its clients; use http if the server has no TLS")
        case .timedOut: self = make(.timedOut, "the server is busy or unreachable; try again", isRetryable: true)
        case .interrupted, .webSocketClosed: self = make(.network, "try again", isRetryable: true)
        case .protocolViolation, .tooManyRedirects:
            self = make(.network, "is this the address of a Bacalhau node? A server with TLS needs https")
        case .invalidRequest: self = make(.configuration, "an endpoint looks like http://127.0.0.1:1234")
        case .addressRefused: self = make(.forbidden)
        case .tooLarge: self = make(.exhausted, "ask for less at once, with a limit")
        case .unexpectedStatus(let status, _):
            self = make(ErrorBody.code(forStatus: status), isRetryable: status == 503 || status == 429)
            self.details["HTTPStatus"] = String(status)
        case .file: self = make(.io)
        case .cancelled: self = .cancelledByCaller
        case .closed: self = make(.cancelled)
        case .outOfResources: self = make(.exhausted, isRetryable: true)
        }
    }
}
