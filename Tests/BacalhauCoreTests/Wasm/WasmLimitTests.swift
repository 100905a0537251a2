import BacalhauSupport
import BacalhauTestSupport
import FoundationEssentials
import Glibc
import Testing

@testable import BacalhauCore

/// What a program may not do, and how runs end that do not end by themselves.
@Suite(
    .enabled(if: RequiredComponent.wasmtime.isWanted && RequiredComponent.testData.isWanted), .timeLimit(.minutes(2)))
struct WasmLimitTests {
    static let endless = #"(module (func (export "_start") (loop (br 0))))"#

    @Test(arguments: [(StopReason.cancelled, 4_294_967_295), (.deadline, 4_026_531_839)] as [(StopReason, Int64)])
    func endlessLoopIsInterrupted(_ reason: StopReason, _ exitCode: Int64) async throws {
        // Killing would come too late for the time limit.
        let harness = try WasmHarness(stopGraceMax: .seconds(3600))
        let (request, _) = try harness.request(try harness.module("loop.wasm", Self.endless))
        try await harness.executor.prepare(request)
        try await harness.executor.start(request)
        await harness.executor.stop(request.executionID, reason: reason, grace: .seconds(3600))
        let report = try await harness.executor.wait(for: request.executionID)
        #expect(report == ExitReport(exitCode: exitCode))
    }

