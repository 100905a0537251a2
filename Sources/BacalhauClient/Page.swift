/// A part of a list.
public struct Page<Item: Sendable>: Sendable {
    /// The things themselves, in the order that was asked for.
    public var items: [Item]
    /// Passed as `nextToken` of the next query; `nil` on the last page.
    public var nextToken: String?

    /// Makes a page.
    public init(items: [Item], nextToken: String? = nil) {
        self.items = items
        self.nextToken = nextToken
    }
}

extension Page: Equatable where Item: Equatable {}
