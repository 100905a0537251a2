import BacalhauModel
import BacalhauSupport

/// The signed permission by which v1.4.0 lets a bid go on that waits for somebody.
///
/// A node asks its policy and decides at once, so that nothing ever waits for one: every permission is refused, as by a
/// v1.4.0 node without `BACALHAU_JOB_APPROVER`.
struct BidApproval: WireDecodable {
    private let isWhole: Bool

    init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "BidApproval", in: &context)
        let texts = [
            reader.string("signature", in: &context), reader.string("client_public_key", in: &context),
        ].compactMap { $0 }
        isWhole = reader.value("payload")?.object != nil && texts.count == 2 && !texts.contains("")
    }

    func respond() throws(BacalhauError) -> APIResponse {
        guard isWhole else {
            throw BacalhauError(
                .badRequest, "the permission is not whole",
                hint: "Send an object with payload, signature and client_public_key.")
        }
        throw BacalhauError(
            .unauthorized, "nobody may approve bids here",
            hint: "Bids do not wait: the node's selection policy decides at once.")
    }
}
