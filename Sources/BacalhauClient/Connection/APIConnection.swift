import BacalhauHTTPClient
import BacalhauModel
import BacalhauSupport
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Sends the API's requests: addresses, headers, tokens, repeats and errors.
final class APIConnection: Sendable {
    let endpoint: String
    let options: BacalhauClientOptions
    let transport: any APITransport
    let pauses: Pauses
    let unpacker: any ArchiveUnpacking
    private let token: Mutex<TokenState>

    private enum TokenState {
        /// The authenticator was not asked yet.
        case unknown
        case known(String?)
    }

    init(
        endpoint: String, options: BacalhauClientOptions, transport: (any APITransport)? = nil,
        pauses: Pauses = .system, unpacker: any ArchiveUnpacking = ArchiveUnpacker()
    ) {
        let endpoint = APIConnection.normalised(endpoint)
        self.endpoint = endpoint
        self.options = options
        self.transport = transport ?? HTTPClient(configuration: HTTPClientConfiguration(options, endpoint: endpoint))
        self.pauses = pauses
        self.unpacker = unpacker
        // Who has a password needs no token.
        let asks = options.authenticator != nil && options.token == nil && options.password == nil
        token = Mutex(asks ? .unknown : .known(options.token))
    }

    func close() { transport.close() }

    /// Without blanks and slashes at the end; `http` unless a scheme is named.
    static func normalised(_ endpoint: String) -> String {
        var text = endpoint.trimmingBlanks()
        while text.hasSuffix("/") { text.removeLast() }
        return text.contains("://") ? text : "http://" + text
    }

    /// Sends a call and reads its answer.
    func value<Value: WireDecodable>(
        of call: APICall, as type: Value.Type = Value.self
    ) async throws(BacalhauError) -> Value {
        try decode(try await response(to: call).body, of: call)
    }

    func decode<Value: WireDecodable>(
        _ body: [UInt8], of call: APICall, as type: Value.Type = Value.self
    ) throws(BacalhauError) -> Value {
        do {
            return try Value(json: body)
        } catch {
            throw BacalhauError(
                .internal, "the answer to \(call.method) \(call.path) cannot be understood: \(error)",
                hint: "is \(endpoint) a Bacalhau node?", component: "Client", details: ["Endpoint": endpoint])
        }
    }

    /// Sends a call until it is answered, refused or has failed too often.
    func response(to call: APICall) async throws(BacalhauError) -> HTTPClientResponse {
        var attempt = 1
        var hasRenewedToken = false
        while true {
            let token = try currentToken(for: call)
            let problem: CallProblem
            switch await answer(to: call, token: token) {
            case .success(let response):
                if (200...299).contains(response.status) || call.acceptedStatuses.contains(response.status) {
                    return response
                }
                if !hasRenewedToken, try await renewsToken(after: response, to: call, sent: token) {
                    hasRenewedToken = true
                    continue
                }
                problem = CallProblem(response: response, to: call, at: endpoint)
            case .failure(let failure): problem = CallProblem(failure, at: endpoint)
            }
            guard attempt < options.retry.attemptsMax, let pause = pause(after: problem, to: call, attempt: attempt)
            else { throw problem.error }
            try await sleep(pause)
            attempt += 1
        }
    }

    /// Waits, as far as the calling task is not cancelled.
    func sleep(_ duration: Duration) async throws(BacalhauError) {
        do {
            try await pauses.sleep(duration)
        } catch {
            throw .cancelledByCaller
        }
    }

    private func pause(after problem: CallProblem, to call: APICall, attempt: Int) -> Duration? {
        guard problem.mayPass, call.isRepeatable || problem.wasNotHandled else { return nil }
        guard let wish = problem.retryAfter else {
            return options.retry.pause(after: attempt, random: pauses.random())
        }
        return wish <= options.retry.longestPause ? wish : nil
    }

    /// Opens a WebSocket, after getting a token if the server wants one.
    func socket(_ call: APICall) async throws(BacalhauError) -> any APISocket {
        var token = try currentToken()
        var hasRenewedToken = false
        while true {
            do throws(HTTPClientError) {
                return try await transport.socket(url: webSocketURL(call), headers: headers(token: token))
            } catch .unexpectedStatus(let status, let body) {
                let response = HTTPClientResponse(status: status, body: Array(body.utf8))
                guard !hasRenewedToken, try await renewsToken(after: response, to: call, sent: token) else {
                    throw CallProblem(response: response, to: call, at: endpoint).error
                }
                hasRenewedToken = true
                token = try currentToken()
            } catch {
                throw BacalhauError(error, endpoint: endpoint)
            }
        }
    }

    private func webSocketURL(_ call: APICall) -> String {
        // http becomes ws, https becomes wss.
        "ws" + endpoint.dropFirst(4) + call.target
    }

    /// The header fields of every request, also of the log stream's.
    private func headers(token: String?) -> HTTPHeaders {
        var headers: HTTPHeaders = ["X-Bacalhau-Git-Version": options.clientVersion, "Accept": "application/json"]
        if let credential = authorization(token: token) { headers["Authorization"] = credential }
        return headers
    }

    private func answer(to call: APICall, token: String?) async -> Result<HTTPClientResponse, HTTPClientError> {
        do {
            return .success(try await transport.send(request(for: call, token: token)))
        } catch {
            return .failure(error)
        }
    }

    private func request(for call: APICall, token: String?) -> HTTPClientRequest {
        var headers = headers(token: token)
        if call.body != nil { headers["Content-Type"] = "application/json" }
        return HTTPClientRequest(
            call.method, url: endpoint + call.target, headers: headers, body: call.body.map { .bytes($0) } ?? .none,
            timeout: call.timeout)
    }
}

/// Tokens.
extension APIConnection {
    /// The `Authorization` header of a call that is made outside of this connection; `nil` without a credential.
    func authorization() throws(BacalhauError) -> String? { authorization(token: try currentToken()) }

    private func authorization(token: String?) -> String? {
        if let token { return "Bearer \(token)" }
        guard let password = options.password else { return nil }
        return "Basic " + Data("\(password.userName):\(password.secret)".utf8).base64EncodedString()
    }

    /// The token to send: the given one, else what the authenticator has stored.
    func currentToken() throws(BacalhauError) -> String? {
        if case .known(let token) = token.withLock({ $0 }) { return token }
        let stored = try options.authenticator?.storedToken(for: endpoint)
        token.withLock { $0 = .known(stored) }
        return stored
    }

    private func currentToken(for call: APICall) throws(BacalhauError) -> String? {
        call.authenticates ? try currentToken() : nil
    }

    /// Whether another try has a better chance, because there is another token now.
    ///
    /// 401 asks for a token. 403 without a token may mean the same; with one it is a decision.
    private func renewsToken(
        after response: HTTPClientResponse, to call: APICall, sent: String?
    ) async throws(BacalhauError) -> Bool {
        guard call.authenticates, response.status == 401 || response.status == 403 && sent == nil else { return false }
        return try await renewToken(rejected: sent)
    }

    func renewToken(rejected: String?) async throws(BacalhauError) -> Bool {
        guard let authenticator = options.authenticator, options.password == nil else { return false }
        // Another call may have renewed it meanwhile.
        if let current = try currentToken(), current != rejected { return true }
        let new = try await authenticator.newToken(
            for: endpoint, rejected: rejected, using: AuthAPI(connection: self))
        token.withLock { $0 = .known(new) }
        return new != nil && new != rejected
    }
}
