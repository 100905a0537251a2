/// Cuts comments and the contents of string literals out of Swift source text; line numbers stay.
///
/// Code inside of `\( … )` goes with the literal: names there are rarely the only use of a type in its file.
struct SourceStripper {
    private enum State {
        case code
        case lineComment
        case blockComment(depth: Int)
        /// A literal that ends with so many quotes and number signs.
        case literal(quotes: Int, signs: Int)
    }

    static func strip(_ text: String) -> String {
        var stripper = SourceStripper(rest: Array(text.utf8)[...])
        while !stripper.rest.isEmpty { stripper.step() }
        return String(decoding: stripper.kept, as: UTF8.self)
    }

    private var rest: ArraySlice<UInt8>
    private var kept: [UInt8] = []
    private var state = State.code
    /// Open parentheses of `\(` inside of the literal.
    private var interpolation = 0

    private init(rest: ArraySlice<UInt8>) { self.rest = rest }

    private mutating func step() {
        switch state {
        case .code: stepInCode()
        case .lineComment:
            if rest.first == UInt8(ascii: "\n") { state = .code } else { rest.removeFirst() }
        case .blockComment(let depth):
            if take("*/") {
                state = depth == 1 ? .code : .blockComment(depth: depth - 1)
            } else if take("/*") {
                state = .blockComment(depth: depth + 1)
            } else {
                skip()
            }
        case .literal(let quotes, let signs): stepInLiteral(quotes, signs)
        }
    }

    private mutating func stepInCode() {
        if take("//") {
            state = .lineComment
        } else if take("/*") {
            state = .blockComment(depth: 1)
        } else if let (quotes, signs) = openingQuotes() {
            rest.removeFirst(quotes + signs)
            kept.append(UInt8(ascii: "\""))
            state = .literal(quotes: quotes, signs: signs)
        } else {
            kept.append(rest.removeFirst())
        }
    }

    private mutating func stepInLiteral(_ quotes: Int, _ signs: Int) {
        let end = String(repeating: "\"", count: quotes) + String(repeating: "#", count: signs)
        let escape = "\\" + String(repeating: "#", count: signs)
        if take(escape + "(") {
            interpolation += 1
        } else if take(escape) {
            if !rest.isEmpty { skip() }
        } else if interpolation > 0 {
            if rest.first == UInt8(ascii: "(") { interpolation += 1 }
            if rest.first == UInt8(ascii: ")") { interpolation -= 1 }
            skip()
        } else if take(end) {
            kept.append(UInt8(ascii: "\""))
            state = .code
        } else {
            skip()
        }
    }

    /// How many quotes and number signs open a literal here.
    private func openingQuotes() -> (quotes: Int, signs: Int)? {
        let signs = rest.prefix { $0 == UInt8(ascii: "#") }.count
        let quotes = rest.dropFirst(signs).prefix { $0 == UInt8(ascii: "\"") }.count
        return quotes == 0 ? nil : (quotes >= 3 ? 3 : 1, signs)
    }

    private mutating func take(_ text: String) -> Bool {
        guard rest.starts(with: text.utf8) else { return false }
        rest.removeFirst(text.utf8.count)
        return true
    }

    /// Drops a byte, but never the end of a line.
    private mutating func skip() {
        let byte = rest.removeFirst()
        if byte == UInt8(ascii: "\n") { kept.append(byte) }
    }
}
