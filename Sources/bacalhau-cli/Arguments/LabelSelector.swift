import BacalhauModel

/// Reads and writes label selectors: `zone=lab,gpu,!old,arch in (amd64,arm64),cores>4`; a comma means "and".
enum LabelSelector {
    /// The requirements sorted by key, their values sorted; none for an empty selector.
    static func constraints(of text: String) throws(ValueError) -> [Constraint] {
        var scanner = Scanner(text)
        scanner.skipBlanks()
        guard !scanner.isAtEnd else { return [] }
        var constraints: [Constraint] = []
        while true {
            constraints.append(try scanner.requirement())
            scanner.skipBlanks()
            if scanner.isAtEnd { break }
            guard scanner.take(",") else { throw scanner.failure("',' is expected") }
        }
        return constraints.enumerated().sorted { left, right in
            left.element.key == right.element.key
                ? left.offset < right.offset
                : left.element.key.utf8.lexicographicallyPrecedes(right.element.key.utf8)
        }.map(\.element)
    }

    /// The text of one requirement as a query parameter carries it.
    static func text(of constraint: Constraint) -> String {
        let first = constraint.values.first ?? ""
        switch Constraint.Operator(rawValue: constraint.operator) {
        case .exists: return constraint.key
        case .doesNotExist: return "!" + constraint.key
        case .in, .notIn:
            return "\(constraint.key) \(constraint.operator) (\(constraint.values.joined(separator: ",")))"
        case .greaterThan: return constraint.key + ">" + first
        case .lessThan: return constraint.key + "<" + first
        default: return constraint.key + constraint.operator + first
        }
    }

    private struct Scanner {
        private let text: String
        private var rest: Substring

        init(_ text: String) {
            self.text = text
            rest = text[...]
        }

        var isAtEnd: Bool { rest.isEmpty }

        func failure(_ problem: String) -> ValueError {
            let place = rest.isEmpty ? "the end" : Values.quoted(String(rest))
            return ValueError(message: "unable to parse selector \(Values.quoted(text)): \(problem) at \(place)")
        }

        mutating func skipBlanks() { rest = rest.drop { $0.isWhitespace } }

        mutating func take(_ token: String) -> Bool {
            skipBlanks()
            guard rest.hasPrefix(token) else { return false }
            rest = rest.dropFirst(token.count)
            return true
        }

        mutating func word() -> String {
            skipBlanks()
            let word = rest.prefix { !$0.isWhitespace && !"=!(),<>".contains($0) }
            rest = rest.dropFirst(word.count)
            return String(word)
        }

        mutating func requirement() throws(ValueError) -> Constraint {
            let isAbsence = take("!")
            let key = word()
            guard !key.isEmpty else { throw failure("a label key is expected") }
            if let problem = LabelSyntax.keyProblem(key) { throw failure(problem) }
            if isAbsence { return Constraint(key: key, operator: "!") }
            for (token, name) in [("==", "=="), ("=", "="), ("!=", "!="), (">", "gt"), ("<", "lt")] where take(token) {
                return Constraint(key: key, operator: name, values: [try value(isNumber: name == "gt" || name == "lt")])
            }
            skipBlanks()
            if isAtEnd || rest.first == "," { return Constraint(key: key, operator: "exists") }
            let name = word()
            guard name == "in" || name == "notin" else {
                throw failure("an operator (=, ==, !=, in, notin, <, >) is expected after \(Values.quoted(key))")
            }
            return Constraint(key: key, operator: name, values: try set())
        }

        private mutating func value(isNumber: Bool) throws(ValueError) -> String {
            let value = word()
            if isNumber, Int64(value) == nil {
                throw failure("a whole number is expected instead of '\(value.excerpt())'")
            }
            if let problem = LabelSyntax.valueProblem(value) { throw failure(problem) }
            return value
        }

        private mutating func set() throws(ValueError) -> [String] {
            guard take("(") else { throw failure("'(' is expected") }
            var values: Set<String> = []
            repeat { values.insert(try value(isNumber: false)) } while take(",")
            guard take(")") else { throw failure("')' is expected") }
            return values.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        }
    }
}
