/// A demand on the labels of the node that runs a job.
public struct Constraint: Hashable, Sendable {
    /// The label's name, after ``preferencePrefix`` if it is a wish; never empty in a valid job.
    public var key: String
    /// One of ``Operator``'s texts; anything else is refused when the job is placed, not when it is read.
    public var `operator`: String
    /// What the label is compared with: one or more for `in` and `notin`, none for `exists` and `!`, else exactly one.
    public var values: [String]

    /// Makes a demand; nothing is checked before the job is submitted.
    public init(key: String, operator: String, values: [String] = []) {
        self.key = key
        self.operator = `operator`
        self.values = values
    }

    /// The operators of label selectors.
    public enum Operator: String, Sendable, CaseIterable {
        /// The label is there and has one of the values.
        case `in` = "in"
        /// The label is absent or has none of the values.
        case notIn = "notin"
        /// The label is there and has the value.
        case equals = "="
        /// Another way to write ``equals``.
        case doubleEquals = "=="
        /// The label is absent or has another value.
        case notEquals = "!="
        /// The label is there, whatever its value.
        case exists = "exists"
        /// The label is absent.
        case doesNotExist = "!"
        /// The label is a whole number above the value, which is one, too.
        case greaterThan = "gt"
        /// The label is a whole number below the value, which is one, too.
        case lessThan = "lt"
    }

    /// Keys with this beginning are wishes that order nodes, not demands that exclude them.
    public static let preferencePrefix = "favour_"

    /// Whether a node without a fitting label may still run the job.
    public var isPreference: Bool { key.hasPrefix(Constraint.preferencePrefix) }

    /// Whether `labels` satisfy this; `nil` when the operator is unknown.
    ///
    /// An absent label satisfies `!=`, `notin` and `!`; `gt` and `lt` compare whole numbers and fail on anything else.
    public func matches(_ labels: [String: String]) -> Bool? {
        guard let parsed = Operator(rawValue: self.operator) else { return nil }
        let name = isPreference ? String(key.dropFirst(Constraint.preferencePrefix.count)) : key
        let label = labels[name]
        switch parsed {
        case .in, .equals, .doubleEquals: return label.map(values.contains) ?? false
        case .notIn, .notEquals: return label.map { !values.contains($0) } ?? true
        case .exists: return label != nil
        case .doesNotExist: return label == nil
        case .greaterThan, .lessThan:
            guard let label, let left = Int64(label), let text = values.first, let right = Int64(text) else {
                return false
            }
            return parsed == .greaterThan ? left > right : left < right
        }
    }
}
