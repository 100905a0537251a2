import BacalhauClient
import BacalhauModel

/// The order in which `job history` prints. No server has any but that of time, so that the rest is done here.
struct HistoryOrder {
    private enum Field: String, CaseIterable {
        case time
        case executionID = "execution_id"
        case nodeID = "node_id"
    }

    static let fields = Field.allCases.map(\.rawValue)

    private var field = Field.time
    private let isReversed: Bool

    init(_ page: PageRequest) throws(UsageError) {
        isReversed = page.isReversed
        guard let name = page.orderBy else { return }
        guard let field = Field(rawValue: name) else {
            throw UsageError(
                message: "cannot order events by \(Values.quoted(name))",
                hint: "use \(HistoryOrder.fields.dropLast().joined(separator: ", ")) or \(Field.nodeID.rawValue)")
        }
        self.field = field
    }

    /// What the query asks for, in this order and within its limit.
    ///
    /// - Parameter page: asks the server. The first items of another order may stand on its last page: all are read.
    func items(
        _ query: HistoryQuery, page: (HistoryQuery) async throws(BacalhauError) -> Page<HistoryItem>
    ) async throws(BacalhauError) -> [HistoryItem] {
        var items: [HistoryItem]
        if field == .time, !isReversed {
            items = try await page(query).items
        } else {
            items = try await allItems(query, page: page)
            items.sort(by: isBefore)
            if isReversed { items.reverse() }
        }
        // Servers of v1.4.0 know no limit here.
        return query.limit > 0 ? Array(items.prefix(Int(query.limit))) : items
    }

    private func allItems(
        _ query: HistoryQuery, page: (HistoryQuery) async throws(BacalhauError) -> Page<HistoryItem>
    ) async throws(BacalhauError) -> [HistoryItem] {
        var query = query
        query.limit = 0
        var items: [HistoryItem] = []
        while true {
            let part = try await page(query)
            items += part.items
            // Servers of v1.9 name a next page for as long as the job runs, also behind an empty one.
            guard let next = part.nextToken, next != query.nextToken, !part.items.isEmpty else { return items }
            query.nextToken = next
        }
    }

    /// `sort` keeps the order of time among equals.
    private func isBefore(_ left: HistoryItem, _ right: HistoryItem) -> Bool {
        switch field {
        case .time: left.time < right.time
        case .executionID: left.executionID < right.executionID
        case .nodeID: left.nodeID < right.nodeID
        }
    }
}
