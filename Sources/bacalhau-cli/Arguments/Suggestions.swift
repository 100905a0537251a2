/// Finds names that a mistyped one may stand for.
enum Suggestions {
    /// The names that begin with `typed` or differ from it by at most two letters; in their own order.
    static func near(_ typed: String, in names: [String]) -> [String] {
        let wanted = typed.lowercased()
        guard !wanted.isEmpty else { return [] }
        return names.filter { name in
            let candidate = name.lowercased()
            return candidate.hasPrefix(wanted) || distance(Array(wanted), Array(candidate)) <= 2
        }
    }

    /// How many letters must be inserted, removed or replaced to make one word the other.
    static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var previous = Array(0...right.count)
        for (row, character) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                let replaced = previous[column] + (character == other ? 0 : 1)
                current.append(min(replaced, previous[column + 1] + 1, current[column] + 1))
            }
            previous = current
        }
        return previous[right.count]
    }
}
