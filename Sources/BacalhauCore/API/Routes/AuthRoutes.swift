import BacalhauCrypto
import BacalhauModel
import BacalhauSupport
import FoundationEssentials

/// The ways to get a token. v1.4.0's clients take one of them before their first call, with a key or by asking.
struct AuthRoutes: Sendable {
    let context: APIContext

    static let routes: [APIRoute] = [
        APIRoute(
            method: "GET", template: "/api/v1/auth", name: "listAuthMethods", summary: "The ways to get a token.",
            answer: .json("AuthMethods"),
            handle: { context, _ in
                let methods = AuthRoutes(context: context).methods.map { ($0.rawValue, $0.requirement(context)) }
                return .value(ListAuthMethodsResponse(methods: Dictionary(uniqueKeysWithValues: methods)))
            }),
        APIRoute(
            method: "GET", template: "/api/v1/auth/{method}", name: "getAuthMethod",
            summary: "What one way to get a token wants to see.", answer: .json("AuthRequirement"), failures: [404],
            handle: { .value(try AuthRoutes(context: $0).method(of: $1).requirement($0)) }),
        APIRoute(
            method: "POST", template: "/api/v1/auth/{method}", name: "authenticate", summary: "Gets a token.",
            answer: .json("AuthResponse"), body: "AuthRequest", failures: [401, 404, 429],
            handle: { try await AuthRoutes(context: $0).authenticate($1) }),
    ]

    /// A way to get a token, under its name in lower case, as v1.4.0 writes it.
    enum Method: String, CaseIterable {
        /// A signature by the client's key.
        case clientKey = "clientkey"
        case password
        case apiKey = "apikey"

        func requirement(_ context: APIContext) -> AuthRequirement {
            switch self {
            case .clientKey:
                let phrase = context.authorizer.tokens.phrase(at: context.clock.now())
                return AuthRequirement(
                    type: "challenge", params: ["InputPhrase": .string(Data(phrase).base64EncodedString())])
            case .password: return Method.questions([("username", false), ("password", true)])
            case .apiKey: return Method.questions([("key", true)])
            }
        }

        /// A schema whose required properties the client asks for.
        private static func questions(_ questions: [(name: String, isSecret: Bool)]) -> AuthRequirement {
            let properties = questions.map { question -> (String, JSONValue) in
                (question.name, question.isSecret ? ["type": "string", "writeOnly": true] : ["type": "string"])
            }
            return AuthRequirement(
                type: "ask",
                params: [
                    "$schema": "http://json-schema.org/draft-07/schema#", "type": "object",
                    "properties": .object(Dictionary(uniqueKeysWithValues: properties)),
                    "required": .array(questions.map { .string($0.name) }),
                ])
        }
    }

    /// Those that lead somewhere: v1.4.0's clients ask people to choose among several.
    private var methods: [Method] {
        let users = context.authorizer.users
        return Method.allCases.filter { method in
            switch method {
            case .clientKey: users.isEmpty || users.hasClients
            case .password: users.hasPasswords
            case .apiKey: users.hasKeys
            }
        }
    }

    private func method(of request: APIRequest) throws(BacalhauError) -> Method {
        guard let method = methods.first(where: { $0.rawValue == request.values["method"] }) else {
            throw APIRouter.notFound
        }
        return method
    }

    private func authenticate(_ request: APIRequest) async throws(BacalhauError) -> APIResponse {
        let method = try method(of: request)
        let body: AuthRequest = try request.body()
        guard let data = Data(base64Encoded: body.methodData), let answer = try? Answer(json: Array(data)) else {
            throw BacalhauError(
                .badRequest, "MethodData is not the base64 of a JSON object of texts", component: "Authentication")
        }
        let authorizer = context.authorizer
        let user: APIUser?
        let reason: String
        switch method {
        case .clientKey: (user, reason) = owner(of: answer)
        case .password:
            user = try await authorizer.user(
                named: answer["username"], password: answer["password"], from: request.http.remoteAddress)
            reason = "the user name or the password is wrong"
        case .apiKey:
            user = authorizer.users.user(withKey: answer["key"])
            reason = "the API key is not known"
        }
        guard let user else {
            return .status(401, json: AuthResponse(isSuccess: false, reason: reason).json)
        }
        let token = authorizer.tokens.token(for: user, at: context.clock.now())
        return .status(200, json: AuthResponse(isSuccess: true, token: token).json)
    }

    /// Who has the key, or why that is nobody.
    private func owner(of answer: Answer) -> (APIUser?, String) {
        let users = context.authorizer.users
        guard let signature = Data(base64Encoded: answer["PhraseSignature"]),
            let key = try? RSAPublicKey(derBase64: answer["PublicKey"])
        else { return (nil, "the public key or its signature cannot be read") }
        // Before the signature, whose check takes a while: strangers can send large keys.
        let owner =
            users.isEmpty
            ? APIUser(credential: .clientID(key.clientID), actions: []) : users.user(withClientID: key.clientID)
        guard let owner else { return (nil, "no user of this node has the client ID \(key.clientID)") }
        guard context.authorizer.tokens.isSigned(Array(signature), by: key, at: context.clock.now()) else {
            return (nil, "the signature does not fit the key and the phrase")
        }
        return (owner, "")
    }

    /// Texts by name.
    private struct Answer: WireDecodable {
        private let texts: [String: String]

        init(from node: DocumentNode, in context: inout WireContext) {
            let reader = ObjectReader(node, named: "MethodData", in: &context)
            texts = Dictionary(
                reader.names.map { ($0.name.lowercased(), reader.string($0.name, in: &context) ?? "") },
                uniquingKeysWith: { _, last in last })
        }

        subscript(name: String) -> String { texts[name.lowercased()] ?? "" }
    }
}
