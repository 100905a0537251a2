/// Splits the value of a flag at commas; double quotes protect commas and, doubled, themselves.
enum CSVRecord {
    static func fields(of text: String) throws(ValueError) -> [String] {
        guard !text.isEmpty else { throw ValueError(message: "the value is empty") }
        var fields: [String] = []
        var rest = Substring(text)
        while true {
            fields.append(rest.first == "\"" ? try quotedField(&rest) : try bareField(&rest))
            guard rest.first == "," else { return fields }
            rest = rest.dropFirst()
        }
    }

    private static func bareField(_ rest: inout Substring) throws(ValueError) -> String {
        let field = rest.prefix { $0 != "," }
        guard !field.contains("\"") else {
            throw ValueError(message: "bare \" in non-quoted field \(Values.quoted(String(field)))")
        }
        rest = rest.dropFirst(field.count)
        return String(field)
    }

    private static func quotedField(_ rest: inout Substring) throws(ValueError) -> String {
        var field = ""
        rest = rest.dropFirst()
        while let character = rest.popFirst() {
            guard character == "\"" else {
                field.append(character)
                continue
            }
            if rest.first == "\"" {
                field.append("\"")
                rest = rest.dropFirst()
            } else if rest.isEmpty || rest.first == "," {
                return field
            } else {
                break
            }
        }
        throw ValueError(message: "extraneous or missing \" in quoted-field")
    }
}
