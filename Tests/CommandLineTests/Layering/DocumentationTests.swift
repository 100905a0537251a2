import Testing

/// What a user of the libraries reads must be there.
@Suite struct DocumentationTests {
    private static let folders = ["Sources/BacalhauCore", "Sources/BacalhauClient"]

    /// Members that do what a protocol of the standard library, or of the wire format, says of them.
    private static let explainedElsewhere = [
        "public init(from ", "public func write(to ", "public static func == (", "public static func < (",
        "public func hash(into ", "public var description: ", "public init(stringLiteral ",
        "public init(integerLiteral ", "public init(booleanLiteral ", "public init(floatLiteral ",
        "public init(arrayLiteral ", "public init(dictionaryLiteral ", "public init(nilLiteral",
    ]

    @Test(arguments: folders) func everyPublicDeclarationIsExplained(_ folder: String) throws {
        let files = try PackageFiles.swiftFiles(below: folder)
        #expect(!files.isEmpty)
        for file in files {
            for declaration in PublicDeclarations(file).undocumented(in: file) {
                if Self.explainedElsewhere.contains(where: { declaration.text.hasPrefix($0) }) { continue }
                Issue.record("\(file.place(declaration.line)): say what it means: \(declaration.text)")
            }
        }
    }

    @Test func declarationsWithoutCommentAreFoundWhereverTheyStand() {
        let file = SwiftFile(
            path: "a.swift",
            text: """
                public import Other
                /// Documented.
                @frozen public enum Colour: String {
                    case red
                    /// Documented.
                    case green
                    // Not for the documentation.
                    public static let blue = "{"

                    func inner() { switch self { case .red: break } }
                }

                public protocol Painter {
                    func paint()
                }

                extension Colour {
                    /// Documented, with an attribute and another line between.
                    @available(*, deprecated)
                    @discardableResult
                    public func paint() -> Int { 1 }

                    /// Not a comment of what follows.

                    public init(text: String) {}
                    case notOne
                    private enum Hidden { case one }
                }
                enum Internal { case one }
                """)
        #expect(
            PublicDeclarations(file).undocumented(in: file).map(\.text) == [
                "case red", "public static let blue = \"\"", "public protocol Painter {", "func paint()",
                "public init(text: String) {}",
            ])
    }
}
