import Testing

@testable import BacalhauHTTPClient

@Suite struct WebSocketDecoderTests {
    private func events(_ bytes: [UInt8], limit: Int = 1000, step: Int) throws(WebSocketViolation) -> [WebSocketEvent] {
        var decoder = WebSocketDecoder(limit: limit)
        var events: [WebSocketEvent] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            rest.prefix(step).withUnsafeBytes { decoder.append($0) }
            rest = rest.dropFirst(step)
            while let event = try decoder.next() { events.append(event) }
        }
        return events
    }

    @Test(arguments: [1, 2, 3, 7, 10_000])
    func anyCutOfTheBytesGivesTheSameEvents(step: Int) throws {
        let bytes =
            StubConnection.frame(1, Array("é".utf8)) + StubConnection.frame(2, [1, 2], isFinal: false)
            + StubConnection.frame(9, [7]) + StubConnection.frame(0, [], isFinal: false)
            + StubConnection.frame(0, Array(repeating: 3, count: 300)) + StubConnection.frame(10, [])
            + StubConnection.frame(8, [3, 232] + Array("bye".utf8)) + StubConnection.frame(8, [])
        #expect(
            try events(bytes, step: step) == [
                .message(.text("é")), .ping([7]), .message(.binary([1, 2] + Array(repeating: 3, count: 300))), .pong,
                .close(code: 1000, reason: "bye"), .close(code: nil, reason: ""),
            ])
    }

    @Test(
        arguments: [
            ([0xc1, 0], WebSocketViolation.rules("reserved bits without an extension")),
            ([0x83, 0], .rules("opcode 3")),
            ([0x81, 0x80], .rules("a masked frame")),
            ([0x09, 0], .rules("a fragmented or long control frame")),
            ([0x89, 126], .rules("a fragmented or long control frame")),
            ([0x80, 0], .rules("a continuation without a start")),
            ([0x01, 0, 0x81, 0], .rules("a message inside a fragmented one")),
            ([0x88, 1, 3], .rules("a close frame with half a code")),
            ([0x88, 2, 3, 237], .rules("close code 1005")),
            ([0x88, 2, 0, 0], .rules("close code 0")),
            ([0x88, 3, 3, 232, 0xff], .notUTF8),
            ([0x81, 1, 0xff], .notUTF8),
            ([0x81, 126, 3, 233], .tooLarge),
            ([0x82, 127, 255, 255, 255, 255, 255, 255, 255, 255], .tooLarge),
            ([0x02, 126, 2, 0] + [UInt8](repeating: 0, count: 512) + [0x80, 126, 2, 0], .tooLarge),
        ] as [([UInt8], WebSocketViolation)])
    func brokenFramesAreViolations(bytes: [UInt8], expected: WebSocketViolation) {
        #expect(throws: expected) { try events(bytes, step: 1) }
    }

    @Test func characterMayBeCutByFragments() throws {
        let bytes = StubConnection.frame(1, [0xc3], isFinal: false) + StubConnection.frame(0, [0xa9])
        #expect(try events(bytes, step: 100) == [.message(.text("é"))])
    }

    @Test func framesAreMaskedAndMeasured() {
        #expect(
            WebSocketFrame.encode(.text, [1, 2, 3, 4, 5], mask: [1, 2, 3, 4]) == [
                0x81, 0x85, 1, 2, 3, 4, 0, 0, 0, 0, 4,
            ])
        #expect(
            WebSocketFrame.encode(.binary, [UInt8](repeating: 0, count: 126), mask: [0, 0, 0, 0]).prefix(4)
                == [0x82, 0xfe, 0, 126])
        #expect(
            WebSocketFrame.encode(.binary, [UInt8](repeating: 0, count: 65_536), mask: [0, 0, 0, 0]).prefix(10)
                == [0x82, 0xff, 0, 0, 0, 0, 0, 1, 0, 0])
    }

    @Test func closeReasonFitsAControlFrame() {
        let frame = WebSocketFrame.close(code: 1000, reason: String(repeating: "é", count: 100))
        #expect(frame[1] & 0x7f == 124)
    }

    @Test func readerBehindPausesTheConnection() async {
        let channel = MessageChannel()
        let half = WebSocketMessage.binary(Array(repeating: 0, count: MessageChannel.highWater / 2))
        channel.put(half)
        #expect(!channel.pauseIfFull())
        channel.put(half)
        #expect(channel.pauseIfFull())
        var resumed = 0
        #expect(await channel.next { resumed += 1 } == .success(half))
        #expect(resumed == 0)
        #expect(await channel.next { resumed += 1 } == .success(half))
        #expect(resumed == 1)
        #expect(!channel.pauseIfFull())
    }
}
