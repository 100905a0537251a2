/// Comma-separated values as the original writes them.
enum CSVText {
    /// A field with a comma, quote or line break is quoted; commas and quotes in it get a backslash.
    static func line(_ fields: [String]) -> String {
        fields.map { field in
            guard field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return field }
            return "\"" + field.flatMap { $0 == "," || $0 == "\"" ? ["\\", $0] : [$0] } + "\""
        }.joined(separator: ",") + "\n"
    }
}
