/// Names an implementation and its parameters: an engine, an input source, a publisher or a published result.
public struct SpecConfig: Hashable, Sendable {
    /// Which implementation; compared without regard to case and surrounding blanks.
    public var type: String
    /// What the implementation is told. Names are matched ignoring case by their readers.
    public var params: [String: JSONValue]

    /// Names an implementation; whether it exists is up to the node that is asked for it.
    public init(type: String, params: [String: JSONValue] = [:]) {
        self.type = type
        self.params = params
    }

    /// Nothing chosen: a task without publisher, an execution that published nothing.
    public static let empty = SpecConfig(type: "")

    /// Whether neither a type nor a parameter is given.
    public var isEmpty: Bool { type.isEmpty && params.isEmpty }

    /// The type as it is compared: trimmed and in lower case.
    public var normalizedType: String { type.trimmingBlanks().lowercased() }

    /// Whether this names `kind`, ignoring case and surrounding blanks.
    public func isType(_ kind: String) -> Bool { normalizedType == kind.lowercased() }
}

/// Which engine runs a task, and what it is told: `docker`, `wasm` or `noop`.
public typealias Engine = SpecConfig
/// Where an input comes from: `urlDownload`, `inline`, `localDirectory`, …
public typealias Source = SpecConfig
/// Where results go: `local`, `noop`, … or nowhere when empty.
public typealias Publisher = SpecConfig

extension String {
    /// Without white space at both ends.
    public func trimmingBlanks() -> String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
