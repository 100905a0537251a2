/// What a command was given: the values of its flags, and the rest in order.
struct ParsedArguments: Sendable {
    /// Every use of each flag, in order.
    private(set) var uses: [String: [String]] = [:]
    var positionals: [String] = []
    /// Notices about deprecated flags, for the standard error.
    var notices: [String] = []

    mutating func add(_ value: String, to flag: String) { uses[flag, default: []].append(value) }

    /// Whether the user gave the flag.
    func isSet(_ flag: String) -> Bool { uses[flag] != nil }

    /// The last value of the flag, or `fallback`.
    func string(_ flag: String, default fallback: String = "") -> String { uses[flag]?.last ?? fallback }

    /// The last value of the flag, or `nil` when it was not given.
    func optionalString(_ flag: String) -> String? { uses[flag]?.last }

    /// Each use as it is.
    func list(_ flag: String) -> [String] { uses[flag] ?? [] }

    /// The fields of all uses.
    func strings(_ flag: String, default fallback: [String] = []) throws(ValueError) -> [String] {
        guard let values = uses[flag] else { return fallback }
        var fields: [String] = []
        for value in values where !value.isEmpty { fields += try CSVRecord.fields(of: value) }
        return fields
    }

    func bool(_ flag: String, default fallback: Bool = false) throws(ValueError) -> Bool {
        guard let text = uses[flag]?.last else { return fallback }
        return try Values.bool(text)
    }

    func integer(_ flag: String, default fallback: Int64 = 0) throws(ValueError) -> Int64 {
        guard let text = uses[flag]?.last else { return fallback }
        return try Values.integer(text)
    }

    func unsigned32(_ flag: String, default fallback: UInt32 = 0) throws(ValueError) -> UInt32 {
        guard let text = uses[flag]?.last else { return fallback }
        return try Values.unsigned32(text)
    }

    func duration(_ flag: String, default fallback: Duration) throws(ValueError) -> Duration {
        guard let text = uses[flag]?.last else { return fallback }
        return try Values.duration(text)
    }
}
