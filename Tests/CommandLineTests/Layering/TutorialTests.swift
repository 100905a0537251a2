import BacalhauTestSupport
import FoundationEssentials
import Testing

/// Tutorials show parts of programs that are built and run, word for word, so that they cannot rot.
@Suite struct TutorialTests {
    private static let articles = [
        "Sources/BacalhauClient/BacalhauClient.docc/FollowAContainerJob.md",
        "Sources/BacalhauClient/BacalhauClient.docc/RunAModuleInPartitions.md",
        "Sources/BacalhauClient/BacalhauClient.docc/HandleErrors.md",
        "Sources/BacalhauCore/BacalhauCore.docc/EmbedANode.md",
        "Docs/Embedding.md",
    ]

    @Test(arguments: articles) func everySnippetIsAPartOfTheProgramThatTheArticleNames(_ article: String) throws {
        let text = try read(article)
        let program = try #require(text.firstMatch(of: /Docs\/Examples\/\w+\/Main\.swift/)).output
        let lines = trimmed(try read(String(program)))
        let snippets = snippets(in: text)
        #expect(!snippets.isEmpty)
        for snippet in snippets {
            #expect(holds(lines, snippet), "\(article): not in \(program):\n\(snippet.joined(separator: "\n"))")
        }
    }

    @Test func everyArticleOfTheCatalogsIsKnown() throws {
        // An article with code belongs into the list above.
        for module in ["BacalhauClient", "BacalhauCore"] {
            let folder = "Sources/\(module)/\(module).docc"
            for name in try FileManager.default.contentsOfDirectory(atPath: "\(TestPlaces.package)/\(folder)") {
                let path = "\(folder)/\(name)"
                #expect(snippets(in: try read(path)).isEmpty != Self.articles.contains(path), "\(path)")
            }
        }
    }

    private func read(_ path: String) throws -> String { try TestPlaces.text(of: "\(TestPlaces.package)/\(path)") }

    /// Lines without their indentation, and without the empty ones.
    private func trimmed(_ text: String) -> [Substring] {
        text.split(separator: "\n").map { $0.drop { $0 == " " } }.filter { !$0.isEmpty }
    }

    /// The blocks of Swift in an article.
    private func snippets(in text: String) -> [[Substring]] {
        text.matches(of: /(?s)```swift\n(.*?)```/).map { trimmed(String($0.output.1)) }
    }

    private func holds(_ lines: [Substring], _ snippet: [Substring]) -> Bool {
        lines.indices.contains { lines[$0...].starts(with: snippet) }
    }
}
