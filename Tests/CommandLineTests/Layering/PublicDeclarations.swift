import BacalhauModel

/// Finds the declarations of a file that other modules can see.
struct PublicDeclarations {
    /// A declaration by its first line.
    struct Declaration {
        var text: String
        var line: Int
        /// What it is called when it is a type that lies in no other.
        var outermostType: String?
    }

    /// In the order of the file: all that are `public`, the cases of public enums, the demands of public protocols.
    private(set) var all: [Declaration] = []

    /// What encloses a line.
    private enum Scope {
        case publicEnum
        case publicProtocol
        case other
    }

    private var scopes: [Scope] = []

    init(_ file: SwiftFile) {
        for (number, line) in file.code.enumerated() { read(line, number) }
    }

    private mutating func read(_ line: String, _ number: Int) {
        let text = line.trimmingBlanks()
        var words = text.split { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "@" && $0 != "`" }[...]
        while let word = words.first, word.hasPrefix("@") || PublicDeclarations.modifiers.contains(word) {
            words = words.dropFirst()
        }
        let isPublic = text.split(separator: " ").prefix { $0 != "import" && $0 != "extension" }.contains("public")
        let keyword = words.first ?? ""
        // `public import` makes nothing; an extension has no comment of its own.
        let isDeclaration = isPublic && keyword != "import" && keyword != "extension"
        let isPart =
            scopes.last == .publicEnum && keyword == "case"
            || scopes.last == .publicProtocol && PublicDeclarations.demands.contains(keyword)
        if isDeclaration || isPart {
            let isType = scopes.isEmpty && PublicDeclarations.types.contains(keyword)
            let name = isType ? words.dropFirst().first.map(String.init) : nil
            all.append(Declaration(text: text, line: number, outermostType: name))
        }

        var opened: Scope = .other
        if isDeclaration, keyword == "enum" { opened = .publicEnum }
        if isDeclaration, keyword == "protocol" { opened = .publicProtocol }
        for character in text {
            if character == "{" {
                scopes.append(opened)
                opened = .other
            } else if character == "}", !scopes.isEmpty {
                scopes.removeLast()
            }
        }
    }

    private static let modifiers: Set<Substring> = [
        "public", "final", "static", "indirect", "mutating", "nonisolated", "convenience", "isolated", "override",
    ]

    private static let types: Set<Substring> = ["struct", "class", "enum", "actor", "protocol", "typealias"]
    private static let demands: Set<Substring> = ["func", "var", "init", "subscript", "associatedtype"]

    /// Those without a `///` line above them; attributes may stand between.
    func undocumented(in file: SwiftFile) -> [Declaration] {
        all.filter { declaration in
            var above = file.lines[..<declaration.line]
            while above.last?.wholeMatch(of: /\ *@\w+(\(.*\))?/) != nil { above = above.dropLast() }
            return above.last?.drop(while: { $0 == " " }).hasPrefix("///") != true
        }
    }
}
