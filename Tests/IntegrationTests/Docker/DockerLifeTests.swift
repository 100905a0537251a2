import BacalhauCore
import BacalhauTestSupport
import Testing

/// Stopping, repeating, taking over and removing.
@Suite(.enabled(if: RequiredComponent.docker.isWanted), .timeLimit(.minutes(3)))
struct DockerLifeTests {
    /// Prints and then waits without end; ends only when killed.
    private static let deaf = "trap '' TERM; echo ready; while :; do sleep 1; done"

    @Test func outputArrivesWhileTheProgramRuns() async throws {
        try await DockerBench.use { bench in
            let request = try bench.request("echo ready; sleep 600")
            let log = try #require(request.log as? RecordedLog)
            try await bench.executor.start(request)
            async let report = bench.executor.wait(for: request.executionID)
            await log.waitFor("ready")
            await bench.executor.stop(request.executionID, reason: .cancelled, grace: .zero)
            #expect(try await report.errorMessage == "the execution was cancelled")
        }
    }

    @Test func deafProgramIsKilledAfterItsGrace() async throws {
        try await DockerBench.use { bench in
            let request = try bench.request(Self.deaf)
            let log = try #require(request.log as? RecordedLog)
            try await bench.executor.start(request)
            async let report = bench.executor.wait(for: request.executionID)
            await log.waitFor("ready")
            await bench.executor.stop(request.executionID, reason: .deadline, grace: .seconds(1))
            #expect(
                try await report
                    == ExitReport(
                        exitCode: 137, errorMessage: "the execution took longer than it may",
                        hint: "raise the task's ExecutionTimeout, or give it less to do"))
            #expect(log.stdout == "ready\n")
        }
    }

    @Test func politeProgramEndsItself() async throws {
        try await DockerBench.use { bench in
            let request = try bench.request("trap 'echo bye; exit 3' TERM; echo ready; while :; do sleep 0.1; done")
            let log = try #require(request.log as? RecordedLog)
            try await bench.executor.start(request)
            async let report = bench.executor.wait(for: request.executionID)
            await log.waitFor("ready")
            await bench.executor.stop(request.executionID, reason: .cancelled, grace: .seconds(20))
            #expect(try await report == ExitReport(exitCode: 3, errorMessage: "the execution was cancelled"))
            #expect(log.stdout == "ready\nbye\n")
        }
    }

    @Test func stopAfterTheEndChangesNothing() async throws {
        try await DockerBench.use { bench in
            let request = try bench.request("exit 4")
            try await bench.executor.start(request)
            let report = try await bench.executor.wait(for: request.executionID)
            await bench.executor.stop(request.executionID, reason: .cancelled, grace: .seconds(1))
            #expect(try await bench.executor.wait(for: request.executionID) == report)
            #expect(report == ExitReport(exitCode: 4))
        }
    }

    @Test func startingTwiceRunsOnce() async throws {
        try await DockerBench.use { bench in
            let request = try bench.request("echo x >>/outputs/runs; cat /outputs/runs")
            async let first: Void = bench.executor.start(request)
            async let second: Void = bench.executor.start(request)
            _ = try await (first, second)
            _ = try await bench.executor.wait(for: request.executionID)
            try await bench.executor.start(request)
            // An executor that knows nothing of it finds the container by its name and does not start it again.
            let other = DockerExecutor(configuration: bench.configuration)
            var again = request
            again.log = RecordedLog()
            try await other.start(again)
            #expect(try await other.wait(for: request.executionID) == ExitReport(exitCode: 0))
            #expect((request.log as? RecordedLog)?.stdout == "x\n")
            #expect((again.log as? RecordedLog)?.stdout == "x\n")
        }
    }

    @Test func cancelledWaitLeavesTheProgramRunning() async throws {
        try await DockerBench.use { bench in
            let request = try bench.request("echo ready; while ! [ -e /outputs/go ]; do sleep 0.05; done; echo end")
            let log = try #require(request.log as? RecordedLog)
            try await bench.executor.start(request)
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    await #expect(throws: ExecutorError.cancelled) {
                        try await bench.executor.wait(for: request.executionID)
                    }
                }
                await log.waitFor("ready")
                group.cancelAll()
            }
            try bench.touch("\(request.resultsDirectory)/outputs/go")
            #expect(try await bench.executor.wait(for: request.executionID) == ExitReport(exitCode: 0))
            #expect(log.stdout == "ready\nend\n")
        }
    }

    @Test func restartedNodeTakesOverARunningProgram() async throws {
        try await DockerBench.use { bench in
            let request = try bench.request(
                "echo ready; while ! [ -e /outputs/go ]; do sleep 0.05; done; echo end; exit 5")
            try await DockerExecutor(configuration: bench.configuration).start(request)
            #expect(try await bench.executor.attach(request))
            let log = try #require(request.log as? RecordedLog)
            async let report = bench.executor.wait(for: request.executionID)
            await log.waitFor("ready")
            try bench.touch("\(request.resultsDirectory)/outputs/go")
            #expect(try await report == ExitReport(exitCode: 5))
            #expect(log.stdout == "ready\nend\n")
        }
    }

    /// What comes before and after the restart of a node is in the log once, whether the engine still has the beginning
    /// of the output or not.
    @Test(arguments: [nil, 20_000] as [UInt64?]) func aTakenOverLogGoesOnWhereItEnded(engineLogBytesMax: UInt64?)
        async throws
    {
        try await DockerBench.use(engineLogBytesMax: engineLogBytesMax) { bench in
            let request = try bench.request(
                """
                echo first; while ! [ -e /outputs/begin ]; do sleep 0.05; done
                sleep 0.5; echo warning >&2
                for i in {1..3000}; do echo "line $i"; done
                printf half >&2; echo ready
                while ! [ -e /outputs/go ]; do sleep 0.05; done
                echo " a line" >&2; echo end
                """)
            let log = try #require(request.log as? RecordedLog)
            let earlier = DockerExecutor(configuration: bench.configuration)
            try await earlier.start(request)
            await withTaskGroup(of: Void.self) { group in
                group.addTask { _ = try? await earlier.wait(for: request.executionID) }
                // What follows is later than the log's first record by more than clocks may differ.
                await log.waitFor("first")
                try? bench.touch("\(request.resultsDirectory)/outputs/begin")
                await log.waitFor("ready\n")
                group.cancelAll()
            }
            #expect(try await bench.executor.attach(request))
            async let report = bench.executor.wait(for: request.executionID)
            try bench.touch("\(request.resultsDirectory)/outputs/go")
            #expect(try await report == ExitReport(exitCode: 0))
            let lines = ["first"] + (1...3000).map { "line \($0)" } + ["ready", "end"]
            #expect(log.stdout == lines.joined(separator: "\n") + "\n")
            #expect(log.stderr == "warning\nhalf a line\n")
        }
    }

    @Test func restartedNodeTakesOverAnEndedProgram() async throws {
        try await DockerBench.use { bench in
            let request = try bench.request("echo done; exit 6")
            let earlier = DockerExecutor(configuration: bench.configuration)
            try await earlier.start(request)
            var later = request
            later.log = RecordedLog()
            _ = try await earlier.wait(for: request.executionID)
            #expect(try await bench.executor.attach(later))
            #expect(try await bench.executor.wait(for: request.executionID) == ExitReport(exitCode: 6))
            #expect((later.log as? RecordedLog)?.stdout == "done\n")
        }
    }

    @Test func unknownExecutionIsNotFound() async throws {
        try await DockerBench.use { bench in
            let request = try bench.request("true")
            #expect(try await bench.executor.attach(request) == false)
            await #expect(throws: ExecutorError.notFound(request.executionID)) {
                try await bench.executor.wait(for: request.executionID)
            }
            await bench.executor.stop(request.executionID, reason: .cancelled, grace: .zero)
            await bench.executor.cleanUp(request.executionID)
        }
    }

    @Test func cleanUpEndsAWaitAndRemovesTheContainer() async throws {
        try await DockerBench.use { bench in
            let request = try bench.request(Self.deaf)
            let log = try #require(request.log as? RecordedLog)
            try await bench.executor.start(request)
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    await #expect(throws: ExecutorError.notFound(request.executionID)) {
                        try await bench.executor.wait(for: request.executionID)
                    }
                }
                await log.waitFor("ready")
                await bench.executor.cleanUp(request.executionID)
            }
            #expect(try await DockerExecutor(configuration: bench.configuration).attach(request) == false)
        }
    }

    @Test func leftoversAreRemovedAndOthersKept() async throws {
        try await DockerBench.use { bench in
            let wanted = try bench.request(Self.deaf)
            let leftover = try bench.request(Self.deaf)
            let earlier = DockerExecutor(configuration: bench.configuration)
            try await earlier.start(wanted)
            try await earlier.start(leftover)
            try await DockerBench.use { other in
                let foreign = try other.request(Self.deaf)
                try await other.executor.start(foreign)
                await bench.executor.removeLeftovers(except: [wanted.executionID])
                #expect(try await DockerExecutor(configuration: other.configuration).attach(foreign))
            }
            #expect(try await bench.executor.attach(leftover) == false)
            #expect(try await bench.executor.attach(wanted))
        }
    }
}
