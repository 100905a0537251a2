import BacalhauCrypto
import BacalhauModel
import BacalhauSupport
import FoundationEssentials

/// The signed permission by which v1.4.0 lets a bid go on that waits for somebody.
///
/// A node asks its policy and decides at once, so that nothing ever waits for one: every genuine permission is refused,
/// as by a v1.4.0 node without `BACALHAU_JOB_APPROVER`.
struct BidApproval: WireDecodable {
    private let clientID: String
    private let signature: String
    private let publicKey: String

    init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "BidApproval", in: &context)
        signature = reader.string("signature", in: &context) ?? ""
        publicKey = reader.string("client_public_key", in: &context) ?? ""
        clientID = reader.value("payload")?.object?["ClientID"]?.string ?? ""
    }

    static func respond(to request: APIRequest) throws(BacalhauError) -> APIResponse {
        let approval: BidApproval = try request.body()
        try approval.verify(request.http.body)
        throw BacalhauError(
            .unauthorized, "nobody may approve bids here",
            hint: "Bids do not wait: the node's selection policy decides at once.")
    }

    /// - Parameter body: what was read. The signature counts for the bytes of its payload exactly as they were sent.
    /// - Throws: `.badRequest` for what is no permission of the client that it names.
    private func verify(_ body: [UInt8]) throws(BacalhauError) {
        guard let payload = try? JSONParser.range(ofMember: "payload", in: body), !clientID.isEmpty,
            !signature.isEmpty, !publicKey.isEmpty
        else {
            throw BacalhauError(
                .badRequest, "the permission is not whole",
                hint: "Send an object with payload, signature and client_public_key; the payload names its ClientID.")
        }
        guard let key = try? RSAPublicKey(derBase64: publicKey) else {
            throw BacalhauError(
                .badRequest, "client_public_key is no public key", hint: "Send the base64 of an RSA key in PKCS#1 DER.")
        }
        guard key.clientID == clientID else {
            throw BacalhauError(
                .badRequest, "the key is not that of the client \(clientID.prefix(64))",
                hint: "ClientID is the SHA-256 of the key's modulus in hexadecimal digits.")
        }
        guard let bytes = Data(base64Encoded: signature), key.isValidSignature(bytes, for: body[payload]) else {
            throw BacalhauError(
                .badRequest, "the signature is not that of the payload",
                hint: "Sign the payload's bytes as they are sent: RSA PKCS#1 v1.5 with SHA-256, in base64.")
        }
    }
}
