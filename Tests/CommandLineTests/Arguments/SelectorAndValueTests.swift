import BacalhauClient
import Testing

@testable import bacalhau_cli

@Suite struct SelectorAndValueTests {
    private typealias Selector = bacalhau_cli.LabelSelector

    @Test(arguments: [
        ("k=v", Constraint(key: "k", operator: "=", values: ["v"]), "k=v"),
        ("k == v", Constraint(key: "k", operator: "==", values: ["v"]), "k==v"),
        ("k!=v", Constraint(key: "k", operator: "!=", values: ["v"]), "k!=v"),
        ("k in (b, a)", Constraint(key: "k", operator: "in", values: ["a", "b"]), "k in (a,b)"),
        ("k notin (a)", Constraint(key: "k", operator: "notin", values: ["a"]), "k notin (a)"),
        ("k", Constraint(key: "k", operator: "exists"), "k"), ("!k", Constraint(key: "k", operator: "!"), "!k"),
        ("k>5", Constraint(key: "k", operator: "gt", values: ["5"]), "k>5"),
        ("k<5", Constraint(key: "k", operator: "lt", values: ["5"]), "k<5"),
    ])
    func everyOperatorIsReadAndWritten(text: String, constraint: Constraint, query: String) throws {
        #expect(try Selector.constraints(of: text) == [constraint])
        #expect(Selector.text(of: constraint) == query)
    }

    @Test func requirementsAreSortedByKey() throws {
        #expect(try Selector.constraints(of: "zone=lab, arch in (x),b").map(\.key) == ["arch", "b", "zone"])
        #expect(try Selector.constraints(of: "  ").isEmpty)
    }

    @Test(arguments: [
        ("k>x", "unable to parse selector \"k>x\": a whole number is expected instead of 'x' at the end"),
        ("=v", "unable to parse selector \"=v\": a label key is expected at \"=v\""),
        ("k in a", "unable to parse selector \"k in a\": '(' is expected at \"a\""),
    ])
    func selectorsThatCannotBeReadAreRefused(text: String, message: String) {
        #expect(throws: ValueError(message: message)) { try Selector.constraints(of: text) }
    }

    @Test func labelsMayLackTheirValue() throws {
        let labels = try LabelSyntax.labels(of: ["a=1", "b", "x.org/c=d"])
        #expect(labels == ["a": "1", "b": "", "x.org/c": "d"])
        #expect(throws: ValueError.self) { try LabelSyntax.labels(of: ["-a=1"]) }
    }

    @Test(arguments: [("300", 300), ("300s", 300), ("1h30m", 5400), ("5m0s", 300)])
    func durationsHaveUnitsOrCountSeconds(text: String, seconds: Int) throws {
        #expect(try Values.duration(text) == .seconds(seconds))
    }

    @Test func aDurationOfAnUnknownUnitIsRefused() {
        #expect(throws: ValueError(message: "time: unknown unit \"x\" in duration \"5x\"")) {
            try Values.duration("5x")
        }
    }

    @Test(arguments: [
        ("a=1", ["a": "1"]), ("a=1,b=2", ["a": "1", "b": "2"]), ("a=1,2", ["a": "1,2"]),
        ("\"a=1,2\",b=3", ["a": "1,2", "b": "3"]), ("a=b=c", ["a": "b=c"]),
    ])
    func templateVariablesSplitOnlyWhereThereAreSeveral(text: String, values: [String: String]) throws {
        let pairs = try TemplateFlags.pairs(text).map { ($0.key, $0.value) }
        #expect(Dictionary(uniqueKeysWithValues: pairs) == values)
    }

    @Test func aTemplateVariableNeedsAnEqualsSign() {
        #expect(throws: ValueError(message: "a must be formatted as key=value")) { try TemplateFlags.pairs("a") }
    }

    @Test(arguments: [
        ("Name: {{.a}}", "Name: 1"), ("x {{- .a -}} y", "x1y"), ("{{index . \"b\"}}|", "|"),
        ("{{or (index . \"b\") \"none\"}}", "none"), ("{{or (index . \"a\") \"none\"}}", "1"), ("{{\"{{\"}}", "{{"),
        ("{{/* note */}}z", "z"), ("plain", "plain"),
    ])
    func placeholdersAreFilledIn(text: String, result: String) throws {
        let bytes = try Template(values: ["a": "1"]).expand(Array(text.utf8))
        #expect(String(decoding: bytes, as: UTF8.self) == result)
    }

    @Test(arguments: [
        (
            "{{.missing}}",
            "failed to execute template: map has no entry for key \"missing\" (give it with -V missing=value)"
        ),
        (
            "{{range .x}}",
            "failed to parse template: {{range .x}} is not understood (write {{.name}}, or use --no-template)"
        ),
        ("{{.a", "failed to parse template: a {{ is not closed"),
    ])
    func placeholdersThatAreNotUnderstoodAreErrors(text: String, message: String) {
        #expect(throws: JobProblems(text: message)) { try Template(values: ["a": "1"]).expand(Array(text.utf8)) }
    }
}
