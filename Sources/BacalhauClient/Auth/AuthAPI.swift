public import BacalhauModel
import BacalhauSupport

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Calls that lead to a token.
public struct AuthAPI: Sendable {
    let connection: APIConnection

    /// The server's methods, ordered by name.
    public func methods() async throws(BacalhauError) -> [AuthMethod] {
        var call = APICall.get("/api/v1/auth")
        call.authenticates = false
        return try await connection.value(of: call, as: AuthMethodList.self).methods
    }

    /// Signs the method's phrase with the client's key.
    /// - Returns: the token.
    /// - Throws: `unauthorized` with the server's reason.
    public func answer(
        _ method: AuthMethod, signingWith key: any ChallengeSigner
    ) async throws(BacalhauError) -> String {
        guard case .challenge(let phrase) = method.kind else { throw AuthAPI.wrongAnswer(to: method) }
        return try await post(
            [
                "PhraseSignature": Data(try key.sign(phrase)).base64EncodedString(), "PublicKey": key.publicKeyBase64,
            ], to: method)
    }

    /// Answers the method's questions, by name.
    /// - Returns: the token.
    /// - Throws: `unauthorized` with the server's reason.
    public func answer(_ method: AuthMethod, with answers: [String: String]) async throws(BacalhauError) -> String {
        guard case .ask = method.kind else { throw AuthAPI.wrongAnswer(to: method) }
        return try await post(answers, to: method)
    }

    private func post(_ data: [String: String], to method: AuthMethod) async throws(BacalhauError) -> String {
        var inner = JSONWriter()
        inner.value(.object(data.mapValues(JSONValue.string)))
        let body = AuthRequest(name: method.name, methodData: Data(inner.bytes).base64EncodedString()).json
        var call = APICall.send("POST", "/api/v1/auth/\(URLText.escaped(method.name))", body: body)
        call.authenticates = false
        call.acceptedStatuses = [401]
        let result = try await connection.value(of: call, as: AuthResponse.self)
        guard result.isSuccess, !result.token.isEmpty else {
            throw BacalhauError(
                .unauthorized, result.reason.isEmpty ? "the server refused the login" : result.reason,
                hint: "the method \"\(method.name)\" did not accept the answer", component: "Client",
                details: ["Endpoint": connection.endpoint])
        }
        return result.token
    }

    private static func wrongAnswer(to method: AuthMethod) -> BacalhauError {
        BacalhauError(.badRequest, "the method \"\(method.name)\" wants another kind of answer", component: "Client")
    }
}
