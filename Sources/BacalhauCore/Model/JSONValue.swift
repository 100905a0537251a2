/// A free-form value of a job document, such as the parameters of an engine that only the engine understands.
public indirect enum JSONValue: Hashable, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A whole number within 64 bits.
    case integer(Int64)
    /// Any other number; never infinite when it was read from a document.
    case double(Double)
    /// A text.
    case string(String)
    /// A list, in order.
    case array([JSONValue])
    /// Members by name; their order is not kept.
    case object([String: JSONValue])

    /// Whether this is ``null``.
    public var isNull: Bool { self == .null }

    /// The text, or `nil` when this is something else.
    public var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The list, or `nil` when this is something else.
    public var array: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The members, or `nil` when this is something else.
    public var object: [String: JSONValue]? {
        if case .object(let value) = self { value } else { nil }
    }

    /// What kind of value this is, in the words of an error message.
    public var kind: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .integer, .double: "number"
        case .string: "string"
        case .array: "list"
        case .object: "object"
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(floatLiteral value: Double) { self = .double(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(nilLiteral: ()) { self = .null }

    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
    }
}

extension [String: JSONValue] {
    /// The member whose name equals `name` in any case; an exact match wins.
    public func member(_ name: String) -> JSONValue? {
        if let exact = self[name] { return exact }
        let wanted = name.lowercased()
        return first { $0.key.lowercased() == wanted }?.value
    }
}
