/// Breaks a text into lines of a given width. Widths and escape sequences count as in ``TextWidth``.
enum TextWrap: Sendable {
    /// Anywhere; line breaks of the text stay.
    case anywhere
    /// Between words where possible; a broken line is filled with blanks to the whole width.
    case words
    /// Anywhere, after all white space became single blanks; a broken line is filled as well.
    case filling

    /// Text that fits stays as it is. `width` must be positive.
    func lines(of text: String, width: Int) -> [String] {
        let plain = text.replacingTabs()
        switch self {
        case .anywhere: return Lines.breaking(plain, width: width)
        case .words, .filling:
            if plain.unicodeScalars.count <= width { return plain.splitLines() }
            return paragraphs(of: plain).flatMap { wrap($0, width: width) }
        }
    }

    private func wrap(_ paragraph: String, width: Int) -> [String] {
        var lines = Lines(width: width)
        let words = paragraph.split(whereSeparator: \.isWhitespace).map(String.init)
        for (index, word) in words.enumerated() {
            switch self {
            case .words:
                let blank = lines.column > 0 ? 1 : 0
                if lines.column + blank + TextWidth.of(word) > width, index > 0 { lines.end(filling: true) }
            case .filling, .anywhere: break
            }
            if lines.column > 0 { lines.append(" ") }
            lines.append(word)
            if lines.column == width, index < words.count - 1 { lines.end(filling: true) }
        }
        return lines.finished
    }

    private func paragraphs(of text: String) -> [String] {
        var paragraphs: [String] = []
        var current: [String] = []
        for line in text.splitLines() {
            if line.isEmpty, !current.isEmpty {
                paragraphs += [current.joined(separator: " "), ""]
                current = []
            } else {
                current.append(line)
            }
        }
        return paragraphs + [current.joined(separator: " ")]
    }

    /// Lines under construction. A colour that is open at a line's end is closed there and opened again on the next.
    private struct Lines {
        let width: Int
        private(set) var column = 0
        private var done: [String] = []
        private var current = ""
        private var openEscape = ""

        init(width: Int) { self.width = max(1, width) }

        static func breaking(_ text: String, width: Int) -> [String] {
            var lines = Lines(width: width)
            lines.append(text)
            return lines.finished
        }

        var finished: [String] { done + [current] }

        mutating func append(_ text: String) {
            var escape = ""
            for scalar in text.unicodeScalars {
                if !escape.isEmpty || scalar == "\u{1B}" {
                    escape.unicodeScalars.append(scalar)
                    guard scalar == "m" else { continue }
                    current += escape
                    openEscape = escape == "\u{1B}[0m" ? "" : escape
                    escape = ""
                } else if scalar == "\n" {
                    end(filling: false)
                } else {
                    let size = TextWidth.of(scalar)
                    if column + size > width { end(filling: false) }
                    current.unicodeScalars.append(scalar)
                    column += size
                }
            }
        }

        mutating func end(filling: Bool) {
            if filling { current += String(repeating: " ", count: max(0, width - column)) }
            done.append(openEscape.isEmpty ? current : current + "\u{1B}[0m")
            current = openEscape
            column = 0
        }
    }
}

extension String {
    /// The lines, without their ends; a text that ends with a line break has an empty last line.
    func splitLines() -> [String] {
        split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    fileprivate func replacingTabs() -> String {
        contains("\t") ? split(separator: "\t", omittingEmptySubsequences: false).joined(separator: "    ") : self
    }
}
