import BacalhauSupport
import Testing

/// Where a member's value stands in a text.
@Suite struct JSONRangeTests {
    private func text(of name: String, in json: String) throws -> String? {
        let bytes = Array(json.utf8)
        return try JSONParser.range(ofMember: name, in: bytes).map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    @Test(arguments: [
        (#"{"a":1}"#, "1"), (#" { "b" : {"a":2} , "a" : { "x" : [ 1, "}" ] } } rest"#, #"{ "x" : [ 1, "}" ] }"#),
        ("{\"A\":\n\"\\\"}\"\t}", #""\"}""#), (#"{"a":1,"a":null}"#, "null"), (#"{"\u0061": -1.5e3 }"#, "-1.5e3"),
    ])
    func valuesAreFoundAsTheyAreWritten(_ json: String, _ expected: String) throws {
        #expect(try text(of: "a", in: json) == expected)
    }

    @Test(arguments: ["{}", "[1]", #""a""#, #"{"b":{"a":1}}"#])
    func onlyMembersOfTheOutermostObjectCount(_ json: String) throws {
        #expect(try text(of: "a", in: json) == nil)
    }

    @Test func aTextThatIsNoJSONIsRefused() {
        #expect(throws: DocumentError.self) { try text(of: "a", in: #"{"a":1"#) }
    }
}
