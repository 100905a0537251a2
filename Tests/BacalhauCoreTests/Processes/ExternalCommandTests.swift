import Testing

@testable import BacalhauCore

/// Programs that are run for their answer.
struct ExternalCommandTests {
    private func bash(_ script: String, _ change: (inout ExternalCommand) -> Void = { _ in }) -> ExternalCommand {
        var command = ExternalCommand(
            path: "/bin/bash", arguments: ["-c", script], environment: ["PATH": ExternalCommand.defaultSearchPath])
        command.deadline = .seconds(50)
        change(&command)
        return command
    }

    @Test func bothStreamsAndTheExitCodeAreKept() async throws {
        let result = try await bash("echo out; echo err >&2; exit 7").run()
        #expect(
            result
                == ExternalCommand.Result(
                    end: .exited(code: 7), output: Array("out\n".utf8), errorOutput: Array("err\n".utf8)))
    }

    @Test func inputOfAnySizeArrivesAndOutputIsCutAtItsLimit() async throws {
        let input = [UInt8](repeating: UInt8(ascii: "x"), count: 3 << 20)
        let result = try await bash("tee >(wc -c >&2)") {
            $0.input = input
            $0.outputBytesMax = 1000
        }.run()
        #expect(result.output == [UInt8](repeating: UInt8(ascii: "x"), count: 1000))
    }

    @Test func inputThatIsNotReadHoldsNobodyUp() async throws {
        let result = try await bash("exit 0") { $0.input = [UInt8](repeating: 0, count: 3 << 20) }.run()
        #expect(result.end == .exited(code: 0))
    }

    @Test func aProgramLeftBehindIsNotWaitedFor() async throws {
        let result = try await bash("sleep 1000 & echo done").run()
        #expect(result.output == Array("done\n".utf8))
    }

    @Test func aKilledProgramIsTold() async throws {
        #expect(try await bash("kill -9 $$").run().end == .killed(signal: 9))
    }

    @Test func endlessOutputEndsAtTheDeadline() async {
        await #expect(throws: ExternalCommand.Failure.deadline(.milliseconds(200))) {
            _ = try await bash("yes") { $0.deadline = .milliseconds(200) }.run()
        }
    }

    @Test func cancellingKillsTheProgram() async throws {
        let folder = ScratchFolder()
        let failure = await withTaskGroup(of: ExternalCommand.Failure?.self) { group in
            let command = bash("echo $$ > \(folder.at("id")); exec sleep 1000")
            group.addTask {
                do throws(ExternalCommand.Failure) {
                    _ = try await command.run()
                    return nil
                } catch {
                    return error
                }
            }
            while folder.read("id")?.last != UInt8(ascii: "\n") { await Task.yield() }
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(failure == .cancelled)
        let id = folder.text("id")?.split(separator: "\n").first ?? ""
        #expect(readFile("/proc/\(id)/stat") == nil)
    }

    @Test func aMissingProgramCannotBeStarted() async {
        await #expect(
            throws: ExternalCommand.Failure.cannotStart(
                "No such file or directory while starting /nonexistent/program")
        ) {
            _ = try await ExternalCommand(path: "/nonexistent/program").run()
        }
    }

    @Test func programsAreFoundInTheFirstFolderThatHasThem() {
        #expect(ExternalCommand.find("bash", in: "/nonexistent:/bin:/usr/bin") == "/bin/bash")
        #expect(ExternalCommand.find("bash", in: "/nonexistent") == nil)
        #expect(ExternalCommand.find("bash", in: "") == nil)
    }
}
