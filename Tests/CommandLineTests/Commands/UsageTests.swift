import BacalhauModel
import Testing

@testable import bacalhau_cli

/// What is said about wrong command lines, and how the program ends then.
@Suite struct UsageTests {
    @Test(
        arguments: [
            (["nonsense"], "unknown command \"nonsense\" for \"bacalhau-cli\"", "Run 'bacalhau-cli --help' for usage."),
            (
                ["jbo", "list"], "unknown command \"jbo\" for \"bacalhau-cli\"",
                "did you mean job? Run 'bacalhau-cli --help' for usage."
            ),
            (
                ["job", "lst"], "unknown command \"lst\" for \"bacalhau-cli job\"",
                "did you mean get or list? Run 'bacalhau-cli job --help' for usage."
            ),
            (
                ["job", "nonsense"], "unknown command \"nonsense\" for \"bacalhau-cli job\"",
                "Run 'bacalhau-cli job --help' for usage."
            ),
            (["job", "list", "extra"], "unknown command \"extra\" for \"bacalhau-cli job list\"", nil),
            (["job", "describe"], "accepts 1 arg(s), received 0", nil),
            (["job", "describe", "a", "b"], "accepts 1 arg(s), received 2", nil),
            (
                ["job", "logs", "j-1", "--tail", "20"], "accepts 1 arg(s), received 2",
                "Write --tail=20 if 20 is a value. Run 'bacalhau-cli job logs --help' for usage."
            ),
            (
                ["job", "rerun", "--wait", "false", "j-1"], "accepts 1 arg(s), received 2",
                "Write --wait=false if false is a value. Run 'bacalhau-cli job rerun --help' for usage."
            ),
            (["docker", "run"], "requires at least 1 arg(s), only received 0", nil),
            (["job", "list", "--nope"], "unknown flag: --nope", nil),
            (["job", "list", "-z"], "unknown shorthand flag: 'z' in -z", nil),
            (["job", "list", "--limit"], "flag needs an argument: --limit", nil),
            (["docker", "run", "a", "-l"], "flag needs an argument: 'l' in -l", nil),
            (
                ["job", "list", "--limit", "x"],
                "invalid argument \"x\" for \"--limit\" flag: strconv.ParseUint: parsing \"x\": invalid syntax", nil
            ),
            (
                ["job", "list", "--output", "xml"],
                "invalid argument \"xml\" for \"--output\" flag: should be one of [\"table\" \"csv\" \"json\" \"yaml\"]",
                nil
            ),
            (["job", "--nope"], "unknown flag: --nope", "Run 'bacalhau-cli job --help' for usage."),
            (["job", "--version"], "unknown flag: --version", "Run 'bacalhau-cli job --help' for usage."),
        ] as [([String], String, String?)])
    func aWrongCommandLineIsAnsweredOnceOnTheStandardError(words: [String], message: String, hint: String?) async {
        let command = words.prefix(2).joined(separator: " ")
        let result = await CommandProbe.run(words)
        #expect(
            result.errors == "Error: \(message)\nHint: \(hint ?? "Run 'bacalhau-cli \(command) --help' for usage.")\n")
        #expect(result.output == "")
        #expect(result.status == .failure)
    }

    @Test(arguments: [["--version"], ["--api-host", "example.org", "--version"]])
    func theVersionIsToldWithoutAServer(_ words: [String]) async {
        let result = await CommandProbe.run(words)
        #expect(result.output == "bacalhau-cli v1.4.0 (linux/\(BuildVersion.machineArchitecture))\n")
        #expect(result.errors == "")
        #expect(result.status == .success)
    }

    @Test(arguments: [
        (["job", "list", "--limit"], "invalid argument \"", "\" for \"--limit\" flag"),
        (["job", "list", "--labels", "a"], "unknown command \"", "\" for"),
        (["job", "list", "--next-token", "a", "--"], "unknown command \"", "\" for"),
    ]) func longWordIsQuotedByItsBeginning(_ words: [String], _ before: String, _ behind: String) async {
        let result = await CommandProbe.run(words + [String(repeating: "x", count: 100_000)])
        #expect(result.errors.contains(before + String(repeating: "x", count: 199) + "…" + behind))
        #expect(result.errors.utf8.count < 2000)
    }

    @Test func longFlagIsNamedByItsBeginning() async {
        let result = await CommandProbe.run(["job", "list", "--" + String(repeating: "x", count: 2000)])
        #expect(result.errors.hasPrefix("Error: unknown flag: --" + String(repeating: "x", count: 199) + "…\n"))
    }

    @Test func countAndConcurrencyExcludeEachOther() async {
        let result = await CommandProbe.run(["docker", "run", "--count", "1", "--concurrency=2", "a"])
        #expect(
            result.errors == """
                Flag --concurrency has been deprecated, use --count
                Error: if any flags in the group [concurrency count] are set none of the others can be; \
                [concurrency count] were all set

                """)
        #expect(result.status == .failure)
    }

    @Test(arguments: [["job"], ["job", "help"], ["job", "--help"], ["help", "job"]])
    func aGroupShowsItsCommands(words: [String]) async {
        let result = await CommandProbe.run(words)
        #expect(result.status == .success)
        #expect(result.output.contains("\n  executions  List the attempts to run a job\n"))
        #expect(result.errors == "")
    }

    @Test func everyCommandHasHelp() async {
        for command in CommandTree.commands {
            let result = await CommandProbe.run(command.path + ["--help"])
            #expect(result.status == .success)
            #expect(result.output.hasPrefix(command.summary + "."))
            #expect(result.output.contains("\n  bacalhau-cli \(command.name) [flags]"))
            #expect(await CommandProbe.run(["help"] + command.path) == result)
        }
    }

    @Test func deprecatedFlagsAreNotInHelp() async {
        #expect(await !CommandProbe.run(["docker", "run", "--help"]).output.contains("--concurrency"))
    }

    @Test func nodesAreRunByTheOtherProgram() async {
        for name in ["serve", "devstack"] {
            let result = await CommandProbe.run([name, "--port", "0"])
            #expect(
                result
                    == .init(
                        status: .failure, output: "",
                        errors: "Nodes are run by another program: bacalhau-node \(name)\n"))
        }
    }

    @Test func globalFlagsMayStandBeforeTheCommand() async {
        let result = await CommandProbe.run(["--api-host", "127.0.0.1", "--api-port", "1", "job", "list"])
        #expect(result.errors.hasPrefix("Error: failed request: "))
        #expect(result.errors.contains("127.0.0.1:1"))
        #expect(result.errors.split(separator: "\n").count == 2)
        #expect(result.status == .failure)
    }

    @Test(
        arguments: [
            ([], [:], "http://127.0.0.1:1234"),
            ([], ["BACALHAU_API_HOST": "h", "BACALHAU_API_PORT": "9"], "http://h:9"),
            (["--api-host=f"], ["BACALHAU_API_HOST": "h", "BACALHAU_API_PORT": "9"], "http://f:9"),
            (["--tls", "--api-host=::1"], [:], "https://[::1]:1234"),
            (["--cacert=/dev/null"], ["BACALHAU_API_HOST": ""], "http://127.0.0.1:1234"),
        ] as [([String], [String: String], String)])
    func aFlagWinsOverTheEnvironmentAndThatOverTheDefault(
        words: [String], environment: [String: String], endpoint: String
    ) throws {
        let arguments = try FlagParser.parse(words, flags: GlobalFlags.all)
        #expect(try ConnectionSettings(arguments, environment: environment).endpoint == endpoint)
    }
}
