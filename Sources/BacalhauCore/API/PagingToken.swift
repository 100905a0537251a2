import BacalhauModel
import FoundationEssentials

/// Where the next page of a list begins, in v1.4.0's form: base64url of `<order>:<Y|N>:<limit>:<offset>`.
struct PagingToken: Hashable, Sendable {
    var orderBy: String
    var reverse: Bool
    var limit: Int
    var offset: Int

    var text: String {
        Data("\(orderBy):\(reverse ? "Y" : "N"):\(limit):\(offset)".utf8).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").filter { $0 != "=" }
    }

    init(orderBy: String, reverse: Bool, limit: Int, offset: Int) {
        self.orderBy = orderBy
        self.reverse = reverse
        self.limit = limit
        self.offset = offset
    }

    /// Reads a token.
    ///
    /// - Throws: `.badRequest` when it is not one of ours.
    init(_ text: String) throws(BacalhauError) {
        var base64 = text.replacing("-", with: "+").replacing("_", with: "/")
        while base64.utf8.count % 4 != 0 { base64 += "=" }
        let plain = Data(base64Encoded: base64).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let parts = plain.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 4, let limit = UInt32(parts[2]), let offset = UInt32(parts[3]) else {
            throw BacalhauError(
                .badRequest, "next_token \"\(text)\" is not a paging token",
                hint: "Pass on the NextToken of the last page.")
        }
        self.init(orderBy: String(parts[0]), reverse: parts[1] == "Y", limit: Int(limit), offset: Int(offset))
    }
}
