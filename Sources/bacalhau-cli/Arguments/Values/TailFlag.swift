/// Where `job logs --tail` begins. As in v1.4.0 the flag alone leaves out what was written before.
enum TailFlag: Hashable {
    case beginning
    case now
    case lastLines(Int)

    /// `nil` where no lines are counted.
    var lineCount: Int? {
        if case .lastLines(let count) = self { count } else { nil }
    }

    static let type = FlagType("N", isOptional: true) { text throws(ValueError) in _ = try read(text) }

    static func read(_ text: String) throws(ValueError) -> TailFlag {
        if let lines = Int(text), lines > 0 { return .lastLines(lines) }
        guard let isTail = try? Values.bool(text) else {
            throw ValueError(message: "should be a number of lines, such as --tail=20, or stand alone")
        }
        return isTail ? .now : .beginning
    }
}
