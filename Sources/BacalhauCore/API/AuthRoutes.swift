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

    func respond(to request: APIRequest) throws(BacalhauError) -> APIResponse {
        switch (request.method, request.path.count, request.path.last) {
        case ("GET", 1, _):
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("NextToken", "")
            writer.name("Methods")
            writer.beginObject()
            writer.name("clientkey")
            writer.raw(requirement)
            writer.endObject()
            writer.endObject()
            return .json(writer.bytes)
        case ("GET", 2, AuthRoutes.method?): return .json(requirement)
        case ("POST", 2, AuthRoutes.method?): return try authenticate(request)
        default: throw APIRouter.notFound
        }
    }

    /// The phrase to sign is the node's name, as in v1.4.0.
    private var phrase: [UInt8] { Array(context.nodeID.rawValue.utf8) }

    private var requirement: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("type", "challenge")
        writer.name("params")
        writer.beginObject()
        writer.member("InputPhrase", Data(phrase).base64EncodedString())
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }

    private struct Body: WireDecodable {
        let data: String
        init(from node: DocumentNode, in context: inout WireContext) {
            data = ObjectReader(node, named: "Authentication", in: &context).string("MethodData", in: &context) ?? ""
        }
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
        let body: Body = try request.body()
        guard let data = Data(base64Encoded: body.data), let answer = try? Answer(json: Array(data)) else {
            throw BacalhauError(
                .badRequest, "MethodData is not the base64 of a JSON object", component: "Authentication")
        }
        let isGenuine = AuthRoutes.verify(answer.signature, of: phrase, by: answer.publicKey)
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("Authentication")
        writer.beginObject()
        writer.member("success", isGenuine)
        if isGenuine {
            writer.member("token", SHA256.hexDigest(of: Array(answer.publicKey.utf8)))
        } else {
            writer.member("reason", "the signature does not fit the key and the phrase")
        }
        writer.endObject()
        writer.endObject()
        return .status(isGenuine ? 200 : 401, json: writer.bytes)
    }

    private static func verify(_ signature: String, of phrase: [UInt8], by key: String) -> Bool {
        guard let bytes = Data(base64Encoded: signature), let publicKey = try? RSAPublicKey(derBase64: key) else {
            return false
        }
        return publicKey.isValidSignature(Array(bytes), for: phrase)
    }
}
