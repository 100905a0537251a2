import BacalhauModel
import Testing

@testable import bacalhau_cli

@Suite struct TableTextTests {
    private struct Row: Sendable { var text: String }

    @Test func wideCharactersCountTwoColumns() {
        let table = Table(
            columns: [Column<Row>("a") { row, _ in row.text }], items: [Row(text: "🐟"), Row(text: "abcd")])
        #expect(table.text == " A    \n 🐟   \n abcd \n")
    }

    @Test func aTerminalGetsColouredRows() {
        var table = Table(columns: [Column<Row>("a") { row, _ in row.text }], items: [Row(text: "x"), Row(text: "y")])
        table.isColoured = true
        #expect(
            table.text == "\u{1B}[92;100m A \u{1B}[0m\n\u{1B}[97;40m x \u{1B}[0m\n\u{1B}[37;40m y \u{1B}[0m\n")
    }

    @Test func longWordsAndLinesAreBroken() {
        #expect(TextWrap.anywhere.lines(of: "abcdef", width: 4) == ["abcd", "ef"])
        #expect(TextWrap.words.lines(of: "3.2 / 3.2", width: 6) == ["3.2 / ", "3.2"])
        #expect(TextWrap.words.lines(of: "outputs", width: 6) == ["output", "s"])
        #expect(TextWrap.filling.lines(of: "one two three", width: 6) == ["one tw", "o thre", "e"])
        #expect(
            TextWrap.anywhere.lines(of: "\u{1B}[31mab\u{1B}[0m", width: 1) == [
                "\u{1B}[31ma\u{1B}[0m", "\u{1B}[31mb\u{1B}[0m",
            ])
    }

    @Test func commasAndQuotesOfCSVGetABackslash() {
        #expect(CSVText.line(["a", "b,c", #"d"e"#]) == #"a,"b\,c","d\"e""# + "\n")
    }
}

@Suite struct YAMLTextTests {
    @Test(arguments: [
        ("plain", "plain"), ("", #""""#), ("1", #""1""#), ("0x1F", #""0x1F""#), ("true", #""true""#), ("n", #""n""#),
        ("null", #""null""#), ("2024-06-28T09:12:33Z", #""2024-06-28T09:12:33Z""#), ("12:30", #""12:30""#),
        ("a: b", "'a: b'"), ("- x", "'- x'"), ("it's", "it's"), ("'quoted'", "'''quoted'''"), ("a #b", "'a #b'"),
        ("*x", "'*x'"), ("tab\t", #""tab\t""#), ("http://h:1/x", "http://h:1/x"), ("500m", "500m"),
    ]) func stringsReadBackAsStrings(_ string: String, _ written: String) {
        #expect(YAMLText.text(of: .string(string)) == written + "\n")
    }

    @Test func structureIsSortedAndIndented() {
        let value: JSONValue = [
            "b": [["x": 1, "y": []], "two\nlines\n", []], "a": [:], "n": nil, "d": 0.5,
            "big": 1_719_569_701_102_000_000,
        ]
        #expect(
            YAMLText.text(of: value) == """
                a: {}
                b:
                - x: 1
                  "y": []
                - |
                  two
                  lines
                - []
                big: 1719569701102000000
                d: 0.5
                "n": null

                """)
    }
}

@Suite struct TimeTextTests {
    private let time = Timestamp(nanoseconds: 1_719_569_701_102_000_000)

    @Test func timesAreShownInUTC() {
        #expect(TimeText.full(time) == "2024-06-28 10:15:01")
        #expect(TimeText.clock(time) == "10:15:01")
        #expect(TimeText.precise(time) == "Jun 28 10:15:01.102")
    }

    @Test(arguments: [
        (5, "5s ago"), (72, "1m12s ago"), (10_800, "3h ago"), (187_200, "2d4h ago"), (0, "0s ago"), (-5, "0s ago"),
    ]) func agesHaveTwoUnits(_ seconds: Int64, _ text: String) {
        #expect(TimeText.ago(time, now: time + .seconds(seconds)) == text)
    }

    @Test(arguments: [(0, "0.0s"), (640, "0.6s"), (12_300, "12.3s"), (65_200, "01m05.2s"), (3_600_000, "00m00.0s")])
    func stepsHaveTenthsOfSeconds(_ milliseconds: Int, _ text: String) {
        #expect(TimeText.elapsed(.milliseconds(milliseconds)) == text)
    }

    @Test(arguments: [
        (12_884_901_888, "12.0 GB"), (500_000_000, "476.8 MB"), (1_099_511_627_776, "1024.0 GB"), (512, "512 B"),
        (1024, "1.0 KB"),
    ]) func sizesAreBinaryUnderDecimalNames(_ bytes: UInt64, _ text: String) { #expect(SizeText.text(bytes) == text) }

    @Test(arguments: [
        ("j-7d1e42a9-2f5b-4c0e-9d57-2b1f0a6c3e88", "j-7d1e42a9"), ("7d1e42a9-2f5b-4c0e-9d57-2b1f0a6c3e88", "7d1e42a9"),
        ("gpu-box-1", "gpu-box-1"), ("j-7d1e42a9", "j-7d1e42a9"),
    ]) func identifiersAreShortened(_ id: String, _ short: String) { #expect(ShortID.text(id) == short) }
}
