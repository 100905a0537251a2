import Synchronization

/// The exchanges in progress, by id.
final class ExchangeTable: Sendable {
    /// What belongs to one io thread, so that the threads do not wait for each other.
    private final class Shard: Sendable {
        let exchanges = Mutex<[UInt64: HTTPExchange]>([:])
    }

    private let shards: [Shard]

    init(shards count: Int) {
        shards = (0..<max(1, count)).map { _ in Shard() }
    }

    subscript(id: UInt64) -> HTTPExchange? {
        shard(id).exchanges.withLock { $0[id] }
    }

    func insert(_ exchange: HTTPExchange) {
        shard(exchange.id).exchanges.withLock { $0[exchange.id] = exchange }
    }

    func remove(_ id: UInt64) {
        _ = shard(id).exchanges.withLock { $0.removeValue(forKey: id) }
    }

    /// The upper eight bits of an id are its io thread.
    private func shard(_ id: UInt64) -> Shard {
        shards[Int(id >> 56) % shards.count]
    }
}
