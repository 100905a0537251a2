import BacalhauModel

/// Reads YAML 1.1, and JSON as YAML, into a tree with places.
///
/// Plain scalars become booleans, numbers and null as in v1.4.0 (`yes`, `010`, `1_000`, `~`); quoted ones and `!!str`
/// stay text. Merges (`<<`) are resolved with the keys that stand in the mapping itself first. Of several documents
/// only the first is read.
public struct YAMLParser {
    /// Larger texts are refused, in bytes; also the most that aliases may unfold to.
    public static let sizeMax = 10_000_000
    /// Deeper nesting than this is refused; job documents need about eight levels.
    public static let depthMax = 100
    /// More values than this are refused.
    public static let nodeCountMax = 1_000_000

    private let events: YAMLEventReader
    private var anchors: [String: Anchor] = [:]
    private var depth = 0
    private var nodeCount = 0
    /// What was read so far if every alias were written out, in bytes; holds growth by aliases of aliases.
    private var unfolded = 0

    /// A value that aliases repeat, and its unfolded size.
    private struct Anchor {
        var node: DocumentNode
        var size: Int
    }

    /// Reads the first document of `bytes`; a text without one is null.
    ///
    /// - Throws: the first problem, with its line and column.
    public static func parse(_ bytes: [UInt8]) throws(DocumentError) -> DocumentNode {
        guard bytes.count <= sizeMax else {
            throw DocumentError("invalid YAML: larger than \(sizeMax) bytes")
        }
        let result: Result<DocumentNode, DocumentError> = bytes.withUnsafeBufferPointer { buffer in
            Result { () throws(DocumentError) in
                var parser = YAMLParser(events: try YAMLEventReader(buffer))
                return try parser.document()
            }
        }
        if case .failure = result, let json = surrogatePairs(bytes) { return json }
        return try result.get()
    }

    /// JSON may write characters beyond U+FFFF as two escapes, which libyaml refuses.
    private static func surrogatePairs(_ bytes: [UInt8]) -> DocumentNode? {
        let first = bytes.first { $0 > 0x20 }
        guard first == UInt8(ascii: "{") || first == UInt8(ascii: "["),
            zip(bytes.indices, bytes.dropFirst(2)).contains(where: { index, third in
                bytes[index] == UInt8(ascii: "\\") && bytes[index + 1] == UInt8(ascii: "u")
                    && third | 0x20 == UInt8(ascii: "d")
            })
        else { return nil }
        return try? JSONParser.parse(bytes)
    }

    private init(events: YAMLEventReader) { self.events = events }

    private mutating func document() throws(DocumentError) -> DocumentNode {
        while true {
            let event = try events.next()
            switch event.kind {
            case .streamStart, .documentStart: continue
            case .documentEnd, .streamEnd, .sequenceEnd, .mappingEnd:
                return DocumentNode(.null, at: SourcePosition(line: 1, column: 1))
            case .alias, .scalar, .sequenceStart, .mappingStart:
                let root = try node(event)
                // Going on to the next document finds text behind this one that does not belong there.
                if case .documentEnd = try events.next().kind { _ = try events.next() }
                return root
            }
        }
    }

    private mutating func node(_ event: YAMLEventReader.Event) throws(DocumentError) -> DocumentNode {
        nodeCount += 1
        guard nodeCount <= YAMLParser.nodeCountMax else {
            throw .yaml("more than \(YAMLParser.nodeCountMax) values", at: event.position)
        }
        let sizeBefore = unfolded
        unfolded += 16
        let content: DocumentNode.Content
        switch event.kind {
        case .alias(let name): return try unfold(name, at: event.position)
        case .scalar(let scalar):
            unfolded += scalar.text.utf8.count
            content = try scalar.content(at: event.position)
        case .sequenceStart:
            if let name = event.anchor { anchors[name] = nil }
            content = .array(try within(event.position) { (parser) throws(DocumentError) in try parser.elements() })
        case .mappingStart:
            if let name = event.anchor { anchors[name] = nil }
            content = .object(try within(event.position) { (parser) throws(DocumentError) in try parser.members() })
        case .streamStart, .documentStart, .documentEnd, .streamEnd, .sequenceEnd, .mappingEnd:
            throw .yaml("a value is expected", at: event.position)
        }
        let node = DocumentNode(content, at: event.position)
        if let name = event.anchor { anchors[name] = Anchor(node: node, size: unfolded - sizeBefore) }
        return node
    }

    private mutating func within<Content>(
        _ position: SourcePosition, _ body: (inout YAMLParser) throws(DocumentError) -> Content
    ) throws(DocumentError) -> Content {
        depth += 1
        defer { depth -= 1 }
        guard depth <= YAMLParser.depthMax else {
            throw .yaml("nested deeper than \(YAMLParser.depthMax) levels", at: position)
        }
        return try body(&self)
    }

    private mutating func unfold(_ name: String, at position: SourcePosition) throws(DocumentError) -> DocumentNode {
        guard let anchor = anchors[name] else {
            throw .yaml("the alias '*\(name.excerpt())' names no anchor before it", at: position)
        }
        unfolded += anchor.size
        guard unfolded <= YAMLParser.sizeMax else {
            throw .yaml("with its aliases written out the text is more than \(YAMLParser.sizeMax) bytes", at: position)
        }
        return DocumentNode(anchor.node.content, at: position)
    }

    private mutating func elements() throws(DocumentError) -> [DocumentNode] {
        var nodes: [DocumentNode] = []
        while true {
            let event = try events.next()
            if case .sequenceEnd = event.kind { return nodes }
            nodes.append(try node(event))
        }
    }

    private mutating func members() throws(DocumentError) -> [DocumentNode.Member] {
        var members: [DocumentNode.Member] = []
        var merged: [DocumentNode.Member] = []
        while true {
            let event = try events.next()
            if case .mappingEnd = event.kind { return merged + members }
            if case .scalar(let scalar) = event.kind, scalar.isMerge {
                merged.insert(contentsOf: try mergedMembers(try node(try events.next())), at: 0)
                continue
            }
            let name = try key(event)
            members.append(
                DocumentNode.Member(name: name, value: try node(try events.next()), position: event.position))
        }
    }

    /// The members of a mapping, or of several of which the first wins.
    private func mergedMembers(_ node: DocumentNode) throws(DocumentError) -> [DocumentNode.Member] {
        switch node.content {
        case .object(let members): return members
        case .array(let nodes):
            var result: [DocumentNode.Member] = []
            for node in nodes {
                guard case .object(let members) = node.content else { break }
                result.insert(contentsOf: members, at: 0)
            }
            if nodes.allSatisfy({ if case .object = $0.content { true } else { false } }) { return result }
        default: break
        }
        throw .yaml("'<<' needs a mapping or a list of mappings", at: node.position)
    }

    private mutating func key(_ event: YAMLEventReader.Event) throws(DocumentError) -> String {
        switch try node(event).content {
        case .string(let text): return text
        case .bool(let value): return value ? "true" : "false"
        case .integer(let value): return String(value)
        case .double(let value): return JSONWriter.text(of: value)
        case .null, .array, .object: throw .yaml("a key must be text", at: event.position)
        }
    }
}

extension DocumentError {
    /// A problem in the words of this parser.
    static func yaml(_ message: String, at position: SourcePosition) -> DocumentError {
        DocumentError("invalid YAML: \(message)", at: position)
    }
}
