/// A named option of a command.
struct Flag: Sendable {
    let name: String
    /// The one-letter form, `nil` when there is none.
    let short: Character?
    let type: FlagType
    /// What help shows as the default; empty when there is nothing to show.
    let defaultText: String
    let help: String
    /// What to use instead, for a flag that still works but is not shown in help.
    let deprecation: String?

    init(
        _ name: String, short: Character? = nil, _ type: FlagType = .string, default defaultText: String = "",
        help: String, deprecation: String? = nil
    ) {
        self.name = name
        self.short = short
        self.type = type
        self.defaultText = defaultText
        self.help = help
        self.deprecation = deprecation
    }

    /// The flag as error messages name it: `-l, --labels`, or `--limit` without a short form.
    var title: String { short.map { "-\($0), --\(name)" } ?? "--\(name)" }
}

/// Which values a flag takes.
struct FlagType: Sendable {
    /// Stands for the value in help; empty for booleans.
    let valueName: String
    /// Takes a value only behind `=`; without one it is `true`.
    let isOptional: Bool
    /// Refuses what cannot be read. What passes is read again by ``ParsedArguments``.
    let check: @Sendable (String) throws(ValueError) -> Void

    init(
        _ valueName: String, isOptional: Bool = false, check: @escaping @Sendable (String) throws(ValueError) -> Void
    ) {
        self.valueName = valueName
        self.isOptional = isOptional
        self.check = check
    }

    /// One value; the last use wins.
    static let string = FlagType("string") { _ throws(ValueError) in }
    /// Each use is kept as it is.
    static let list = FlagType("stringArray") { _ throws(ValueError) in }
    /// Each use is one CSV record whose fields are the values.
    static let strings = FlagType("strings") { text throws(ValueError) in
        if !text.isEmpty { _ = try CSVRecord.fields(of: text) }
    }
    static let bool = FlagType("", isOptional: true) { text throws(ValueError) in _ = try Values.bool(text) }
    static let int = FlagType("int") { text throws(ValueError) in _ = try Values.integer(text) }
    static let uint32 = FlagType("uint32") { text throws(ValueError) in _ = try Values.unsigned32(text) }
    /// A duration with units (`1h30m`) or a bare number of seconds.
    static let duration = FlagType("duration") { text throws(ValueError) in _ = try Values.duration(text) }

    /// One of some words.
    static func choice(_ words: [String], valueName: String = "string", ignoringCase: Bool = false) -> FlagType {
        FlagType(valueName) { text throws(ValueError) in
            guard words.contains(ignoringCase ? text.lowercased() : text) else {
                let list = words.map { "\"\($0)\"" }.joined(separator: " ")
                throw ValueError(message: "should be one of [\(list)]")
            }
        }
    }

    /// One value per use that a reader of its own understands.
    static func reading<Value>(
        _ valueName: String, _ read: @escaping @Sendable (String) throws(ValueError) -> Value
    ) -> FlagType {
        FlagType(valueName) { text throws(ValueError) in _ = try read(text) }
    }
}

/// Why a value cannot be read.
struct ValueError: Error, Hashable, CustomStringConvertible {
    let message: String
    var description: String { message }
}

/// A command line that cannot be understood.
struct UsageError: Error, Hashable, CustomStringConvertible {
    let message: String
    /// What the user may have meant; empty when nothing is close.
    var hint = ""
    var description: String { message }
}
