import Testing

@testable import bacalhau_cli

@Suite struct FlagParserTests {
    private let flags = [
        Flag("name", short: "n", help: ""), Flag("wait", short: "w", .bool, help: ""),
        Flag("follow", short: "f", .bool, help: ""), Flag("limit", .uint32, help: ""),
        Flag("labels", short: "l", .strings, help: ""), Flag("old", help: "", deprecation: "use --name"),
    ]

    private func parse(_ words: String...) throws -> ParsedArguments { try FlagParser.parse(words, flags: flags) }

    @Test(arguments: [["--name", "a"], ["--name=a"], ["-n", "a"], ["-na"], ["-n=a"], ["--name", "b", "--name", "a"]])
    func valuesAreTakenInEveryForm(words: [String]) throws {
        let arguments = try FlagParser.parse(words, flags: flags)
        #expect(arguments.string("name") == "a")
        #expect(arguments.positionals.isEmpty)
    }

    @Test func aBooleanTakesAValueOnlyBehindEquals() throws {
        #expect(try parse("--wait=false").bool("wait", default: true) == false)
        let arguments = try parse("--wait", "false")
        #expect(try arguments.bool("wait"))
        #expect(arguments.positionals == ["false"])
    }

    @Test func shortBooleansMayBeJoined() throws {
        let arguments = try parse("-wfn", "x")
        #expect(try arguments.bool("wait") && arguments.bool("follow"))
        #expect(arguments.string("name") == "x")
    }

    @Test func flagsAndArgumentsMixAndTwoDashesEndFlags() throws {
        let arguments = try parse("a", "--wait", "b", "--", "-l", "--nope")
        #expect(arguments.positionals == ["a", "b", "-l", "--nope"])
    }

    @Test func listsSplitAtCommasOutsideOfQuotes() throws {
        #expect(try parse("-l", "a=1,b=2", "-l", "\"c=x,y\"").strings("labels") == ["a=1", "b=2", "c=x,y"])
    }

    @Test func deprecatedFlagsWorkAndAreNoticedOnce() throws {
        let arguments = try parse("--old", "x", "--old", "y")
        #expect(arguments.string("old") == "y")
        #expect(arguments.notices == ["Flag --old has been deprecated, use --name"])
    }

    @Test(arguments: [
        (["--nope"], "unknown flag: --nope"), (["-z"], "unknown shorthand flag: 'z' in -z"),
        (["--limit"], "flag needs an argument: --limit"), (["-l"], "flag needs an argument: 'l' in -l"),
        (
            ["--limit", "x"],
            "invalid argument \"x\" for \"--limit\" flag: strconv.ParseUint: parsing \"x\": invalid syntax"
        ),
        (
            ["--wait=maybe"],
            "invalid argument \"maybe\" for \"-w, --wait\" flag: "
                + "strconv.ParseBool: parsing \"maybe\": invalid syntax"
        ),
        (["---x"], "bad flag syntax: ---x"),
    ])
    func whatIsWrongIsNamed(words: [String], message: String) {
        let error = #expect(throws: UsageError.self) { try FlagParser.parse(words, flags: flags) }
        #expect(error?.message == message)
    }

    @Test func aMistypedFlagIsAnsweredWithTheNearestOne() {
        let error = #expect(throws: UsageError.self) { try parse("--limt", "1") }
        #expect(error?.hint == "did you mean --limit?")
    }
}
