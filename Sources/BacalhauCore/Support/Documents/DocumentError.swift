/// What is wrong with a document: every problem that could be found, not just the first.
public struct DocumentError: Error, Hashable, Sendable, CustomStringConvertible {
    /// In the order in which they were found. A syntax error is the only one of its document.
    public let issues: [DocumentIssue]

    /// Makes an error of several problems; there should be one at least.
    public init(issues: [DocumentIssue]) { self.issues = issues }

    /// Makes an error of a single problem.
    public init(_ message: String, at position: SourcePosition? = nil) {
        issues = [DocumentIssue(message: message, position: position)]
    }

    public var description: String { issues.map(\.description).joined(separator: "\n") }
}

/// One problem of a document and where it is.
public struct DocumentIssue: Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, in words for whoever wrote the document; without the place.
    public var message: String
    /// Where it is; `nil` when the problem is of the document as a whole.
    public var position: SourcePosition?

    /// Makes a problem; a position of line 0 counts as unknown.
    public init(message: String, position: SourcePosition?) {
        self.message = message
        self.position = position
    }

    public var description: String {
        guard let position, position.line > 0 else { return message }
        return "\(message) (\(position))"
    }
}
