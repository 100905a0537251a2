import BacalhauModel

/// A source file as the checks see it: with comments, and without.
struct SwiftFile {
    /// Path below the package's folder.
    let path: String
    /// The lines as they are written.
    let lines: [Substring]
    /// The lines with comments and the contents of string literals cut out.
    let code: [String]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        code = SourceStripper.strip(text).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// A place for a message.
    func place(_ line: Int) -> String { "\(path):\(line + 1)" }

    /// The names of the modules it imports, with the line of each.
    var imports: [(module: String, line: Int)] {
        code.enumerated().compactMap { number, line in
            let words = line.split(whereSeparator: { $0 == " " || $0 == "." })
            guard let position = words.firstIndex(of: "import"), position + 1 < words.count,
                words[..<position].allSatisfy({ SwiftFile.importModifiers.contains($0) })
            else { return nil }
            // `import struct Module.Name` names the kind first.
            let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var"]
            let module = kinds.contains(words[position + 1]) ? words[position + 2] : words[position + 1]
            return (String(module), number)
        }
    }

    /// Whether an import counts only where another module is missing: the second branch of `#if canImport(module)`.
    func isAlternative(at line: Int, to module: String) -> Bool {
        guard line >= 3, code[line - 1].trimmingBlanks() == "#else" else { return false }
        return code[line - 3].trimmingBlanks() == "#if canImport(\(module))"
    }

    private static let importModifiers: Set<Substring> = [
        "public", "package", "internal", "private", "fileprivate", "@_exported", "@testable", "@preconcurrency",
    ]

    /// The capitalised names it declares: those at the left margin, and all.
    var declarations: (outermost: Set<String>, all: Set<String>) {
        var outermost: Set<String> = []
        var all: Set<String> = []
        for line in code {
            let words = line.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "@" })
            for (position, word) in words.enumerated().dropLast() where SwiftFile.typeWords.contains(word) {
                let name = String(words[position + 1])
                guard name.first?.isUppercase == true else { continue }
                all.insert(name)
                if line.first != " ", line.first != "}" { outermost.insert(name) }
            }
            // Parameters of generic types and functions: `<Element: Sendable>`.
            guard words.contains("func") || !SwiftFile.typeWords.isDisjoint(with: words) else { continue }
            for piece in line.split(separator: "<").dropFirst() {
                let name = piece.prefix { $0.isLetter || $0.isNumber }
                let next = piece.dropFirst(name.count).first ?? " "
                if name.first?.isUppercase == true, ":,>".contains(next) { all.insert(String(name)) }
            }
        }
        return (outermost, all)
    }

    private static let typeWords: Set<Substring> = [
        "struct", "class", "enum", "actor", "protocol", "typealias", "associatedtype",
    ]

    /// The capitalised names it uses, except members (`Job.Task` uses `Job`), with the first line of each.
    var usedNames: [String: Int] {
        var result: [String: Int] = [:]
        for (number, line) in code.enumerated() {
            var previous: Character = " "
            var rest = Substring(line)
            while let character = rest.first {
                let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                if word.isEmpty {
                    previous = character
                    rest = rest.dropFirst()
                    continue
                }
                if character.isUppercase, previous != ".", result[String(word)] == nil { result[String(word)] = number }
                previous = word.last ?? " "
                rest = rest.dropFirst(word.count)
            }
        }
        return result
    }
}
