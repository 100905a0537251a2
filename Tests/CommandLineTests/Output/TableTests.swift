import BacalhauClient
import Testing

@testable import bacalhau_cli

/// Listings, compared with what users of v1.4.0 see.
@Suite struct TableTests {
    private func list<Item: WireEncodable & Sendable>(
        _ items: [Item], _ columns: [Column<Item>], _ words: String...
    ) throws -> String {
        let probe = CommandProbe.context()
        let arguments = try FlagParser.parse(words, flags: OutputFlags.tabular)
        try ResultPrinter(arguments, probe.context).list(items, columns: columns)
        return probe.output.text
    }

    @Test func jobsAreListed() throws {
        let golden = try CommandProbe.golden("job-list.txt")
        #expect(try list(Samples.jobs, JobList.columns, "--no-style") == golden)
        #expect(try list(Samples.jobs, JobList.columns, "--wide") == CommandProbe.golden("job-list-wide.txt"))
        #expect(try list(Samples.jobs, JobList.columns, "--output", "csv") == CommandProbe.golden("job-list.csv"))
    }

    @Test func anEmptyListIsItsHeader() throws {
        #expect(try list([], JobList.columns) == " CREATED  ID  JOB  TYPE  STATE \n")
        #expect(try list([], JobList.columns, "--hide-header") == "")
        #expect(try list([], JobList.columns, "--output", "json") == "[]\n")
    }

    @Test func executionsAreListed() throws {
        let columns = JobExecutions.columns
        #expect(try list(Samples.executions, columns) == CommandProbe.golden("job-executions.txt"))
        #expect(
            try list([], columns, "--output=csv") == "Created,Modified,ID,Node ID,Rev.,State,Desired\n")
    }

    @Test func historyIsListed() throws {
        let columns = JobHistory.columns(isColoured: false)
        #expect(try list(Samples.history, columns) == CommandProbe.golden("job-history.txt"))
        #expect(
            try list([], columns, "--output=csv") == "Time,Level,Rev.,Exec. ID,Node ID,State,Topic,Event\n")
    }

    @Test func nodesAreListed() throws {
        let columns = NodeList.columns(NodeList.defaultGroups)
        #expect(try list(Samples.nodes, columns) == CommandProbe.golden("node-list.txt"))
        #expect(
            try list(Array(Samples.nodes.prefix(2)), columns, "--output=csv") == CommandProbe.golden("node-list.csv"))
        let features = NodeList.columns(["version", "features", "unknown"])
        #expect(try list([Samples.nodes[0]], features) == CommandProbe.golden("node-list-features.txt"))
    }

    @Test func aJobIsDescribed() throws {
        let probe = CommandProbe.context()
        let details = JobDetails(job: Samples.job(), executions: Samples.executions, history: Samples.history)
        try JobDescribe.show(details, ParsedArguments(), probe.context)
        #expect(probe.output.text == (try CommandProbe.golden("job-describe.txt")))
    }

    @Test func aDescriptionHasAllPartsInJSON() throws {
        let probe = CommandProbe.context()
        let arguments = try FlagParser.parse(["--output", "json"], flags: OutputFlags.single)
        try JobDescribe.show(JobDetails(job: Samples.job(), executions: []), arguments, probe.context)
        #expect(probe.output.text.hasPrefix("{\"Job\":{\"ID\":\"j-7d1e42a9-"))
        #expect(
            probe.output.text.hasSuffix(
                "\"History\":{\"NextToken\":\"\",\"Items\":[]},\"Executions\":{\"NextToken\":\"\",\"Items\":[]}}\n"))
    }

    @Test func theHintAboutMoreJobsIsKeptOutOfJSON() throws {
        for (words, isBare) in [(["--output=json"], true), ([], false)] {
            let probe = CommandProbe.context()
            let arguments = try FlagParser.parse(words, flags: OutputFlags.tabular)
            try JobList.show(Page(items: [], nextToken: "MTA"), arguments, probe.context)
            let hint = "\nTo fetch more records use: --next-token MTA\n"
            #expect((isBare ? probe.errors : probe.output).text.hasSuffix(hint))
            #expect(!(isBare ? probe.output : probe.errors).text.contains("MTA"))
        }
    }

    @Test func aNodeIsDescribedInYAML() throws {
        let probe = CommandProbe.context()
        try ResultPrinter(ParsedArguments(), probe.context, default: .yaml).value(Samples.nodes[0])
        #expect(probe.output.text == (try CommandProbe.golden("node-describe.yaml")))
    }

    @Test func singleThingsHaveNoTable() throws {
        let probe = CommandProbe.context()
        let arguments = try FlagParser.parse(["--output", "csv"], flags: OutputFlags.single)
        #expect(throws: UsageError(message: "invalid format \"csv\" (use json or yaml)")) {
            try ResultPrinter(arguments, probe.context).value(Samples.nodes[0])
        }
    }

    @Test func sizesAreBinaryUnderDecimalNames() {
        let texts = [12_884_901_888, 500_000_000, 1 << 40, 512].map { SizeText.text($0) }
        #expect(texts == ["12.0 GB", "476.8 MB", "1024.0 GB", "512 B"])
    }

    @Test func timesAgoHaveTwoUnits() {
        let texts = [5, 72, 10_800, 187_200].map { TimeText.ago(Samples.time(-Double($0)), now: Samples.time(0)) }
        #expect(texts == ["5s ago", "1m12s ago", "3h ago", "2d4h ago"])
    }
}
