import BacalhauModel
import BacalhauSupport

/// The query parameters that all lists have.
struct ListParameters {
    var limit: UInt32 = 0
    var nextToken: String?
    var orderBy: String?
    var reverse = false

    /// Only what differs from the server's defaults.
    var pairs: [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        if limit > 0 { pairs.append(("limit", String(limit))) }
        if let nextToken, !nextToken.isEmpty { pairs.append(("next_token", nextToken)) }
        if let orderBy, !orderBy.isEmpty { pairs.append(("order_by", orderBy)) }
        if reverse { pairs.append(("reverse", "true")) }
        return pairs
    }
}

extension APIConnection {
    func page<Item: WireDecodable & Sendable>(of call: APICall) async throws(BacalhauError) -> Page<Item> {
        let list = try await value(of: call, as: ListResponse<Item>.self)
        return Page(items: list.items, nextToken: list.nextToken.isEmpty ? nil : list.nextToken)
    }
}

extension BacalhauError {
    /// An empty identifier would make the path of another call.
    static func emptyIdentifier(_ kind: String) -> BacalhauError {
        BacalhauError(.badRequest, "the \(kind)'s identifier is empty", component: "Client")
    }
}
