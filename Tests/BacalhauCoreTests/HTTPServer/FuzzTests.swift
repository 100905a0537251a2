import BacalhauCore
import BacalhauHTTPClient
import BacalhauTestSupport
import Testing

struct FuzzTests {
    /// SplitMix64: the same requests in every run.
    private struct Random: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var value = state
            value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
            value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
            return value ^ (value >> 31)
        }
    }

    private static let seeds: [[UInt8]] =
        (MalformedRequest.all.map(\.text).filter { $0.utf8.count < 1000 }
        + [
            "GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc",
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nT: v\r\n\r\n",
            "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n",
            RawWebSocket.handshake,
        ]).map { Array($0.utf8) } + [
            Array(RawWebSocket.handshake.utf8) + RawWebSocket.bytes(of: .text("abc"))
        ]

    /// One to three requests in a row with some bytes changed, put in or left out, and perhaps cut off.
    private static func mutated(using random: inout Random) -> [UInt8] {
        let special = Array("\r\n\0 :;,/?%\u{7f}0f".utf8) + [0x80, 0xff]
        var bytes = (0..<Int.random(in: 1...3, using: &random)).flatMap { _ in seeds.randomElement(using: &random) ?? []
        }
        for _ in 0..<Int.random(in: 0...6, using: &random) where !bytes.isEmpty {
            let index = bytes.indices.randomElement(using: &random) ?? 0
            switch Int.random(in: 0...3, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[index] = special.randomElement(using: &random) ?? 0
            case 2: bytes.insert(special.randomElement(using: &random) ?? 0, at: index)
            default: bytes.remove(at: index)
            }
        }
        if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 0...bytes.count, using: &random)) }
        return bytes
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func serverSurvivesRandomRequests(seed: UInt64) async throws {
        let answer = try await withServer(
            handler: { request in
                guard request.isWebSocketHandshake else { return await describe(request) }
                return HTTPResponse(
                    status: 200,
                    body: .webSocket { connection in
                        while let message = try await connection.receive() {
                            if case .text(let text) = message { try await connection.send(text: text) }
                        }
                    })
            },
            client: { port in
                var random = Random(state: seed)
                for _ in 0..<300 {
                    let client = try RawClient(port: port)
                    // The server may have closed in the middle, which is its right.
                    try? client.send(Self.mutated(using: &random))
                    if Bool.random(using: &random) {
                        client.finishSending()
                        _ = try? client.readToEnd()
                    }
                }
                let client = try RawClient(port: port)
                try client.send("GET /good HTTP/1.1\r\nHost: x\r\n\r\n")
                return try client.readResponse().text
            })
        #expect(answer == "GET /good 0")
    }
}
