import BacalhauModel
import BacalhauSupport
import Testing

@testable import BacalhauCore

@Suite struct LogPiecesTests {
    private func record(_ stream: StandardStream, _ bytes: [UInt8]) -> LogRecord {
        LogRecord(sequence: 1, time: .zero, stream: stream, bytes: bytes[...])
    }

    private func record(_ stream: StandardStream, _ text: String) -> LogRecord {
        record(stream, Array(text.utf8))
    }

    @Test func piecesOfOneStreamAreJoined() {
        var pieces = LogPieces()
        let records = [record(.stdout, "a"), record(.stdout, "b\n"), record(.stderr, "c"), record(.stdout, "d")]
        #expect(
            pieces.messages(records) == [
                LogMessage(type: 1, line: "ab\n"), LogMessage(type: 2, line: "c"), LogMessage(type: 1, line: "d"),
            ])
        #expect(pieces.rest() == [])
    }

    @Test func messagesHaveALength() {
        var pieces = LogPieces(bytesMax: 4)
        let records = (0..<6).map { _ in record(.stdout, "ab") }
        #expect(pieces.messages(records).map(\.line) == ["abab", "abab", "abab"])
    }

    @Test(arguments: ["é", "€", "😀"]) func charactersAreNotCut(_ character: String) {
        for cut in 1..<character.utf8.count {
            var pieces = LogPieces()
            let bytes = Array(character.utf8)
            #expect(pieces.messages([record(.stdout, Array(bytes[..<cut]))]) == [])
            #expect(pieces.messages([record(.stderr, "e")]).map(\.line) == ["e"])
            #expect(pieces.messages([record(.stdout, Array(bytes[cut...]))]).map(\.line) == [character])
        }
    }

    @Test func whatIsNoTextIsShownAsSuch() {
        var pieces = LogPieces()
        #expect(
            pieces.messages([record(.stdout, [0x61, 0xFF, 0x80, 0x80, 0x80])]).map(\.line) == [
                "a\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"
            ])
        #expect(pieces.messages([record(.stdout, [0xE2, 0x82])]) == [])
        #expect(pieces.rest() == [LogMessage(type: 1, line: "\u{FFFD}")])
    }
}
