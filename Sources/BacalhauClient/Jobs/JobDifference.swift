public import BacalhauSupport

/// How a job differs from the one that is known.
public struct JobDifference: Hashable, Sendable {
    /// One line for each value that goes (`- `) or comes (`+ `), with its place in the job; empty when all is the same.
    public var lines: [String]
    /// What the server would ignore.
    public var warnings: [String]

    /// Makes a difference.
    public init(lines: [String], warnings: [String] = []) {
        self.lines = lines
        self.warnings = warnings
    }
}

extension JobDifference: WireDecodable {
    /// Reads the server's answer.
    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "DiffJobResponse", in: &context)
        let text = reader.string("Diff", in: &context) ?? ""
        self.init(
            lines: text.split(separator: "\n").map(String.init), warnings: reader.strings("Warnings", in: &context))
    }
}
