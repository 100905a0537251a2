import BacalhauTestSupport
import Testing

/// Bodies, queries, paths and headers that are well-formed HTTP and nonsense all the same.
@Suite(.serialized, .timeLimit(.minutes(3))) struct HostileBodyTests {
    private static let deep = 100_000

    private static func job(_ members: String) -> String {
        #"{"Job":{"Name":"a","Type":"batch","Count":1,"Tasks":[{"Name":"t","Engine":{"Type":"noop"}}],\#(members)}}"#
    }

    /// Bodies that cannot be a job.
    private static let bodies: [(name: String, body: [UInt8])] =
        [
            ("nothing", ""), ("blank", " "), ("half", #"{"Job":"#), ("word", "nul"), ("number", "1"), ("list", "[]"),
            ("NUL", "\0"), ("empty object", "{}"), ("job is a text", #"{"Job":"a"}"#),
            ("job is null", #"{"Job":null}"#),
            ("deep lists", String(repeating: "[", count: deep)),
            ("deep objects", String(repeating: #"{"Job":"#, count: deep)),
            ("deep unknown member", #"{"X":"# + String(repeating: "[", count: deep)),
            ("closed deep lists", String(repeating: "[", count: deep) + String(repeating: "]", count: deep)),
            ("huge integer", job(#""Count":99999999999999999999999999"#)),
            ("huge exponent", job(#""Count":1e400"#)), ("fraction", job(#""Count":1.5"#)),
            ("negative", job(#""Count":-1"#)), ("smallest integer", job(#""Count":-9223372036854775808"#)),
            ("long number", job(#""Count":"# + String(repeating: "9", count: 100_000))),
            ("long fraction", job(#""Count":0."# + String(repeating: "9", count: 100_000))),
            ("count of every machine", job(#""Count":9223372036854775807"#)),
            ("control character in text", job("\"Name\":\"a\u{1}b\"")), ("raw NUL in text", job("\"Name\":\"a\0b\"")),
            ("unknown escape", job(#""Name":"\q""#)),
            ("unknown type", job(#""Type":"crowd""#)), ("labels are a list", job(#""Labels":["a"]"#)),
            ("priority", job(#""Priority":"high""#)), ("single quotes", "{'Job':{}}"), ("comment", "/* */{}"),
            ("trailing comma", #"{"Job":{},}"#), ("BOM alone", "\u{FEFF}"), ("YAML", "Job:\n  Name: a\n"),
            ("YAML aliases", "a: &a [1]\nb: *a\n"), ("NaN", job(#""Count":NaN"#)),
            ("hexadecimal", job(#""Count":0x1"#)),
        ].map { ($0.0, Array($0.1.utf8)) } + [
            ("invalid UTF-8", Array(#"{"Job":{"Name":""#.utf8) + [0xFF, 0xFE] + Array(#""}}"#.utf8)),
            ("overlong UTF-8", Array(#"{"Job":{"Name":""#.utf8) + [0xC0, 0x80] + Array(#""}}"#.utf8)),
            ("UTF-16", Array("{\"Job\":{}}".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }),
        ]

    @Test func bodiesThatAreNoJobAreRefusedWithAReason() async throws {
        try await AttackedNode.run(usesTLS: false) { attacked in
            for (name, body) in Self.bodies {
                for target in [LiveAPI.jobs, LiveAPI.jobs + "/diff"] {
                    let answer = try Self.put(target, body, to: attacked)
                    #expect((400..<500).contains(answer.status), "\(name) at \(target): \(answer.status)")
                    #expect(answer.text.contains("essage") || answer.text.contains("rror"), "\(name): \(answer.text)")
                    #expect(answer.body.count < 64 << 10, "\(name): the answer has \(answer.body.count) bytes")
                }
            }
        }
    }

    /// The last of several equal members counts, and large documents within the limits are read.
    @Test func unusualButLegalBodiesAreTaken() async throws {
        try await AttackedNode.run(usesTLS: false) { attacked in
            let labels = (0..<20).map { #""l\#($0)":"v""# }.joined(separator: ",")
            for members in [
                #""Count":1,"Count":1"#, #""Name":"\ud800""#, #""Labels":{\#(labels)}"#, #""Labels":{"a":"ä😀\u0000"}"#,
            ] {
                let answer = try Self.put(LiveAPI.jobs, Array(Self.job(members).utf8), to: attacked)
                #expect([200, 400].contains(answer.status), "\(members): \(answer.text)")
            }
        }
    }

    /// Targets, and whether they must be refused; others may find something or nothing.
    private static let targets: [(target: String, isRefused: Bool)] = [
        ("?limit=-1", true), ("?limit=99999999999999999999", true), ("?limit=1e9", true), ("?limit=%00", true),
        ("?reverse=maybe", true), ("?next_token=%ff", true), ("?next_token=AAAA", true), ("?next_token=!!!!", true),
        ("?next_token=Ojo6", true), ("?next_token=" + String(repeating: "A", count: 20_000), true),
        ("?next_token=Y3JlYXRlZF9hdDpOOjQyOTQ5NjcyOTU6NDI5NDk2NzI5NQ", false),
        ("?labels=%3D%3D%3D", true), ("?labels=" + String(repeating: "(", count: 20_000), true),
        ("?labels=a+in+(", true), ("?labels=a%3E99999999999999999999999", true),
        ("?labels=" + String(repeating: "a,", count: 10_000), false),
        ("?" + String(repeating: "&", count: 20_000), false), ("?" + String(repeating: "a=b&", count: 5000), false),
        ("?order_by=%27%3Bdrop+table+jobs", false), ("?namespace=%27%20or%201%3D1--", false),
        ("/%2e%2e%2f%2e%2e%2fetc%2fpasswd", true), ("/..%2f..%2f", true), ("/../../../etc/passwd", true),
        ("/%25%32%65", true), ("/%C0%AE%C0%AE", true), ("/%F0%9F%98%80", true),
        ("/" + String(repeating: "a", count: 20_000), true),
        ("/a%00b", true), ("/a%0d%0aX-A:%20b", true), ("//", true), ("/a//b", true), ("/a/history?limit=-1", true),
        ("/a/executions?next_token=x", true), ("/a?wait=-1", true), ("/a?wait=99999999999999999999s", true),
    ]

    @Test func targetsThatMakeNoSenseAreRefused() async throws {
        try await AttackedNode.run(usesTLS: false) { attacked in
            for (rest, isRefused) in Self.targets {
                for method in ["GET", "DELETE"] {
                    let client = try attacked.connect()
                    try client.send("\(method) \(LiveAPI.jobs)\(rest) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    let status = try client.readResponse().status
                    #expect((200..<500).contains(status), "\(method) \(rest.prefix(80)): \(status)")
                    if isRefused { #expect((400..<500).contains(status), "\(method) \(rest.prefix(80)): \(status)") }
                }
            }
        }
    }

    @Test func oddHeadersDoNoHarm() async throws {
        try await AttackedNode.run(usesTLS: false) { attacked in
            let fields: [[UInt8]] = [
                Array("X-Bacalhau-Git-Version: v99999999999999999999.0.0".utf8),
                Array("X-Bacalhau-Git-Version: ".utf8) + [0xFF, 0xFE], Array("X-Request-Id: ".utf8) + [0xC3, 0x28],
                Array("X-Request-Id: \(String(repeating: "a", count: 10_000))".utf8),
                Array("Origin: \"><script>".utf8), Array("Access-Control-Request-Headers: ".utf8) + [0xFF, 0x80],
                Array("Content-Type: ".utf8) + [0xFF], Array("Range: bytes=99999999999999999999-".utf8),
                Array("Accept-Encoding: \(String(repeating: "gzip,", count: 2000))".utf8),
                Array("Authorization: Bearer ".utf8) + [UInt8](repeating: 0x80, count: 10_000),
            ]
            for field in fields {
                for method in ["GET", "PUT", "OPTIONS"] {
                    let client = try attacked.connect()
                    try client.send(
                        Array("\(method) \(LiveAPI.jobs) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n".utf8) + field
                            + Array("\r\n\r\n".utf8))
                    let answer = try client.readResponse()
                    #expect((200..<500).contains(answer.status), "\(method): \(answer.status) \(answer.text)")
                }
            }
        }
    }

    private static func put(_ target: String, _ body: [UInt8], to attacked: AttackedNode) throws -> RawResponse {
        let client = try attacked.connect()
        try client.send(
            Array(
                "PUT \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n"
                    .utf8) + body)
        return try client.readResponse()
    }
}
