/// Makes requests out of valid ones: calls of the API with bodies of v1.4.0, changed here and there.
struct RequestMutator: Sendable {
    let bodies: [[UInt8]]

    private static let targets = [
        "/", "/api/v1/agent/alive", "/api/v1/agent/version", "/api/v1/agent/node", "/api/v1/openapi.json", "/healthz",
        "/api/v1/auth", "/api/v1/auth/clientkey", "/api/v1/orchestrator/nodes?order_by=type&labels=a%3Db&limit=3",
        "/api/v1/orchestrator/nodes/n-1", "/api/v1/orchestrator/jobs", "/api/v1/orchestrator/jobs/diff",
        "/api/v1/orchestrator/jobs?labels=env+in+(a,b)&limit=2&reverse=true&order_by=modified_at&pretty",
        "/api/v1/orchestrator/jobs?next_token=Y3JlYXRlZF9hdDpOOjE6MQ", "/api/v1/orchestrator/jobs/j-1?include=history",
        "/api/v1/orchestrator/jobs/j-1/executions?limit=1",
        "/api/v1/orchestrator/jobs/j-1/history?since=1&event_type=job",
        "/api/v1/orchestrator/jobs/j-1/results", "/api/v1/orchestrator/jobs/j-1/logs?follow=true&tail=3",
        "/api/v1/orchestrator/jobs/j-1/rerun", "/api/v1/requester/list", "/version",
    ]
    private static let methods = ["GET", "GET", "PUT", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH"]
    /// Pieces that mean something to one reader or another.
    private static let pieces: [[UInt8]] =
        [
            "\"", "{", "}", "[", "]", ":", ",", "null", "-1", "1e999", "99999999999999999999", "\\u0000", "\\ud800",
            "%00",
            "%", "%2f", "../", "&", "=", "?", "(", ")", "!", "\r\n", "\n", " ", "\t", ";", "j-", "true", "0x", ".", "'",
        ].map { Array($0.utf8) } + [[0], [0x7F], [0x80], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xFF]]

    /// One request that ends with its connection.
    func request(using random: inout SeededRandom) -> [UInt8] {
        let method = Self.methods.randomElement(using: &random) ?? ""
        var target = Array((Self.targets.randomElement(using: &random) ?? "").utf8)
        var body = method == "GET" ? [] : bodies.randomElement(using: &random) ?? []
        if Int.random(in: 0..<3, using: &random) == 0 { body = Self.runnable(body) }
        if Bool.random(using: &random) { mutate(&target, using: &random) }
        if Int.random(in: 0..<4, using: &random) > 0 { mutate(&body, using: &random) }
        var head = Array("\(method) ".utf8) + target
        head += Array(" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n".utf8)
        if Int.random(in: 0..<4, using: &random) == 0 {
            head += Array(
                "X-Bacalhau-Git-Version: \(["v1.4.0", "v1.9.0", "v1.1.0", "x"].randomElement(using: &random) ?? "")\r\n"
                    .utf8)
        }
        if Int.random(in: 0..<8, using: &random) == 0 { mutate(&head, using: &random) }
        return head + Array("Content-Length: \(body.count)\r\n\r\n".utf8) + body
    }

    /// Jobs for the engine that only tests use, so that nothing heavy begins.
    private static func runnable(_ body: [UInt8]) -> [UInt8] {
        Array(String(decoding: body, as: UTF8.self).replacing(#""docker""#, with: #""noop""#).utf8)
    }

    private func mutate(_ bytes: inout [UInt8], using random: inout SeededRandom) {
        for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: index)
            case 2: bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 1...40, using: &random)))
            case 3: bytes.insert(contentsOf: bytes[index..<min(bytes.count, index + 60)], at: index)
            default: bytes.insert(contentsOf: Self.pieces.randomElement(using: &random) ?? [], at: index)
            }
        }
    }
}
