import BacalhauModel
import BacalhauSupport
import Testing

@Suite struct YAMLParserTests {
    private func parse(_ text: String) throws -> DocumentNode { try YAMLParser.parse(Array(text.utf8)) }
    private func value(_ text: String) throws -> JSONValue { try parse(text).value }

    private func expectFailure(_ text: String, _ message: String, line: Int, column: Int) {
        #expect(
            throws: DocumentError("invalid YAML: \(message)", at: SourcePosition(line: line, column: column))
        ) { try parse(text) }
    }

    @Test func jsonIsYAML() throws {
        let json = "{\"a\": [1, 2.5, \"x\\ty\", true, null, {}], \"b\":{\n\t\"c\" : [\n\t]}}"
        #expect(try value(json) == JSONParser.parse(Array(json.utf8)).value)
    }

    @Test func charactersBeyondTheFirstPlaneMayBeTwoEscapesInJSON() throws {
        #expect(try value(#"{"a": "\ud83d\ude00"}"#) == ["a": "\u{1F600}"])
    }

    @Test(arguments: ["", " \n", "# nothing\n", "---\n", "~"])
    func nothingIsNull(text: String) throws {
        #expect(try value(text) == .null)
    }

    @Test func onlyTheFirstDocumentCounts() throws {
        #expect(try value("a: 1\n---\nb: 2\n---\n}") == ["a": 1])
    }

    @Test func lastOfEqualKeysWins() throws {
        #expect(try value("a: 1\na: 2") == ["a": 2])
    }

    @Test func aliasesRepeatTheirAnchor() throws {
        #expect(try value("a: &x [1, 2]\nb: *x\nc: *x") == ["a": [1, 2], "b": [1, 2], "c": [1, 2]])
        #expect(try value("- &x 1\n- *x\n- &x 2\n- *x") == [1, 1, 2, 2])
    }

    @Test func mergedKeysGiveWayToOwnOnesWhereverTheyStand() throws {
        let base = "base: &b {x: 1, z: 1}\n"
        #expect(try value(base + "own: {<<: *b, x: 2}").object?["own"] == ["x": 2, "z": 1].mapped)
        #expect(try value(base + "own: {x: 2, <<: *b}").object?["own"] == ["x": 2, "z": 1].mapped)
    }

    @Test func firstOfSeveralMergesWins() throws {
        let text = "a: &a {x: 1}\nb: &b {x: 2, z: 2}\nown: {<<: [*a, *b]}"
        #expect(try value(text).object?["own"] == ["x": 1, "z": 2].mapped)
    }

    @Test func quotedMergeKeyIsAnOrdinaryKey() throws {
        #expect(try value("{'<<': 1}") == ["<<": 1])
    }

    @Test func mergeOfAnythingElseIsRefused() {
        expectFailure("a:\n  <<: 1", "'<<' needs a mapping or a list of mappings", line: 2, column: 7)
    }

    @Test func placesAreThoseOfTheText() throws {
        let document = try parse("a: 1\nb:\n  - x\n  -  c: 2\n")
        #expect(document.position == SourcePosition(line: 1, column: 1))
        guard case .object(let members) = document.content, case .array(let items) = members[1].value.content else {
            Issue.record("not the expected shape")
            return
        }
        #expect(members[1].position == SourcePosition(line: 2, column: 1))
        #expect(items.map(\.position) == [SourcePosition(line: 3, column: 5), SourcePosition(line: 4, column: 6)])
    }

    @Test func syntaxErrorsNameTheirPlace() {
        expectFailure(
            "a: 1\n b: 2", "mapping values are not allowed in this context", line: 2, column: 3)
        expectFailure("a: [1, 2", "did not find expected ',' or ']' while parsing a flow sequence", line: 1, column: 9)
        expectFailure("a: *x", "the alias '*x' names no anchor before it", line: 1, column: 4)
        expectFailure("&x [*x]", "the alias '*x' names no anchor before it", line: 1, column: 5)
        expectFailure("{[1]: 2}", "a key must be text", line: 1, column: 2)
        expectFailure("a: \u{1}", "control characters are not allowed", line: 1, column: 4)
    }

    @Test func textBehindTheRootIsRefused() {
        #expect(throws: DocumentError.self) { try parse("{\"a\": 1} b") }
    }

    @Test func indentingWithTabsIsExplained() {
        expectFailure(
            "a:\n\tb: 1",
            "found character that cannot start any token while scanning for the next token; indent with blanks, not "
                + "with tabs", line: 2, column: 1)
    }

    @Test func deepNestingIsRefused() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try parse(nested(YAMLParser.depthMax))
        expectFailure(nested(YAMLParser.depthMax + 1), "nested deeper than 100 levels", line: 1, column: 101)
        #expect(throws: DocumentError.self) { try parse(String(repeating: "- ", count: 200_000)) }
    }

    @Test func billionLaughsAreRefused() {
        var text = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
        for level in 1...9 {
            let alias = "*a\(level - 1)"
            text += "a\(level): &a\(level) [\(Array(repeating: alias, count: 10).joined(separator: ", "))]\n"
        }
        #expect(throws: DocumentError.self) { try parse(text) }
    }

    @Test func tooLargeTextIsRefused() {
        #expect(throws: DocumentError("invalid YAML: larger than 10000000 bytes")) {
            try YAMLParser.parse([UInt8](repeating: 0x20, count: YAMLParser.sizeMax + 1))
        }
    }

    @Test func everyCutOfATextEndsInAValueOrAnError() {
        let text = Array("a: &x {b: [1, 'c', \"\\u00e9\"], <<: {d: !!str 1}}\ne: *x\nf: |\n  g\n  h\n".utf8)
        for length in text.indices {
            _ = try? YAMLParser.parse(Array(text[..<length]))
            var changed = text
            changed[length] ^= 0x14
            _ = try? YAMLParser.parse(changed)
        }
    }
}

extension [String: JSONValue] {
    fileprivate var mapped: JSONValue { .object(self) }
}
