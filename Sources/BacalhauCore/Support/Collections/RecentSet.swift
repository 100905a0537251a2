/// A set of bounded size that forgets what was put in first.
public struct RecentSet<Element: Hashable & Sendable>: Sendable {
    private var elements: Set<Element> = []
    private var order: [Element] = []
    private var oldest = 0
    private let countMax: Int

    /// - Parameter countMax: more than this many are not remembered; at least 1.
    public init(countMax: Int) { self.countMax = max(1, countMax) }

    /// Whether the element was put in and is not forgotten yet. Asking does not make it younger.
    public func contains(_ element: Element) -> Bool { elements.contains(element) }

    /// Puts an element in; one that is there keeps its age.
    public mutating func insert(_ element: Element) {
        guard elements.insert(element).inserted else { return }
        guard order.count >= countMax else {
            order.append(element)
            return
        }
        elements.remove(order[oldest])
        order[oldest] = element
        oldest = (oldest + 1) % countMax
    }
}