    /// Sleeping is a call of the system, which an interruption does not reach: the worker has to be killed.
    @Test(arguments: [(StopReason.cancelled, 4_294_967_295), (.deadline, 4_026_531_839)] as [(StopReason, Int64)])
    func sleepingProgramIsStoppedAndItsOutputKept(_ reason: StopReason, _ exitCode: Int64) async throws {
        let harness = try WasmHarness()
        // Says "x", then waits for an hour of the monotonic clock.
        let module = try harness.module(
            "sleep.wasm",
            #"""
            (module
              (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
              (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
              (memory (export "memory") 1)
              (data (i32.const 0) "x")
              (func (export "_start")
                (i32.store (i32.const 8) (i32.const 0)) (i32.store (i32.const 12) (i32.const 1))
                (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 16)))
                (i32.store8 (i32.const 72) (i32.const 0))
                (i32.store (i32.const 80) (i32.const 1))
                (i64.store (i32.const 88) (i64.const 3600000000000))
                (drop (call $poll (i32.const 64) (i32.const 128) (i32.const 1) (i32.const 192)))))
            """#)
        let (request, log) = try harness.request(module)
        try await harness.executor.start(request)
        _ = await log.firstOutput.wait()
        await harness.executor.stop(request.executionID, reason: reason, grace: .milliseconds(1))
        #expect(try await harness.executor.wait(for: request.executionID) == ExitReport(exitCode: exitCode))
        #expect(log.stdout == "x")
    }

    /// Asks for one page after the other and exits with how many it got.
    static let greedy = #"""
        (module
          (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
          (memory (export "memory") 1)
          (func (export "_start")
            (loop (br_if 0 (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
            (call $exit (memory.size))))
        """#

    @Test(arguments: [(100 * 65536, 100), (100 * 65536 - 1, 100), (1, 1)] as [(UInt64, Int64)])
    func memoryGrowsToItsLimit(_ bytes: UInt64, _ pages: Int64) async throws {
        let harness = try WasmHarness()
        let (request, _) = try harness.request(try harness.module("grow.wasm", Self.greedy), memory: bytes)
        #expect(try await harness.run(request) == ExitReport(exitCode: pages))
    }

    @Test func memoryBeyondTheAddressesIsRefused() async throws {
        let harness = try WasmHarness()
        let (request, _) = try harness.request(WasmHarness.module("noop"), memory: 1 << 33)
        await #expect(
            throws: ExecutorError.rejected(
                reason: "8589934592 bytes of memory exceed what a WASM program can address, 4294967296 bytes",
                hint: "Ask for at most 4 GiB in the task's Resources.")
        ) { try await harness.executor.start(request) }
    }

    @Test func endlessRecursionTraps() async throws {
        let harness = try WasmHarness()
        let module = try harness.module("deep.wasm", #"(module (func $f (export "_start") (call $f)))"#)
        let report = try await harness.run(try harness.request(module).0)
        #expect(report.exitCode == 1)
        #expect(report.errorMessage.hasPrefix("wasm trap: call stack exhausted"))
    }

    @Test func largeOutputIsCompleteAndInOrder() async throws {
        let harness = try WasmHarness()
        let text = (0..<40_000).map { "line \($0)\n" }.joined()
        #expect(text.utf8.count > 300_000)
        let path = try harness.file("lines.txt", text.utf8)
        let (request, log) = try harness.request(
            WasmHarness.module("cat"), ["lines.txt"], inputs: [WasmHarness.input(path, at: "/lines.txt")])
        #expect(try await harness.run(request) == ExitReport(exitCode: 0))
        #expect(log.stdout == text)
    }

    @Test(arguments: ["inputs/absolute", "inputs/relative", "inputs/folder/secret", "inputs/../../secret", "../secret"])
    func symbolicLinkCannotLeaveTheInput(_ path: String) async throws {
        let harness = try WasmHarness()
        let secret = try harness.file("outside/secret", "do not show this".utf8)
        let folder = harness.folder + "/outside/inputs"
        let files = FileManager.default
        try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try files.createSymbolicLink(atPath: folder + "/absolute", withDestinationPath: secret)
        try files.createSymbolicLink(atPath: folder + "/relative", withDestinationPath: "../secret")
        try files.createSymbolicLink(atPath: folder + "/folder", withDestinationPath: harness.folder + "/outside")
        let (request, log) = try harness.request(
            WasmHarness.module("cat"), [path], inputs: [WasmHarness.input(folder, at: "/inputs")])
        let report = try await harness.run(request)
        #expect(report.exitCode == 1)
        #expect(log.stdout == "")
        #expect(log.stderr.contains("Operation not permitted") || log.stderr.contains("No such file"), "\(log.stderr)")
    }

    @Test func symbolicLinkInsideTheInputWorks() async throws {
        let harness = try WasmHarness()
        _ = try harness.file("inputs/real", "content".utf8)
        try FileManager.default.createSymbolicLink(
            atPath: harness.folder + "/inputs/link", withDestinationPath: "real")
        let (request, log) = try harness.request(
            WasmHarness.module("cat"), ["inputs/link"],
            inputs: [WasmHarness.input(harness.folder + "/inputs", at: "inputs")])
        #expect(try await harness.run(request) == ExitReport(exitCode: 0))
        #expect(log.stdout == "content")
    }

    @Test func symbolicLinkAsAFileInputIsRefused() async throws {
        let harness = try WasmHarness()
        let secret = try harness.file("secret", "do not show this".utf8)
        try FileManager.default.createSymbolicLink(
            atPath: harness.folder + "/link", withDestinationPath: secret)
        let (request, log) = try harness.request(
            WasmHarness.module("cat"), ["link"],
            inputs: [WasmHarness.input(harness.folder + "/link", at: "/link")])
        #expect(
            try await harness.run(request)
                == ExitReport(exitCode: -1, errorMessage: "the input /link is neither a file nor a folder"))
        #expect(log.stdout == "")
    }

    @Test(arguments: ["inputs/new.csv", "new.csv"]) func inputsAndRootCannotBeWritten(_ output: String) async throws {
        let harness = try WasmHarness()
        let source = WasmHarness.testData + "/wasm/csv/inputs/horses.csv"
        let copy = try harness.file("inputs/horses.csv", try #require(FileManager.default.contents(atPath: source)))
        let (request, log) = try harness.request(
            WasmHarness.module("csv"), ["inputs/horses.csv", output],
            inputs: [WasmHarness.input(harness.folder + "/inputs", at: "/inputs")])
        let report = try await harness.run(request)
        #expect(report == ExitReport(exitCode: 1))
        #expect(log.stderr == "error: Operation not permitted (os error 63)\n")
        #expect(FileManager.default.fileExists(atPath: copy))
        #expect(!FileManager.default.fileExists(atPath: harness.folder + "/inputs/new.csv"))
    }

    @Test func randomBytesDifferBetweenRuns() async throws {
        let harness = try WasmHarness()
        let module = try harness.module(
            "random.wasm",
            #"""
            (module
              (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
              (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
              (memory (export "memory") 1)
              (func (export "_start")
                (drop (call $random (i32.const 32) (i32.const 16)))
                (i32.store (i32.const 0) (i32.const 32)) (i32.store (i32.const 4) (i32.const 16))
                (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
            """#)
        var seen: Set<[UInt8]> = []
        for _ in 0..<2 {
            let (request, log) = try harness.request(module)
            _ = try await harness.run(request)
            #expect(log.bytes(.stdout).count == 16)
            seen.insert(log.bytes(.stdout))
        }
        #expect(seen.count == 2)
    }
}
