import BacalhauCore
import Testing

@testable import bacalhau_node

/// What the command line of the node program asks for.
@Suite struct RetentionFlagsTests {
    private func configuration(_ arguments: String...) throws -> NodeConfiguration {
        guard case .node(let configuration, _) = try NodeArguments(["serve"] + arguments, environment: [:]) else {
            throw BacalhauError(.internal, "no node is asked for")
        }
        return configuration
    }

    @Test func withoutFlagsThingsAreKeptForSevenDaysWithinLimits() throws {
        let configuration = try configuration()
        let week = Duration.seconds(7 * 86_400)
        #expect(configuration.orchestrator.retention == JobRetention(ageMax: week, countMax: 1_000_000))
        #expect(
            configuration.compute.logRetention == LogRetention(ageMax: week, bytesMax: 10 << 30, countMax: 1_000_000))
        #expect(
            configuration.compute.resultRetention
                == ResultRetention(ageMax: week, bytesMax: 20 << 30, countMax: 1_000_000))
    }

    @Test func retentionFlagsSetEachLimit() throws {
        let configuration = try configuration(
            "--job-retention-age", "1d12h", "--job-retention-count=5", "--job-retention-size", "2Gb",
            "--log-retention-age=90m", "--log-retention-count", "6", "--log-retention-size", "1Gi",
            "--result-retention-age", "30s", "--result-retention-count", "0", "--result-retention-size=10Mb")
        #expect(
            configuration.orchestrator.retention
                == JobRetention(ageMax: .seconds(129_600), countMax: 5, storeBytesMax: 2_000_000_000))
        #expect(
            configuration.compute.logRetention
                == LogRetention(ageMax: .seconds(5400), bytesMax: 1 << 30, countMax: 6))
        #expect(
            configuration.compute.resultRetention
                == ResultRetention(ageMax: .seconds(30), bytesMax: 10_000_000, countMax: 0))
    }

    @Test func noneTakesALimitAway() throws {
        let configuration = try configuration(
            "--job-retention-age", "none", "--job-retention-count", "none", "--log-retention-size", "none",
            "--result-retention-age", "none")
        #expect(configuration.orchestrator.retention == JobRetention(ageMax: nil, countMax: nil))
        #expect(configuration.compute.logRetention.bytesMax == nil)
        #expect(configuration.compute.resultRetention.ageMax == nil)
    }

    @Test(arguments: [
        ("--job-retention-age", "7", "write days, hours, minutes or seconds like 7d, 36h or 1d12h, or none"),
        ("--job-retention-age", "", "write days, hours, minutes or seconds like 7d, 36h or 1d12h, or none"),
        ("--log-retention-age", "-1h", "write days, hours, minutes or seconds like 7d, 36h or 1d12h, or none"),
        ("--log-retention-age", "101y", "write days, hours, minutes or seconds like 7d, 36h or 1d12h, or none"),
        ("--log-retention-age", "40000d", "write days, hours, minutes or seconds like 7d, 36h or 1d12h, or none"),
        (
            "--result-retention-age", "99999999999999999d",
            "write days, hours, minutes or seconds like 7d, 36h or 1d12h, or none"
        ),
        ("--job-retention-count", "-1", "write a whole number like 100000, or none"),
        ("--log-retention-count", "+1", "write a whole number like 100000, or none"),
        ("--result-retention-count", "1e3", "write a whole number like 100000, or none"),
        ("--job-retention-size", "lots", "write an amount like 10Gb, or none"),
        ("--log-retention-size", "-1Gb", "write an amount like 10Gb, or none"),
    ])
    func whatALimitCannotBeIsNamed(flag: String, text: String, advice: String) {
        let expected = BacalhauError(.badRequest, "invalid argument \"\(text)\" for \(flag): \(advice)")
        #expect(throws: expected) { try configuration(flag, text) }
    }

    @Test func aFlagWithoutItsValueIsRefused() {
        #expect(throws: BacalhauError(.badRequest, "flag needs an argument: --job-retention-age")) {
            try configuration("--job-retention-age")
        }
    }

    @Test func anUnknownFlagIsRefused() {
        let expected = BacalhauError(
            .badRequest, "unknown flag: --job-retention", hint: "bacalhau-node --help lists the flags.")
        #expect(throws: expected) { try configuration("--job-retention", "7d") }
    }

    @Test func theHelpNamesEveryRetentionFlagInOneColumn() throws {
        guard case .help(let text) = try NodeArguments(["serve", "--help"], environment: [:]) else {
            Issue.record("no help")
            return
        }
        for kind in ["job", "log", "result"] {
            for limit in ["age AGE", "count N", "size SIZE"] {
                let flag = "  --\(kind)-retention-\(limit)"
                let line = try #require(text.split(separator: "\n").first { $0.hasPrefix(flag) })
                #expect(line.dropFirst(flag.count).prefix(35 - flag.count).allSatisfy { $0 == " " })
                #expect(line.dropFirst(35).first?.isWhitespace == false)
            }
        }
    }
}
