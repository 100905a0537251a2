import BacalhauClient
import BacalhauTestSupport
import Testing

@testable import bacalhau_cli

/// Commands against a real node.
@Suite(.serialized, .timeLimit(.minutes(2))) struct NodeSessionTests {
    private static func job(_ params: String) -> String {
        "Type: batch\nTasks: [{Name: main, Engine: {Type: noop, Params: {\(params)}}}]\n"
    }

    @Test func aJobIsRunWatchedAndListed() async throws {
        let node = try NodeProcess(flags: ["--disable-engine", "docker"])
        try await node.start()
        let endpoint = await node.endpoint
        func run(_ words: String..., input: String = "") async -> CommandProbe.Result {
            await CommandProbe.run(words, input: input, endpoint: endpoint)
        }
        let good = Self.job("Stdout: \"out\\n\", Stderr: \"err\\n\"")

        let bare = await run("job", "run", "--id-only", input: good)
        #expect(bare.status == .success && bare.errors == "")
        #expect(bare.output.hasPrefix("j-") && bare.output.utf8.count == 39)
        let id = String(bare.output.dropLast())

        let followed = await run("job", "run", "-f", input: good)
        #expect(followed.status == .success && followed.errors == "")
        #expect(followed.output.hasSuffix("\n\nout\nerr\n"))

        let shown = await run("job", "run", input: good)
        #expect(shown.status == .success)
        #expect(shown.output.contains("done ✅"))
        #expect(shown.output.contains("\tbacalhau-cli job describe j-"))

        #expect(await run("job", "logs", ShortID.text(id)).output == "out\nerr\n")
        #expect(await run("job", "describe", id).output.hasSuffix("\nStandard Output\nout\nerr\n"))
        #expect(await run("job", "executions", id, "--output=csv").output.splitLines().count == 3)
        #expect(await run("job", "history", id).output.contains("Job submitted"))
        #expect(await run("job", "list", "--output=csv", "--hide-header").output.splitLines().count == 4)
        #expect(await run("job", "list", "--labels", "none=here", "--output=json").output == "[]\n")
        #expect(await run("node", "list", "--hide-header").output.contains(" APPROVED  CONNECTED "))
        #expect(await run("agent", "alive").output == "Status: OK\n")
        #expect(await run("version").output == " CLIENT  SERVER \n v1.4.0  v1.4.0 \n")
    }

    @Test func failuresOfJobsEndTheProgramWithFailure() async throws {
        let node = try NodeProcess(flags: ["--disable-engine", "docker"])
        try await node.start()
        let endpoint = await node.endpoint
        func run(_ words: String..., input: String = "") async -> CommandProbe.Result {
            await CommandProbe.run(words, input: input, endpoint: endpoint)
        }
        let bad = Self.job("FailAt: run, Error: boom")
        for words in [["job", "run"], ["job", "run", "-f"], ["job", "run", "--id-only"]] {
            let result = await CommandProbe.run(words, input: bad, endpoint: endpoint)
            #expect(result.status == .failure)
            #expect(result.errors.hasPrefix("\nError: execution error: boom\n"))
        }
        let unsent = await run("job", "run", "--wait=false", input: bad)
        #expect(unsent.status == .success && unsent.errors == "")

        let missing = await run("job", "describe", "j-none")
        #expect(missing.errors.hasPrefix("Error: could not get job j-none: Job not found"))

        let slow = String(await run("job", "run", "--wait=false", input: Self.job("Delay: 60")).output.dropLast())
        #expect(await run("job", "stop", "--quiet", slow).output == "")
        let again = await run("job", "stop", slow)
        #expect(again.status == .failure)
        #expect(
            again.errors
                == "Error: job \(slow) is already in a terminal state. The current state is: Stopped\n")
    }

    @Test func ctrlCEndsTheWaitingAndNotTheJob() async throws {
        let node = try NodeProcess(flags: ["--disable-engine", "docker"])
        try await node.start()
        let endpoint = await node.endpoint
        for words in [["job", "run"], ["job", "run", "--follow"], ["job", "run", "--id-only"]] {
            let result = await CommandProbe.run(
                words, input: Self.job("Delay: 60"), endpoint: endpoint, interrupted: {})
            #expect(result.status == .success)
            let isBare = words.contains("--id-only")
            #expect((isBare ? result.errors : result.output).contains("the job is still running"))
        }
    }
}
