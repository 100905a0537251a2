/// A pattern for whole paths: `*` any run of characters inside a component, `**` as a component any number of
/// components, `?` one character, `[…]` one of a set (`[!…]` none of it), `{a,b}` one of several texts, `\` takes the
/// special meaning away.
struct PathPattern: Hashable, Sendable {
    /// How many patterns the braces may stand for.
    static let alternativesMax = 1000

    /// One entry for each way to choose from the braces: components of tokens.
    private let alternatives: [[[Token]]]

    private enum Token: Hashable, Sendable {
        case character(Character)
        case anyOne
        case anyRun
        case set([ClosedRange<Character>], isNegated: Bool)
    }

    /// Reads a pattern; `nil` when brackets or braces are left open, or there are too many braces.
    init?(_ text: String) {
        guard let texts = Self.expand(Array(text)) else { return nil }
        var alternatives: [[[Token]]] = []
        for text in texts {
            var components: [[Token]] = []
            for component in text.split(separator: "/", omittingEmptySubsequences: false) {
                guard let tokens = Self.tokens(component) else { return nil }
                components.append(tokens)
            }
            alternatives.append(components)
        }
        self.alternatives = alternatives
    }

    /// A pattern that only the text itself matches.
    static func escaped(_ text: String) -> String {
        String(text.flatMap { "*?[]{},\\".contains($0) ? ["\\", $0] : [$0] })
    }

    func matches(_ path: String) -> Bool {
        let components = path.split(separator: "/", omittingEmptySubsequences: false).map(Array.init)
        return alternatives.contains { Self.match($0[...], components[...]) }
    }

    // MARK: Reading

    /// Replaces braces by all their choices, the innermost last.
    private static func expand(_ text: [Character]) -> [[Character]]? {
        guard let open = firstIndex(of: "{", in: text, from: 0) else { return [text] }
        var depth = 0
        var starts = [open + 1]
        var index = open
        while index < text.count {
            switch text[index] {
            case "\\": index += 1
            case "{": depth += 1
            case "}": depth -= 1
            case "," where depth == 1: starts.append(index + 1)
            default: break
            }
            if depth == 0 { break }
            index += 1
        }
        guard depth == 0, index < text.count else { return nil }
        var expanded: [[Character]] = []
        for (number, start) in starts.enumerated() {
            let end = number + 1 < starts.count ? starts[number + 1] - 1 : index
            guard let rest = expand(Array(text[..<open] + text[start..<end] + text[(index + 1)...])) else { return nil }
            expanded += rest
            guard expanded.count <= alternativesMax else { return nil }
        }
        return expanded
    }

    private static func firstIndex(of wanted: Character, in text: [Character], from start: Int) -> Int? {
        var index = start
        while index < text.count {
            if text[index] == wanted { return index }
            index += text[index] == "\\" ? 2 : 1
        }
        return nil
    }

    private static func tokens(_ text: ArraySlice<Character>) -> [Token]? {
        var tokens: [Token] = []
        var rest = text
        while let character = rest.popFirst() {
            switch character {
            case "*": tokens.append(.anyRun)
            case "?": tokens.append(.anyOne)
            case "\\": tokens.append(.character(rest.popFirst() ?? "\\"))
            case "[":
                guard let set = set(&rest) else { return nil }
                tokens.append(set)
            default: tokens.append(.character(character))
            }
        }
        return tokens
    }

    private static func set(_ rest: inout ArraySlice<Character>) -> Token? {
        let isNegated = rest.first == "!" || rest.first == "^"
        if isNegated { rest.removeFirst() }
        var ranges: [ClosedRange<Character>] = []
        while var first = rest.popFirst() {
            if first == "]" && !ranges.isEmpty { return .set(ranges, isNegated: isNegated) }
            if first == "\\" { first = rest.popFirst() ?? "\\" }
            guard rest.first == "-", let last = rest.dropFirst().first, last != "]" else {
                ranges.append(first...first)
                continue
            }
            rest.removeFirst(2)
            guard first <= last else { return nil }
            ranges.append(first...last)
        }
        return nil
    }

    // MARK: Matching

    private static func match(_ pattern: ArraySlice<[Token]>, _ path: ArraySlice<[Character]>) -> Bool {
        guard let first = pattern.first else { return path.isEmpty }
        if first == [.anyRun, .anyRun] {
            return match(pattern.dropFirst(), path) || !path.isEmpty && match(pattern, path.dropFirst())
        }
        guard let component = path.first, match(first[...], component[...]) else { return false }
        return match(pattern.dropFirst(), path.dropFirst())
    }

    private static func match(_ tokens: ArraySlice<Token>, _ text: ArraySlice<Character>) -> Bool {
        guard let token = tokens.first else { return text.isEmpty }
        if token == .anyRun {
            return match(tokens.dropFirst(), text) || !text.isEmpty && match(tokens, text.dropFirst())
        }
        guard let character = text.first, fits(token, character) else { return false }
        return match(tokens.dropFirst(), text.dropFirst())
    }

    private static func fits(_ token: Token, _ character: Character) -> Bool {
        switch token {
        case .character(let wanted): character == wanted
        case .anyOne, .anyRun: true
        case .set(let ranges, let isNegated): ranges.contains { $0.contains(character) } != isNegated
        }
    }
}
