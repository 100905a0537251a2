import BacalhauModel
import Testing

@testable import BacalhauCore
@testable import bacalhau_node

struct HTTPFlagsTests {
    private func limits(_ arguments: [String]) throws -> APILimits {
        guard case .node(let configuration, _) = try NodeArguments(["serve"] + arguments, environment: [:]) else {
            Issue.record("no node is asked for")
            return APILimits()
        }
        return configuration.apiLimits
    }

    @Test func limitsOfTheAPIAreSet() throws {
        var expected = APILimits()
        #expect(try limits([]) == expected)
        expected.connectionsMax = 7
        expected.headerTimeout = .seconds(1)
        expected.requestTimeout = .seconds(120)
        expected.idleTimeout = .seconds(3600)
        expected.writeTimeout = .seconds(5)
        let arguments = [
            "--http-max-connections=7", "--http-header-timeout", "1s", "--http-request-timeout", "2m",
            "--http-idle-timeout", "1h", "--http-write-timeout=5s",
        ]
        #expect(try limits(arguments) == expected)
    }

    @Test(arguments: [
        ("--http-max-connections", "0", "write a whole number from 1 to 65000"),
        ("--http-max-connections", "many", "write a whole number from 1 to 65000"),
        ("--http-header-timeout", "0s", "write seconds, minutes or hours like 20s, from 1s to 24h"),
        ("--http-idle-timeout", "5", "write seconds, minutes or hours like 20s, from 1s to 24h"),
    ])
    func limitThatMakesNoSenseIsRefused(_ flag: String, _ value: String, _ advice: String) {
        #expect(throws: BacalhauError(.badRequest, "invalid argument \"\(value)\" for \(flag): \(advice)")) {
            try limits([flag, value])
        }
    }
}

struct DescriptorBudgetTests {
    @Test func clientsGetWhatTheNodeDoesNotNeed() throws {
        let budget = try DescriptorBudget(limit: 65_536)
        #expect(budget.resultConnections(usesTLS: false) == 16_256)
        #expect(budget.resultConnections(usesTLS: true) == 5418)
        #expect(budget.apiConnections(usesTLS: false) == 48_768)
        #expect(budget.apiConnections(usesTLS: true) == 16_256)
        #expect(budget.warning(wanted: 4096, usesTLS: true) == nil)
    }

    @Test func lowLimitIsSharedAndTold() throws {
        let budget = try DescriptorBudget(limit: 1024)
        #expect(budget.apiConnections(usesTLS: true) == 128)
        #expect(
            budget.warning(wanted: 4096, usesTLS: true)
                == "the process may open 1024 files: the API takes 128 connections at one time instead of 4096; raise "
                + "the limit to 16896 (ulimit -n, LimitNOFILE= of the service) or set --http-max-connections")
    }

    /// With the limit that the warning names there is none.
    @Test(arguments: [false, true])
    func limitOfTheWarningIsEnough(usesTLS: Bool) throws {
        let needed = usesTLS ? 16_896 : 5974
        #expect(try DescriptorBudget(limit: needed).warning(wanted: 4096, usesTLS: usesTLS) == nil)
    }

    @Test func nodeNeedsSomeDescriptors() {
        #expect(
            throws: BacalhauError(
                .configuration, "the process may open only 127 files, and a node needs at least 128",
                hint: "Raise the limit: ulimit -n 4096, or LimitNOFILE= of the service.")
        ) { try DescriptorBudget(limit: 127) }
    }
}
