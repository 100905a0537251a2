import BacalhauModel

/// Has a JSON form on the wire.
public protocol WireEncodable {
    /// Writes exactly one value, in the form and order of v1.4.0.
    func write(to writer: inout JSONWriter)
}

/// Can be read from a JSON or YAML document.
public protocol WireDecodable {
    /// Reads what it can. Problems go into `context`, so that all of them are found in one pass.
    init(from node: DocumentNode, in context: inout WireContext)
}

extension WireEncodable {
    /// The compact JSON form.
    public var json: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }
}

extension WireDecodable {
    /// Reads the first JSON value of `json`; unknown members are ignored and names match in any case.
    public init(json: [UInt8]) throws(DocumentError) {
        try self.init(document: try JSONParser.parse(json))
    }

    /// Reads a parsed document; unknown members are ignored and names match in any case.
    public init(document: DocumentNode) throws(DocumentError) {
        var context = WireContext(root: "\(Self.self)")
        self.init(from: document, in: &context)
        try context.check()
    }
}

/// What is known while a document is read: the path to the present place, and the problems so far.
public struct WireContext {
    /// In the order in which they were found, at most ``issueCountMax``.
    public private(set) var issues: [DocumentIssue] = []
    private var path: [String] = []

    /// More problems than this are not collected; nobody reads them.
    public static let issueCountMax = 50

    /// What the document as a whole is called in messages.
    private let root: String

    /// Makes the context of a document; `root` stands in messages for whatever lies in no member.
    public init(root: String = "document") { self.root = root }

    /// Notes a problem.
    public mutating func report(_ message: String, at position: SourcePosition?) {
        guard issues.count < WireContext.issueCountMax else { return }
        issues.append(DocumentIssue(message: message, position: position))
    }

    /// Notes that the member `name` of the present object holds the wrong kind of value.
    public mutating func reportType(_ name: String, _ node: DocumentNode, expected: String) {
        let place = path.isEmpty ? root : path.joined(separator: ".")
        report(
            "field: '\(name.excerpt())' in '\(place)' is invalid type: '\(node.kind)' expected: '\(expected)'",
            at: node.position)
    }

    /// Reads something below the member `name`.
    public mutating func within<Result>(_ name: String, _ body: (inout WireContext) -> Result) -> Result {
        path.append(name)
        defer { path.removeLast() }
        return body(&self)
    }

    /// - Throws: everything that was noted.
    public func check() throws(DocumentError) {
        guard issues.isEmpty else { throw DocumentError(issues: issues) }
    }
}
