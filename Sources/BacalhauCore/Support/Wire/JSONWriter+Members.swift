import BacalhauModel

/// Members by their presence on the wire: always, left out when zero, left out when empty.
extension JSONWriter {
    /// Text, also when it is empty.
    public mutating func member(_ name: StaticString, _ value: String) {
        self.name(name)
        string(value)
    }

    /// A truth value, also when it is `false`.
    public mutating func member(_ name: StaticString, _ value: Bool) {
        self.name(name)
        bool(value)
    }

    /// A whole number, also when it is 0.
    public mutating func member(_ name: StaticString, _ value: some BinaryInteger) {
        self.name(name)
        integer(value)
    }

    /// A value in its own form.
    public mutating func member(_ name: StaticString, _ value: some WireEncodable) {
        self.name(name)
        value.write(to: &self)
    }

    /// A value in its own form, or `null` when there is none.
    public mutating func member(_ name: StaticString, orNull value: (some WireEncodable)?) {
        self.name(name)
        if let value { value.write(to: &self) } else { null() }
    }

    /// Text; left out when it is empty.
    public mutating func member(_ name: StaticString, unlessEmpty value: String) {
        if !value.isEmpty { member(name, value) }
    }

    /// A whole number; left out when it is 0.
    public mutating func member(_ name: StaticString, unlessZero value: some BinaryInteger) {
        if value != 0 { member(name, value) }
    }

    /// A list of texts; `[]` when it is empty.
    public mutating func member(_ name: StaticString, _ values: [String]) {
        self.name(name)
        beginArray()
        for value in values { string(value) }
        endArray()
    }

    /// As Go writes a list that was never made.
    public mutating func member(_ name: StaticString, nullIfEmpty values: [String]) {
        guard values.isEmpty else { return member(name, values) }
        self.name(name)
        null()
    }

    /// A list of texts; left out when it is empty.
    public mutating func member(_ name: StaticString, unlessEmpty values: [String]) {
        if !values.isEmpty { member(name, values) }
    }

    /// An object of texts in the order of their names' bytes; `{}` when it is empty.
    public mutating func member(_ name: StaticString, _ map: [String: String]) {
        self.name(name)
        beginObject()
        for key in map.keys.sorted(by: JSONWriter.bytewise) {
            self.name(escaping: key)
            string(map[key] ?? "")
        }
        endObject()
    }

    /// An object of texts; left out when it is empty.
    public mutating func member(_ name: StaticString, unlessEmpty map: [String: String]) {
        if !map.isEmpty { member(name, map) }
    }

    /// A list of values in their own form; `[]` when it is empty.
    public mutating func member(_ name: StaticString, _ values: [some WireEncodable]) {
        self.name(name)
        beginArray()
        for value in values { value.write(to: &self) }
        endArray()
    }

    /// A list of values in their own form; left out when it is empty.
    public mutating func member(_ name: StaticString, unlessEmpty values: [some WireEncodable]) {
        if !values.isEmpty { member(name, values) }
    }
}
