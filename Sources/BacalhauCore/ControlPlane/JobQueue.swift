import BacalhauModel

/// Where a waiting job stands: higher priority first, then the older one.
struct QueueKey: Comparable, Hashable, Sendable {
    let priority: Int
    let order: Int64

    static func < (left: QueueKey, right: QueueKey) -> Bool {
        left.priority != right.priority ? left.priority > right.priority : left.order < right.order
    }
}

/// Waiting things in order. Taking from the front is cheap, wherever the queue grew to.
struct JobQueue: Sendable {
    private var keys: [QueueKey] = []
    private var head = 0

    var count: Int { keys.count - head }
    var isEmpty: Bool { count == 0 }
    var first: QueueKey? { head < keys.count ? keys[head] : nil }

    /// How many stand before `key`.
    func count(before key: QueueKey) -> Int { position(of: key) - head }

    /// All keys in order.
    var all: ArraySlice<QueueKey> { keys[head...] }

    /// Takes a key in; one that is there already is left.
    mutating func insert(_ key: QueueKey) {
        let place = position(of: key)
        if place < keys.count, keys[place] == key { return }
        keys.insert(key, at: place)
    }

    mutating func remove(_ key: QueueKey) {
        let place = position(of: key)
        guard place < keys.count, keys[place] == key else { return }
        guard place == head else {
            keys.remove(at: place)
            return
        }
        head += 1
        if head > 1024, head * 2 > keys.count {
            keys.removeFirst(head)
            head = 0
        }
    }

    /// The place of a key, or where it belongs. New jobs belong at the end, which is looked at first.
    private func position(of key: QueueKey) -> Int {
        if let last = keys.last, head < keys.count, last < key { return keys.count }
        var low = head
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
