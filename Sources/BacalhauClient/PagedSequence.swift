public import BacalhauModel

/// All items of a list, fetched page by page as they are asked for.
///
/// Lists of the server are rebuilt for every page: items that come or go meanwhile may be missed or seen twice.
public struct PagedSequence<Element: Sendable>: AsyncSequence, Sendable {
    /// What fetching a page fails with.
    public typealias Failure = BacalhauError
    typealias Fetch = @Sendable (_ nextToken: String?) async throws(BacalhauError) -> Page<Element>

    private let fetch: Fetch

    init(fetch: @escaping Fetch) { self.fetch = fetch }

    /// Starts with the first page.
    public func makeAsyncIterator() -> Iterator { Iterator(fetch: fetch) }

    /// The position in the list.
    public struct Iterator: AsyncIteratorProtocol, Sendable {
        let fetch: Fetch
        private var items: ArraySlice<Element> = []
        private var nextToken: String?
        private var isLastPage = false

        init(fetch: @escaping Fetch) { self.fetch = fetch }

        /// The next item, or `nil` behind the last one.
        public mutating func next() async throws(BacalhauError) -> Element? {
            while items.isEmpty, !isLastPage {
                let page = try await fetch(nextToken)
                items = page.items[...]
                // A server that repeats its token would keep us here for ever.
                isLastPage = page.nextToken == nil || page.nextToken == nextToken
                nextToken = page.nextToken
            }
            return items.popFirst()
        }

        /// The next item, or `nil` behind the last one.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(BacalhauError) -> Element? {
            try await next()
        }
    }
}
