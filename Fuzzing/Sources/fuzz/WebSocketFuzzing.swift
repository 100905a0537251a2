@testable import BacalhauHTTPClient

/// The client's side of a WebSocket: the server's handshake and frames.
enum WebSocketFuzzing {
    static func run(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let input = Array(bytes.dropFirst())
        let whole = events(of: input, pieces: input.count)
        FuzzTarget.claim(whole == events(of: input, pieces: Int(first % 16) + 1), "frames may arrive in any pieces")
        var handshake = WebSocketHandshake(
            url: "http://host/a?b", headers: [:], userAgent: "fuzz", key: [UInt8](repeating: 0, count: 16))
        _ = input.withUnsafeBytes { handshake.receive($0, isEnd: first % 2 == 0) }
    }

    private enum Outcome: Equatable {
        case event(WebSocketEvent)
        case violation(WebSocketViolation)
    }

    private static func events(of input: [UInt8], pieces count: Int) -> [Outcome] {
        var decoder = WebSocketDecoder(limit: 4096)
        var outcomes: [Outcome] = []
        var rest = input[...]
        while !rest.isEmpty {
            rest.prefix(count).withUnsafeBytes { decoder.append($0) }
            rest = rest.dropFirst(count)
            do throws(WebSocketViolation) {
                while let event = try decoder.next() { outcomes.append(.event(event)) }
            } catch {
                return outcomes + [.violation(error)]
            }
        }
        return outcomes
    }
}
