import BacalhauModel

/// Flags that fill in the placeholders of a job file.
enum TemplateFlags {
    static let all: [Flag] = [
        Flag("no-template", .bool, help: "Leave {{ }} in the job file as it is"),
        Flag(
            "template-vars", short: "V", .reading("key=value", pairs),
            help: "Replace {{.key}} in the job file by the value; repeatable"),
    ]

    static func expand(
        _ bytes: [UInt8], _ arguments: ParsedArguments, _ environment: [String: String]
    ) throws -> [UInt8] {
        guard try !arguments.bool("no-template") else { return bytes }
        var values: [String: String] = [:]
        for text in arguments.list("template-vars") {
            for pair in try pairs(text) { values[pair.key] = pair.value }
        }
        return try Template(values: values).expand(bytes)
    }

    /// Two or more `=` make a list of pairs; with one, commas belong to the value.
    static func pairs(_ text: String) throws(ValueError) -> [(key: String, value: String)] {
        let fields = text.count { $0 == "=" } > 1 || text.hasPrefix("\"") ? try CSVRecord.fields(of: text) : [text]
        // `a=b=c` is one pair whose value holds a `=`.
        return try fields.map { field throws(ValueError) in
            guard let mark = field.firstIndex(of: "="), mark != field.startIndex else {
                throw ValueError(message: "\(field.excerpt()) must be formatted as key=value")
            }
            return (String(field[..<mark]), String(field[field.index(after: mark)...]))
        }
    }
}

/// The placeholders that a job file may have: `{{.name}}`, `{{index . "name"}}` and `{{or (index . "name") "default"}}`,
/// with `{{-` and `-}}` to swallow blanks. Anything else between the braces is an error, never passed on.
struct Template {
    let values: [String: String]

    func expand(_ bytes: [UInt8]) throws(JobProblems) -> [UInt8] {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.firstRange(of: "{{") != nil else { return bytes }
        var result = ""
        var rest = text[...]
        while let open = rest.firstRange(of: "{{") {
            result += rest[..<open.lowerBound]
            let behind = rest[open.upperBound...]
            guard let close = behind.firstRange(of: "}}") else {
                throw JobProblems(text: "failed to parse template: a {{ is not closed")
            }
            var action = behind[..<close.lowerBound]
            rest = behind[close.upperBound...]
            if action.hasPrefix("-") {
                action = action.dropFirst()
                result = String(result.reversed().drop { $0.isWhitespace }.reversed())
            }
            if action.hasSuffix("-") {
                action = action.dropLast()
                rest = rest.drop { $0.isWhitespace }
            }
            result += try value(of: String(action).trimmingBlanks())
        }
        return Array((result + rest).utf8)
    }

    private func value(of action: String) throws(JobProblems) -> String {
        if action.hasPrefix("/*"), action.hasSuffix("*/") { return "" }
        let words = Template.words(action)
        switch words.count {
        case 1 where words[0].hasPrefix("\""): return Template.unquoted(words[0])
        case 1 where words[0].hasPrefix(".") && words[0].count > 1:
            let name = String(words[0].dropFirst())
            guard name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }) else { break }
            guard let value = values[name] else {
                throw JobProblems(
                    text: "failed to execute template: map has no entry for key \(Values.quoted(name)) "
                        + "(give it with -V \(name.excerpt())=value)")
            }
            return value
        case 3 where words[0] == "index" && words[1] == "." && words[2].hasPrefix("\""):
            return values[Template.unquoted(words[2])] ?? ""
        case 3 where words[0] == "or" && words[1].hasPrefix("("):
            let first = try value(of: String(words[1].dropFirst().dropLast()).trimmingBlanks())
            return first.isEmpty ? try value(of: words[2]) : first
        default: break
        }
        throw JobProblems(
            text: "failed to parse template: {{\(action.excerpt())}} is not understood "
                + "(write {{.name}}, or use --no-template)")
    }

    /// Splits at blanks outside of quotes and parentheses.
    private static func words(_ text: String) -> [String] {
        var words: [String] = [""]
        var depth = 0
        var isQuoted = false
        for character in text {
            if character == "\"" { isQuoted.toggle() }
            if !isQuoted, character == "(" { depth += 1 }
            if !isQuoted, character == ")" { depth -= 1 }
            if character.isWhitespace, !isQuoted, depth == 0 {
                words.append("")
            } else {
                words[words.count - 1].append(character)
            }
        }
        return words.filter { !$0.isEmpty }
    }

    private static func unquoted(_ word: String) -> String {
        word.hasSuffix("\"") && word.count > 1 ? String(word.dropFirst().dropLast()) : String(word.dropFirst())
    }
}
