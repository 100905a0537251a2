/// Reads YAML, and JSON as YAML, into a tree with places.
public enum YAMLParser {
    /// Reads the first document of `bytes`.
    public static func parse(_ bytes: [UInt8]) throws(DocumentError) -> DocumentNode {
        try JSONParser.parse(bytes)
    }
}
