/// Flags of commands that list part of a long list.
enum ListFlags {
    static func all(limit: UInt32, orderFields: [String]) -> [Flag] {
        [
            Flag("limit", .uint32, default: limit == 0 ? "" : "\(limit)", help: "Limit the number of results returned"),
            Flag("next-token", help: "Next token to use for pagination"),
            Flag("order-by", help: "Order results by a field (\(orderFields.joined(separator: ", ")))"),
            Flag("order-reversed", .bool, help: "Reverse the order of the results"),
        ]
    }

    static func request(_ arguments: ParsedArguments, limit: UInt32) throws(ValueError) -> PageRequest {
        PageRequest(
            limit: try arguments.unsigned32("limit", default: limit), nextToken: arguments.optionalString("next-token"),
            orderBy: arguments.optionalString("order-by"), isReversed: try arguments.bool("order-reversed"))
    }
}

/// Which part of a list is wanted.
struct PageRequest: Hashable, Sendable {
    /// 0 leaves it to the server.
    var limit: UInt32 = 0
    var nextToken: String?
    var orderBy: String?
    var isReversed = false
}
