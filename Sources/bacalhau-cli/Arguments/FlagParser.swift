import BacalhauModel

/// Separates flags from arguments: `--name value`, `--name=value`, `-n value`, `-nvalue`, `-n=value`, joined short
/// booleans, both kinds mixed in any order, and `--` before arguments that look like flags.
struct FlagParser {
    private let flags: [Flag]
    private var result = ParsedArguments()

    /// - Throws: the first thing that cannot be understood.
    static func parse(_ arguments: [String], flags: [Flag]) throws(UsageError) -> ParsedArguments {
        var parser = FlagParser(flags: flags)
        try parser.run(arguments)
        return parser.result
    }

    private init(flags: [Flag]) { self.flags = flags }

    private mutating func run(_ arguments: [String]) throws(UsageError) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--" {
                result.positionals += rest
                return
            } else if argument.hasPrefix("--") {
                try long(argument, &rest)
            } else if argument.hasPrefix("-"), argument != "-" {
                try short(argument, &rest)
            } else {
                result.positionals.append(argument)
            }
        }
    }

    private mutating func long(_ argument: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
        let body = argument.dropFirst(2)
        let name = String(body.prefix { $0 != "=" })
        guard !name.isEmpty, name.first != "-" else {
            throw UsageError(message: "bad flag syntax: \(argument.excerpt())")
        }
        guard let flag = flags.first(where: { $0.name == name }) else {
            let close = Suggestions.near(name, in: flags.filter { $0.deprecation == nil }.map(\.name))
            let hint = close.isEmpty ? "" : "did you mean " + close.map { "--\($0)" }.joined(separator: " or ") + "?"
            throw UsageError(message: "unknown flag: --\(name.excerpt())", hint: hint)
        }
        if body.count > name.count {
            try set(flag, String(body.dropFirst(name.count + 1)))
        } else if flag.type.isOptional {
            try set(flag, "true")
        } else if let value = rest.popFirst() {
            try set(flag, value)
        } else {
            throw UsageError(message: "flag needs an argument: --\(name)")
        }
    }

    private mutating func short(_ argument: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
        var letters = argument.dropFirst()
        while let letter = letters.first {
            guard let flag = flags.first(where: { $0.short == letter }) else {
                throw UsageError(message: "unknown shorthand flag: '\(letter)' in -\(letters.excerpt())")
            }
            let tail = letters.dropFirst()
            if tail.first == "=" {
                return try set(flag, String(tail.dropFirst()))
            } else if flag.type.isOptional {
                try set(flag, "true")
                letters = tail
            } else if !tail.isEmpty {
                return try set(flag, String(tail))
            } else if let value = rest.popFirst() {
                return try set(flag, value)
            } else {
                throw UsageError(message: "flag needs an argument: '\(letter)' in -\(letters.excerpt())")
            }
        }
    }

    private mutating func set(_ flag: Flag, _ value: String) throws(UsageError) {
        do {
            try flag.type.check(value)
        } catch {
            throw UsageError(
                message: "invalid argument \(Values.quoted(value)) for \"\(flag.title)\" flag: \(error.message)")
        }
        if let deprecation = flag.deprecation, !result.isSet(flag.name) {
            result.notices.append("Flag --\(flag.name) has been deprecated, \(deprecation)")
        }
        result.add(value, to: flag.name)
    }
}
