import BacalhauModel
import BacalhauSupport
import Testing

@Suite struct WireFormatTests {
    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test(arguments: [
        (6.0, "6"), (0.1, "0.1"), (1e-7, "1e-7"), (1e22, "1e+22"), (-2.5, "-2.5"), (1e16, "10000000000000000"),
        (1.5e-5, "0.000015"), (123456789.25, "123456789.25"),
    ])
    func numbersAreWrittenAsGoWritesThem(_ value: Double, _ expected: String) {
        var writer = JSONWriter()
        writer.double(value)
        #expect(text(writer.bytes) == expected)
    }

    @Test func charactersWithAMeaningInHTMLAreEscaped() {
        var writer = JSONWriter()
        writer.string("<a & \"b\">\u{2028}\t\u{1}é")
        #expect(text(writer.bytes) == #""\u003ca \u0026 \"b\"\u003e\u2028\t\u0001é""#)
    }

    @Test func memberNamesMatchInAnyCaseAndTheLastOneCounts() throws {
        let job = try Job(json: Array(#"{"NAME":"a","name":"b","tYPE":"batch","unknown":1,"Tasks":null}"#.utf8))
        #expect(job.name == "b")
        #expect(job.type == "batch")
        #expect(job.count == 1)
    }

    @Test func everyProblemIsReportedWithItsPlace() {
        let json = Array("{\n  \"Count\": \"3\",\n  \"Tasks\": [{\"Name\": 5}]\n}".utf8)
        #expect(
            throws: DocumentError(issues: [
                DocumentIssue(
                    message: "field: 'Count' in 'Job' is invalid type: 'string' expected: 'int'",
                    position: SourcePosition(line: 2, column: 12)),
                DocumentIssue(
                    message: "field: 'Name' in 'Tasks[0]' is invalid type: 'number' expected: 'string'",
                    position: SourcePosition(line: 3, column: 22)),
            ])
        ) { try Job(json: json) }
    }

    @Test(arguments: ["", "{", "[1,]", "{\"a\":}", "01", "\"a", "{\"a\" 1}", "tru", "\"\\q\"", "1e", "1e999"])
    func brokenJSONIsRefused(_ text: String) {
        #expect(throws: DocumentError.self) { try JSONParser.parse(Array(text.utf8)) }
    }

    @Test func deepNestingIsRefusedNotCrashedOn() {
        let json = Array(String(repeating: "[", count: 100_000).utf8)
        #expect(throws: DocumentError.self) { try JSONParser.parse(json) }
    }

    @Test func aJobSurvivesARoundTrip() throws {
        let json =
            #"{"ID":"j-1","Name":"n","Namespace":"default","Type":"batch","Priority":2,"Count":3,"Constraints":[{"Key":"z","Operator":"in","Values":["a"]}],"Meta":{},"Labels":{"env":"demo"},"Tasks":[{"Name":"main","Engine":{"Type":"docker","Params":{"Entrypoint":null,"Image":"u"}},"Publisher":{"Type":"local"},"Env":{"A":"b"},"InputSources":[{"Source":{"Type":"inline","Params":{"URL":"data:,x"}},"Alias":"","Target":"/i"}],"ResultPaths":[{"Name":"o","Path":"/o"}],"Resources":{"CPU":"500m"},"Network":{"Type":"None"},"Timeouts":{"TotalTimeout":1800}}],"State":{"StateType":"Queued","Message":"m"},"Version":0,"Revision":7,"CreateTime":1719565200123456789,"ModifyTime":1719565200123456790}"#
        #expect(text(try Job(json: Array(json.utf8)).json) == json)
    }

    @Test(arguments: [
        #"{"Summary":"s","Position":2,"WaitingCount":3,"MissingCount":1,"Obstacles":[{"Reason":"r","NodeCount":4,"Nodes":["n-1","n-2"]}],"WakeUps":[{"Time":"2024-06-28T09:00:00.5Z","Reason":"w"}]}"#,
        #"{"Summary":"s","WaitingCount":0,"MissingCount":0,"Obstacles":[],"WakeUps":[]}"#,
    ])
    func anExplanationSurvivesARoundTrip(_ json: String) throws {
        #expect(text(try JobExplanation(json: Array(json.utf8)).json) == json)
    }

    @Test(arguments: [
        #"{"EvaluationID":"e","JobID":"j-1","JobVersion":3,"Warnings":["w"]}"#,
        #"{"EvaluationID":"e","JobID":"j-1","JobVersion":1,"Warnings":[]}"#,
    ])
    func anAnswerToARerunSurvivesARoundTrip(_ json: String) throws {
        #expect(text(try RerunJobResponse(json: Array(json.utf8)).json) == json)
    }

    @Test(arguments: [
        (Int64(1_719_565_200_000_000_000), "2024-06-28T09:00:00Z"),
        (1_719_565_200_120_000_000, "2024-06-28T09:00:00.12Z"),
        (951_782_400_000_000_000, "2000-02-29T00:00:00Z"), (0, "0001-01-01T00:00:00Z"),
    ])
    func timesAreRFC3339AndReadBack(_ nanoseconds: Int64, _ expected: String) {
        #expect(RFC3339.text(Timestamp(nanoseconds: nanoseconds)) == expected)
        #expect(RFC3339.time(expected) == Timestamp(nanoseconds: nanoseconds))
    }

    @Test func timesWithAnOffsetAreRead() {
        #expect(RFC3339.time("2024-06-28T11:00:00+02:00") == Timestamp(nanoseconds: 1_719_565_200_000_000_000))
        #expect(RFC3339.time("2024-13-01T00:00:00Z") == nil)
    }

    /// The last nanosecond that 64 bits hold, the first that they do not, and digits that are none.
    @Test func timesThatDoNotFitAreRefused() {
        #expect(RFC3339.time("2262-04-11T23:47:16.854775807Z") == Timestamp(nanoseconds: .max))
        for text in [
            "2262-04-11T23:47:16.854775808Z", "2262-04-11T23:47:16.9Z", "9999-12-31T23:59:59Z", "2024-01-01T-1:00:00Z",
            "2024-01-01T+1:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01T00:00:00+-1:00", "2024-01-01T00:00:00+24:00",
        ] { #expect(RFC3339.time(text) == nil, "\(text)") }
    }

    @Test func indentingKeepsTheValue() {
        let json = Array(#"{"a":[1,{"b":"x,{y}"}],"c":{},"d":[]}"#.utf8)
        let expected = "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x,{y}\"\n    }\n  ],\n  \"c\": {},\n  \"d\": []\n}"
        #expect(text(JSONFormat.indented(json)) == expected)
    }

    @Test(arguments: [
        ("env=prod", true), ("env==prod,zone", true), ("env!=prod", false), ("!gpu", true), ("zone in (a, eu)", true),
        ("zone notin (eu)", false), ("size>5", true), ("size<5", false), ("missing!=x", true), ("", true),
        ("example.org/zone notin (a/b)", true), ("env in (prod,-x)", true),
    ])
    func labelSelectorsMatchAsInKubernetes(_ selector: String, _ expected: Bool) throws {
        let labels = ["env": "prod", "zone": "eu", "size": "7"]
        #expect(try LabelSelector(parsing: selector).matches(labels) == expected)
    }

    @Test(arguments: [
        "a in b", "=x", "a b", "a in (", "n>x", "_a", "a_", "a/b/c", "/a", "a/", String(repeating: "a", count: 64),
    ])
    func unreadableSelectorsAreRefused(_ selector: String) {
        #expect(throws: BacalhauError.self) { try LabelSelector(parsing: selector) }
    }

    /// To take a bridge for the node's own network, or to leave ports out, would be a promise that is not kept.
    @Test(arguments: [
        (#"{"Type":"Bridge"}"#, #"unknown network type "Bridge" (use None, Full or HTTP)"#),
        (#"{"Type":"Full","Ports":[{"Name":"p","Target":80}]}"#, "ports of tasks are not offered; leave 'Ports' out"),
    ])
    func networksThatAreNotOfferedAreRefused(text: String, message: String) {
        let error = #expect(throws: DocumentError.self) { try NetworkConfig(json: Array(text.utf8)) }
        #expect(error?.issues.first?.message == message)
    }

    @Test func networksOfNewerClientsAreRead() throws {
        let read = try NetworkConfig(json: Array(#"{"Type":"host","Ports":[]}"#.utf8))
        #expect(read == NetworkConfig(type: .full))
    }

    @Test func twoInputsOfOneTargetAreRefused() {
        let input = InputSource(source: Source(type: "inline"), target: "/a")
        let task = Job.Task(engine: Engine(type: "noop"), inputSources: [input, input])
        #expect(
            Job(tasks: [task]).problems()
                == ["task main validation failed: artifact 2 validation failed: another input has the target /a"])
    }
}
