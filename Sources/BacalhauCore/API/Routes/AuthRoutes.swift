import BacalhauCrypto
import BacalhauModel
import BacalhauSupport
import FoundationEssentials

/// The challenge that default clients answer before their first call. Access itself is open: the node listens on
/// loopback unless told otherwise.
struct AuthRoutes: Sendable {
    let context: APIContext
    /// The method's name as v1.4.0 writes it: in lower case.
    static let method = "clientkey"

    static let routes: [APIRoute] = [
        APIRoute(
            method: "GET", template: "/api/v1/auth", name: "listAuthMethods", summary: "The ways to get a token.",
            answer: .json("AuthMethods"),
            handle: { context, _ in
                .value(
                    ListAuthMethodsResponse(methods: [AuthRoutes.method: AuthRoutes(context: context).requirement]))
            }),
        APIRoute(
            method: "GET", template: "/api/v1/auth/{method}", name: "getAuthMethod",
            summary: "What one way to get a token wants to see.", answer: .json("AuthRequirement"), failures: [404],
            handle: { .value(try AuthRoutes(context: $0).known($1).requirement) }),
        APIRoute(
            method: "POST", template: "/api/v1/auth/{method}", name: "authenticate", summary: "Gets a token.",
            answer: .json("AuthResponse"), body: "AuthRequest", failures: [401, 404],
            handle: { try AuthRoutes(context: $0).known($1).authenticate($1) }),
    ]

    private func known(_ request: APIRequest) throws(BacalhauError) -> AuthRoutes {
        guard request.values["method"] == AuthRoutes.method else { throw APIRouter.notFound }
        return self
    }

    /// The phrase to sign is the node's name, as in v1.4.0.
    private var phrase: [UInt8] { Array(context.nodeID.rawValue.utf8) }

    private var requirement: AuthRequirement {
        AuthRequirement(type: "challenge", params: ["InputPhrase": .string(Data(phrase).base64EncodedString())])
    }

    private struct Answer: WireDecodable {
        let signature: String
        let publicKey: String
        init(from node: DocumentNode, in context: inout WireContext) {
            let reader = ObjectReader(node, named: "MethodData", in: &context)
            signature = reader.string("PhraseSignature", in: &context) ?? ""
            publicKey = reader.string("PublicKey", in: &context) ?? ""
        }
    }

    private func authenticate(_ request: APIRequest) throws(BacalhauError) -> APIResponse {
        let body: AuthRequest = try request.body()
        guard let data = Data(base64Encoded: body.methodData), let answer = try? Answer(json: Array(data)) else {
            throw BacalhauError(
                .badRequest, "MethodData is not the base64 of a JSON object", component: "Authentication")
        }
        let isGenuine = AuthRoutes.verify(answer.signature, of: phrase, by: answer.publicKey)
        let response =
            isGenuine
            ? AuthResponse(isSuccess: true, token: SHA256.hexDigest(of: Array(answer.publicKey.utf8)))
            : AuthResponse(isSuccess: false, reason: "the signature does not fit the key and the phrase")
        return .status(isGenuine ? 200 : 401, json: response.json)
    }

    private static func verify(_ signature: String, of phrase: [UInt8], by key: String) -> Bool {
        guard let bytes = Data(base64Encoded: signature), let publicKey = try? RSAPublicKey(derBase64: key) else {
            return false
        }
        return publicKey.isValidSignature(Array(bytes), for: phrase)
    }
}
