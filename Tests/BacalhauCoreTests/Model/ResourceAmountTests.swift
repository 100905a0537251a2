import Testing

@testable import BacalhauModel

@Suite struct ResourceAmountTests {
    @Test(arguments: [
        ("0.5", Int64?.some(500)), ("500m", 500), ("1e1", 10_000), ("0.0001", 0), ("1.5m", nil), ("-1", nil),
        ("x", nil),
        ("0.1", 100), ("0.7", 700),
    ])
    func coresAreReadAsMillicores(_ text: String, _ expected: Int64?) {
        #expect(ResourceAmount.millicores(text) == expected)
    }

    @Test(arguments: [
        ("1Gb", UInt64?.some(1_000_000_000)), ("1Gi", 1 << 30), ("512m", 512_000_000), ("100", 100), ("1.5kb", 1500),
        ("1,000b", 1000), ("16eib", nil), ("15eib", 15 << 60), ("-1gb", nil), ("gb", nil), ("1zb", nil),
    ])
    func amountsAreReadWithDecimalAndBinaryUnits(_ text: String, _ expected: UInt64?) {
        #expect(ResourceAmount.bytes(text) == expected)
    }

    @Test func everyUnreadableAmountIsNamed() {
        let config = ResourcesConfig(cpu: "x", memory: "1zb", disk: "", gpu: "+1")
        #expect(
            throws: ResourcesError(problems: [
                "invalid CPU value: x", "invalid memory value: 1zb", "invalid GPU value: +1",
            ])
        ) { try config.resolved() }
    }

    @Test func aValidJobHasNoProblemsAndABadOneHasAllOfThem() {
        let good = Job(tasks: [Job.Task(engine: Engine(type: "noop"))])
        #expect(good.problems().isEmpty)
        var bad = Job(count: -1, constraints: [Constraint(key: "", operator: "=")])
        bad.type = "bach"
        bad.tasks = [
            Job.Task(
                name: "t", engine: nil, resultPaths: [ResultPath(name: "../x", path: "/o")],
                timeouts: Timeouts(execution: -1, total: 5))
        ]
        #expect(
            bad.problems() == [
                "invalid job type: \"bach\" (use batch, ops, service or daemon)", "job count must be >= 0",
                "constraint 1 validation failed: constraint key is blank",
                "task t validation failed: engine validation failed: nil spec config",
                "task t validation failed: output 1 validation failed: name \"../x\" must be one plain path component",
                "task t validation failed: publisher must be set if result paths are set",
                "task t validation failed: invalid execution timeout value: -1",
            ])
    }
}
