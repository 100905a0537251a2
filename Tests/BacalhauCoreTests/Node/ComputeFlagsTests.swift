import BacalhauCore
import Testing

@testable import bacalhau_node

/// The flags of `serve` and `devstack` about limits and the choice of jobs.
struct ComputeFlagsTests {
    private func settings(
        _ arguments: [String], environment: [String: String] = [:]
    ) throws(BacalhauError) -> ComputeSettings {
        switch try NodeArguments(["serve"] + arguments, environment: environment) {
        case .node(let configuration, _): return configuration.compute
        case .help, .version: throw BacalhauError(.internal, "not a node")
        }
    }

    private func message(_ arguments: [String]) -> String {
        do {
            _ = try settings(arguments)
            return "no error"
        } catch {
            return error.message
        }
    }

    @Test func limitsAreRead() throws {
        let settings = try settings([
            "--limit-total-cpu", "1.5", "--limit-total-memory=4Gb", "--limit-total-disk", "10Gi", "--limit-total-gpu",
            "0",
            "--limit-job-cpu=500m", "--limit-job-memory", "512mb", "--limit-job-disk", "1g", "--limit-job-gpu=1",
        ])
        #expect(
            settings.totalLimits
                == ResourceLimits(
                    cpuMillicores: 1500, memoryBytes: 4_000_000_000, diskBytes: 10 << 30, gpuCount: 0))
        #expect(
            settings.jobLimits
                == ResourceLimits(
                    cpuMillicores: 500, memoryBytes: 512_000_000, diskBytes: 1_000_000_000, gpuCount: 1))
        #expect(!settings.ignoresPhysicalLimits)
    }

    @Test func theSelectionPolicyIsRead() throws {
        let policy = try settings([
            "--job-selection-accept-networked=false", "--job-selection-reject-stateless",
            "--job-selection-data-locality", "local", "--job-selection-probe-exec", "exit 0",
            "--job-selection-probe-http=http://127.0.0.1:8000/probe", "--min-job-execution-timeout", "5s",
            "--max-job-execution-timeout=1h30m", "--job-execution-timeout-bypass-client-id", "a,b",
            "--job-execution-timeout-bypass-client-id", "c",
        ]).selection
        var expected = JobSelectionPolicy()
        expected.acceptsNetworkedJobs = false
        expected.rejectsStatelessJobs = true
        expected.inputLocality = .local
        expected.probeCommand = "exit 0"
        expected.probeURL = "http://127.0.0.1:8000/probe"
        expected.minimumExecutionTimeout = .seconds(5)
        expected.maximumExecutionTimeout = .seconds(5400)
        expected.timeoutBypassNamespaces = ["a", "b", "c"]
        #expect(policy == expected)
    }

    @Test func withoutFlagsEverythingIsTaken() throws {
        #expect(try settings([]).selection == JobSelectionPolicy())
        #expect(try settings(["--job-selection-accept-networked"]).selection.acceptsNetworkedJobs)
    }

    @Test func anEmptyProbeAndAZeroMaximumAreNone() throws {
        let policy = try settings([
            "--job-selection-probe-exec=", "--job-selection-probe-http=", "--max-job-execution-timeout=0",
        ]).selection
        #expect(policy == JobSelectionPolicy())
    }

    @Test func overcommittingCanBeAllowedByFlagOrVariable() throws {
        #expect(try settings(["--ignore-physical-resource-limits"]).ignoresPhysicalLimits)
        let environment = ["BACALHAU_CAPACITY_MANAGER_OVER_COMMIT": "true"]
        #expect(try settings([], environment: environment).ignoresPhysicalLimits)
        #expect(
            try !settings(["--ignore-physical-resource-limits=false"], environment: environment).ignoresPhysicalLimits)
    }

    @Test func aSwitchDoesNotTakeTheNextArgument() {
        #expect(message(["--job-selection-reject-stateless", "false"]) == "unexpected argument \"false\"")
    }

    @Test(arguments: [
        ("--limit-total-cpu=lots", "write cores (1.5) or millicores (1500m), more than 0"),
        ("--limit-total-cpu=0", "write cores (1.5) or millicores (1500m), more than 0"),
        ("--limit-job-memory=-1", "write an amount like 4Gb or 512Mi, more than 0"),
        ("--limit-total-disk=0", "write an amount like 4Gb or 512Mi, more than 0"),
        ("--limit-total-gpu=1.5", "write a whole number, 0 for no GPUs"),
        ("--min-job-execution-timeout=soon", "write a length of time like 90s, 10m or 1h30m"),
        ("--default-job-execution-timeout=0", "write a length above 0, like 10m"),
        ("--job-selection-data-locality=here", "write local or anywhere"),
        ("--job-selection-probe-http=localhost:80", "write a URL like http://127.0.0.1:8000/probe"),
        ("--job-selection-accept-networked=maybe", "write true or false"),
    ])
    func aWrongValueIsNamedWithWhatIsRight(_ argument: String, _ advice: String) {
        let sides = argument.split(separator: "=", maxSplits: 1)
        #expect(message([argument]) == "invalid argument \"\(sides[1])\" for \(sides[0]): \(advice)")
    }

    @Test func aValueThatIsMissingIsAnError() {
        #expect(message(["--limit-job-cpu"]) == "flag needs an argument: --limit-job-cpu")
    }

    @Test func aMaximumBelowTheMinimumIsAnError() {
        #expect(
            message(["--min-job-execution-timeout=10m", "--max-job-execution-timeout=1m"])
                == "--max-job-execution-timeout 1m0s is less than --min-job-execution-timeout 10m0s: "
                + "no job with a timeout could run")
    }

    @Test func allFlagsAreInTheHelp() {
        let flags = [
            "--limit-total-cpu", "--limit-total-memory", "--limit-total-disk", "--limit-total-gpu", "--limit-job-cpu",
            "--limit-job-memory", "--limit-job-disk", "--limit-job-gpu", "--ignore-physical-resource-limits",
            "--default-job-execution-timeout", "--min-job-execution-timeout", "--max-job-execution-timeout",
            "--job-execution-timeout-bypass-client-id", "--job-selection-accept-networked",
            "--job-selection-reject-stateless", "--job-selection-data-locality", "--job-selection-probe-exec",
            "--job-selection-probe-http",
        ]
        for flag in flags { #expect(NodeArguments.usage.contains(flag), "\(flag)") }
    }
}
