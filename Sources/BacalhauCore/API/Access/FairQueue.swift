/// What waits for its turn, by owner: owners take turns, so that whoever puts in much waits longest for it.
///
/// In a full queue the owner who has most in it loses its latest element.
struct FairQueue<Owner: Hashable & Sendable, Element: Sendable>: Sendable {
    private var waiting: [Owner: [(key: Int, element: Element)]] = [:]
    /// Whose turn it is; each owner with elements once.
    private var owners: [Owner] = []
    private let countMax: Int
    private(set) var count = 0

    /// - Parameter countMax: at least 1.
    init(countMax: Int) { self.countMax = max(1, countMax) }

    /// Puts an element in under a key of its own.
    ///
    /// - Returns: the element that has no place any more; the new one when nobody else has more in the queue than its
    ///   owner.
    mutating func add(_ element: Element, key: Int, of owner: Owner) -> Element? {
        var displaced: Element?
        if count >= countMax {
            let most = owners.max { size(of: $0) < size(of: $1) }
            guard let most, size(of: most) > size(of: owner) + 1, let last = waiting[most]?.last else { return element }
            displaced = remove(key: last.key, of: most)
        }
        if waiting[owner] == nil { owners.append(owner) }
        waiting[owner, default: []].append((key, element))
        count += 1
        return displaced
    }

    /// Takes the first element of the owner whose turn it is.
    mutating func next() -> Element? {
        guard let owner = owners.first, let first = waiting[owner]?.first else { return nil }
        owners.removeFirst()
        owners.append(owner)
        return remove(key: first.key, of: owner)
    }

    /// Takes an element out before its turn; `nil` when it is not there.
    mutating func remove(key: Int, of owner: Owner) -> Element? {
        guard let index = waiting[owner]?.firstIndex(where: { $0.key == key }) else { return nil }
        count -= 1
        let removed = waiting[owner]?.remove(at: index)
        if size(of: owner) == 0 {
            waiting[owner] = nil
            owners.removeAll { $0 == owner }
        }
        return removed?.element
    }

    private func size(of owner: Owner) -> Int { waiting[owner]?.count ?? 0 }
}
