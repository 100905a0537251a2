import BacalhauModel
import BacalhauSupport
import Testing

/// However long what somebody sent is, messages about it stay short enough to read.
@Suite struct ExcerptTests {
    private let long = String(repeating: "x", count: 1_000_000)
    private let cut = String(repeating: "x", count: 199) + "…"

    @Test func shortTextIsWhole() {
        #expect("".excerpt() == "")
        #expect(String(repeating: "ä", count: 200).excerpt() == String(repeating: "ä", count: 200))
        #expect("a long text".dropFirst(2).excerpt(9) == "long text")
    }

    @Test func longTextIsCutWithAMark() {
        #expect(long.excerpt() == cut)
        #expect(String(repeating: "ä", count: 201).excerpt() == String(repeating: "ä", count: 199) + "…")
        #expect("abc".excerpt(1) == "…")
    }

    @Test func oneCharacterOfManyPartsIsCutToo() {
        let tower = "e" + String(repeating: "\u{301}", count: 1000)
        #expect(tower.count == 1)
        #expect(tower.excerpt().unicodeScalars.count == 200)
    }

    @Test func errorsHaveALimit() {
        let error = BacalhauError(.internal, long, hint: long)
        #expect(error.message.count == BacalhauError.textLengthMax)
        #expect(error.hint.count == BacalhauError.textLengthMax)
    }

    @Test func jobThatIsRefusedIsNotRepeatedWhole() {
        var job = Job(tasks: [Job.Task(name: long, engine: Engine(type: "noop"))])
        job.type = long
        job.tasks[0].resources.cpu = long
        #expect(
            job.problems() == [
                "invalid job type: \"\(cut)\" (use batch, ops, service or daemon)",
                "task \(cut) validation failed: invalid CPU value: \(cut)",
            ])
    }

    @Test func countOfProblemsHasALimit() {
        var job = Job(tasks: [Job.Task(engine: Engine(type: "noop"))])
        job.constraints = Array(repeating: Constraint(key: "", operator: "exists"), count: 1000)
        let problems = job.problems()
        #expect(problems.count == Job.Limits.problemCountMax + 1)
        #expect(problems.first == "constraint 1 validation failed: constraint key is blank")
        #expect(problems.last == "and 950 more problems")
    }

    @Test func documentThatCannotBeReadIsQuotedInShort() {
        func message(_ read: () throws(DocumentError) -> Void) -> String {
            do {
                try read()
                return ""
            } catch {
                return error.issues.map(\.message).joined(separator: "\n")
            }
        }
        #expect(
            message { () throws(DocumentError) in _ = try JSONParser.parse(Array("{\"\(long)\" 1}".utf8)) }
                == "invalid JSON: ':' is expected after the member name \"\(cut)\"")
        #expect(
            message { () throws(DocumentError) in _ = try YAMLParser.parse(Array("a: !!int \(long)".utf8)) }
                == "invalid YAML: \"\(cut)\" is not of the type !!int")
        #expect(
            message { () throws(DocumentError) in _ = try JobFile.read(Array("\(long.prefix(1000)): 1".utf8)) }
                == "unknown field: '\(cut)' in 'Job'")
        #expect(
            message { () throws(DocumentError) in _ = try Job(json: Array("{\"Meta\": {\"\(long)\": 1}}".utf8)) }
                == "field: '\(cut)' in 'Meta' is invalid type: 'number' expected: 'string'")
    }

    @Test func selectorThatCannotBeReadIsQuotedInShort() {
        let hint = "Write key, !key, key=value, key!=value, key in (a,b), key notin (a,b), key>1 or key<1."
        #expect(throws: BacalhauError(.badRequest, "cannot read the label selector \"\(cut)\"", hint: hint)) {
            try LabelSelector(parsing: long + " in x")
        }
    }
}
