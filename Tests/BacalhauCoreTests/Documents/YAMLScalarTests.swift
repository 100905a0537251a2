import BacalhauModel
import BacalhauSupport
import Testing

/// Plain scalars by YAML 1.1 as v1.4.0 reads them.
@Suite struct YAMLScalarTests {
    private func value(_ text: String) throws -> JSONValue { try YAMLParser.parse(Array(text.utf8)).value }

    @Test(arguments: [
        ("y", JSONValue.bool(true)), ("Y", true), ("yes", true), ("Yes", true), ("YES", true), ("on", true),
        ("On", true), ("ON", true), ("true", true), ("True", true), ("TRUE", true), ("n", false), ("N", false),
        ("no", false), ("No", false), ("NO", false), ("off", false), ("Off", false), ("OFF", false), ("false", false),
        ("False", false), ("FALSE", false), ("yEs", "yEs"), ("tRUE", "tRUE"), ("yess", "yess"),
    ])
    func wordsAreBooleans(text: String, expected: JSONValue) throws {
        #expect(try value("a: \(text)") == ["a": expected])
    }

    @Test(arguments: ["~", "", "null", "Null", "NULL"])
    func nothingIsNull(text: String) throws {
        #expect(try value("a: \(text)") == ["a": nil])
    }

    @Test(arguments: [
        ("0", JSONValue.integer(0)), ("7", 7), ("-7", -7), ("+7", 7), ("010", 8), ("0o10", 8), ("-010", -8),
        ("0x1F", 31), ("0X1f", 31), ("0b101", 5), ("-0b101", -5), ("1_000", 1000), ("1e3", 1000), ("1E3", 1000),
        ("1.0", 1), (".5", 0.5), ("-.5", -0.5), ("1.", 1), ("1.25e-1", 0.125), ("08", 8), ("09.5", 9.5),
        ("9223372036854775807", 9_223_372_036_854_775_807), ("9223372036854775808", 9_223_372_036_854_775_808.0),
        ("-0", 0), ("300E9", 300_000_000_000),
    ])
    func numbersOfAllForms(text: String, expected: JSONValue) throws {
        #expect(try value("a: \(text)") == ["a": expected])
    }

    @Test(arguments: [
        "2024-01-01", "12:30:00", "2024-01-01T00:00:00Z", "1.2.3", "0x", "0xG1", "0b2", "1e", "e3", "+", ".", "..",
        "1-2", "+-1", "0x-1", "_1", "500m", "1Gb", "1e400", "inf", "nan", "<<x",
    ])
    func otherPlainScalarsAreText(text: String) throws {
        #expect(try value("a: \(text)") == ["a": .string(text)])
    }

    @Test(arguments: [".inf", "-.inf", "+.Inf", ".NaN"])
    func infinityIsRefused(text: String) {
        #expect(
            throws: DocumentError(
                "invalid YAML: \(text) has no form in JSON; write a number or quote it",
                at: SourcePosition(line: 1, column: 4))
        ) { try value("a: \(text)") }
    }

    @Test(arguments: [
        ("'yes'", "yes"), ("\"1\"", "1"), ("!!str 1", "1"), ("! 1", "1"), ("'~'", "~"), ("''", ""), ("|\n  1", "1"),
        (">-\n  on\n  off", "on off"), ("!own 1", "1"), ("\"\\u0041\\n\"", "A\n"),
    ])
    func quotedBlockAndTaggedScalarsStayText(text: String, expected: String) throws {
        #expect(try value("a: \(text)") == ["a": .string(expected)])
    }

    @Test func tagsMakeValuesOfText() throws {
        #expect(try value("[!!int '1', !!float 2, !!bool 'yes', !!null '']") == [1, 2, true, nil])
        #expect(
            throws: DocumentError(
                "invalid YAML: \"x\" is not of the type !!int", at: SourcePosition(line: 1, column: 1))
        ) { try value("!!int x") }
    }

    @Test func keysBecomeText() throws {
        #expect(
            try value("{1: a, 010: b, yes: c, 1.5: d, 'no': e}") == [
                "1": "a", "8": "b", "true": "c", "1.5": "d", "no": "e",
            ])
    }
}
