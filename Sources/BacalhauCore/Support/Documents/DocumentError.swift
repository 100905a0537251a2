/// What is wrong with a document: every problem that could be found, not just the first.
public struct DocumentError: Error, Hashable, Sendable, CustomStringConvertible {
    public let issues: [DocumentIssue]

    public init(issues: [DocumentIssue]) { self.issues = issues }
    public init(_ message: String, at position: SourcePosition? = nil) {
        issues = [DocumentIssue(message: message, position: position)]
    }

    public var description: String { issues.map(\.description).joined(separator: "\n") }
}

/// One problem of a document and where it is.
public struct DocumentIssue: Hashable, Sendable, CustomStringConvertible {
    public var message: String
    public var position: SourcePosition?

    public init(message: String, position: SourcePosition?) {
        self.message = message
        self.position = position
    }

    public var description: String {
        guard let position, position.line > 0 else { return message }
        return "\(message) (\(position))"
    }
}
