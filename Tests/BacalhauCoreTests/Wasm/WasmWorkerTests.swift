import BacalhauTestSupport
import CLinux
import FoundationEssentials
import Glibc
import Testing

@testable import BacalhauCore

/// Workers: reuse, loss, the cache they share, and the executor's life of an execution.
@Suite(
    .enabled(if: RequiredComponent.wasmtime.isWanted && RequiredComponent.testData.isWanted), .timeLimit(.minutes(2)))
struct WasmWorkerTests {
    @Test func lostWorkerFailsItsRunAndNoOther() async throws {
        let harness = try WasmHarness()
        let (loop, _) = try harness.request(try harness.module("loop.wasm", WasmLimitTests.endless))
        try await harness.executor.start(loop)
        let workers = harness.workers()
        #expect(workers.count == 1)
        for worker in workers { kill(worker, SIGKILL) }
        let report = try await harness.executor.wait(for: loop.executionID)
        #expect(report.exitCode == -1)
        #expect(
            report.errorMessage == "the worker process ended before the program did: "
                + "killed (signal 9; by hand or for lack of memory)")
        let (next, log) = try harness.request(WasmHarness.module("noop"))
        #expect(try await harness.run(next) == ExitReport(exitCode: 0))
        #expect(log.stdout == "Hello, world!\n")
    }

    @Test func lostIdleWorkerIsReplaced() async throws {
        let harness = try WasmHarness()
        for _ in 0..<3 {
            let (request, log) = try harness.request(WasmHarness.module("noop"))
            #expect(try await harness.run(request) == ExitReport(exitCode: 0))
            #expect(log.stdout == "Hello, world!\n")
            for worker in harness.workers() { kill(worker, SIGKILL) }
        }
    }

    @Test func cleanWorkerIsUsedAgain() async throws {
        let harness = try WasmHarness()
        var seen: Set<pid_t> = []
        for _ in 0..<5 {
            #expect(try await harness.run(try harness.request(WasmHarness.module("noop")).0).exitCode == 0)
            seen.formUnion(harness.workers())
        }
        #expect(seen.count == 1)
    }

    @Test func workersEndWithTheExecutor() async throws {
        var harness: WasmHarness? = try WasmHarness()
        let shared = try WasmHarness(sharing: harness)
        _ = try await harness?.run(try shared.request(WasmHarness.module("noop")).0)
        #expect(harness?.workers().count == 1)
        let folder = try #require(harness?.folder)
        harness = nil
        let lines = (try FileManager.default.contentsOfDirectory(atPath: "/proc")).compactMap { pid_t($0) }
            .compactMap { FileManager.default.contents(atPath: "/proc/\($0)/cmdline") }
            .filter { String(decoding: $0, as: UTF8.self).contains(folder) }
        #expect(lines.isEmpty)
    }

    @Test func compiledModuleIsFoundByALaterExecutor() async throws {
        let first = try WasmHarness()
        _ = try await first.run(try first.request(WasmHarness.module("noop")).0)
        let names = try FileManager.default.contentsOfDirectory(atPath: first.cacheFolder)
        #expect(names == ["25872e2ae115a047a41c13bcd57d33727b6c1212f487834c098f5aeae4bf4005-50.0.1-1.cwasm"])
        let path = first.cacheFolder + "/" + (try #require(names.first))
        var before = stat()
        #expect(stat(path, &before) == 0)
        #expect(before.st_mode & 0o777 == 0o600)
        let second = try WasmHarness(sharing: first)
        _ = try await second.run(try second.request(WasmHarness.module("noop")).0)
        // A new file would have another number.
        var after = stat()
        #expect(stat(path, &after) == 0)
        #expect(before.st_ino == after.st_ino)
    }

    @Test func damagedCompiledModuleIsReplaced() async throws {
        let harness = try WasmHarness()
        let name = "25872e2ae115a047a41c13bcd57d33727b6c1212f487834c098f5aeae4bf4005-50.0.1-1.cwasm"
        let path = try harness.file("cache/" + name, "nonsense".utf8)
        chmod(path, 0o600)
        chmod(harness.cacheFolder, 0o700)
        #expect(try await harness.run(try harness.request(WasmHarness.module("noop")).0).exitCode == 0)
        #expect(try #require(FileManager.default.contents(atPath: path)).count > 100_000)
    }

    @Test func cacheOpenToOthersIsRefused() async throws {
        let harness = try WasmHarness()
        try FileManager.default.createDirectory(atPath: harness.cacheFolder, withIntermediateDirectories: true)
        chmod(harness.cacheFolder, 0o777)
        let expected = ExecutorError.unavailable(
            reason: "the folder for compiled modules \(harness.cacheFolder) is not a folder of this user alone",
            hint: "Remove it, or make it the node's own with mode 0700: its content is run without further checks.")
        let (request, _) = try harness.request(WasmHarness.module("noop"))
        await #expect(throws: expected) { try await harness.executor.prepare(request) }
        await #expect(throws: expected) { try await harness.executor.start(request) }
    }

    @Test func absentLibraryMakesTheEngineUnavailable() async throws {
        let harness = try WasmHarness(library: "/nowhere/_libwasmtime.so")
        let availability = await harness.executor.availability()
        guard case .unavailable(let reason, let hint) = availability else {
            Issue.record("available")
            return
        }
        #expect(reason == "wasmtime is not installed: looked for /nowhere/_libwasmtime.so")
        #expect(hint.contains("scripts/fetch-wasmtime"))
    }

    @Test func wrongLibraryMakesTheEngineUnavailable() async throws {
        let harness = try WasmHarness(library: "/lib/x86_64-linux-gnu/libc.so.6")
        #expect(
            await harness.executor.availability()
                == .unavailable(
                    reason: "wasmtime cannot be loaded: the library /lib/x86_64-linux-gnu/libc.so.6 has no function "
                        + "wasm_config_new",
                    hint: "Install wasmtime 50.0.1 (scripts/fetch-wasmtime) or name the library in the configuration."
                ))
    }

    @Test func installedLibraryMakesTheEngineAvailable() async throws {
        let harness = try WasmHarness()
        #expect(await harness.executor.availability() == .available)
        #expect(await harness.executor.availability() == .available)
    }

    @Test func startingTwiceRunsOnce() async throws {
        let harness = try WasmHarness()
        let (request, log) = try harness.request(WasmHarness.module("noop"))
        try await harness.executor.start(request)
        try await harness.executor.start(request)
        _ = try await harness.executor.wait(for: request.executionID)
        try await harness.executor.start(request)
        #expect(try await harness.executor.wait(for: request.executionID) == ExitReport(exitCode: 0))
        #expect(log.stdout == "Hello, world!\n")
    }

    @Test func unknownExecutionIsNotFound() async throws {
        let harness = try WasmHarness()
        let id = ExecutionID(rawValue: "e-unknown")
        await #expect(throws: ExecutorError.notFound(id)) { try await harness.executor.wait(for: id) }
        await harness.executor.stop(id, reason: .cancelled, grace: .zero)
        await harness.executor.cleanUp(id)
        let (request, _) = try harness.request(WasmHarness.module("noop"))
        #expect(try await harness.executor.attach(request) == false)
        _ = try await harness.run(request)
        await #expect(throws: ExecutorError.notFound(request.executionID)) {
            try await harness.executor.wait(for: request.executionID)
        }
    }

    @Test func cancelledWaitLeavesTheProgramRunning() async throws {
        let harness = try WasmHarness()
        let (request, _) = try harness.request(try harness.module("loop.wasm", WasmLimitTests.endless))
        try await harness.executor.start(request)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect(throws: ExecutorError.cancelled) {
                    try await harness.executor.wait(for: request.executionID)
                }
            }
            group.cancelAll()
        }
        #expect(harness.workers().count == 1)
        await harness.executor.cleanUp(request.executionID)
    }

    @Test func moreProgramsThanAllowedAreRefusedForNow() async throws {
        let harness = try WasmHarness(workersMax: 1)
        let module = try harness.module("loop.wasm", WasmLimitTests.endless)
        let (first, _) = try harness.request(module)
        let (second, _) = try harness.request(module)
        try await harness.executor.start(first)
        await #expect(
            throws: ExecutorError.unavailable(
                reason: "1 WASM programs run already, which is as many as this node allows",
                hint: "Try again when some have ended.")
        ) { try await harness.executor.start(second) }
        await harness.executor.stop(first.executionID, reason: .cancelled, grace: .zero)
    }

    @Test func manyProgramsRunAtOnce() async throws {
        let harness = try WasmHarness()
        let requests = try (0..<12).map { _ in try harness.request(WasmHarness.module("noop")) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (request, log) in requests {
                group.addTask {
                    let report = try await harness.run(request)
                    #expect(report == ExitReport(exitCode: 0))
                    #expect(log.stdout == "Hello, world!\n")
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func idleWorkerEndsAfterItsTime() async throws {
        let harness = try WasmHarness(idleDuration: .milliseconds(1))
        let (request, _) = try harness.request(WasmHarness.module("noop"))
        try await harness.executor.start(request)
        // Opened while it may still be there; a worker that is gone already proves the same.
        let ends = harness.workers().map { bac_pidfd_open($0) }.filter { $0 >= 0 }
        _ = try await harness.executor.wait(for: request.executionID)
        for end in ends {
            var entry = pollfd(fd: end, events: Int16(POLLIN), revents: 0)
            #expect(poll(&entry, 1, 60_000) == 1)
            close(end)
        }
        #expect(harness.workers().isEmpty)
    }

    @Test func cacheIsHeldToItsSize() async throws {
        let harness = try WasmHarness(cacheBytesMax: 1)
        for name in ["noop", "env"] {
            _ = try await harness.run(try harness.request(WasmHarness.module(name)).0)
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: harness.cacheFolder)
        #expect(names == ["e35464ac92cb2c81310ab5efd896cfa4034c386c9a8a5755a0ee589e9a6b96de-50.0.1-1.cwasm"])
    }

    @Test func cancelledPreparationEndsItsWorker() async throws {
        let harness = try WasmHarness()
        let (request, _) = try harness.request(WasmHarness.module("csv"))
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect(throws: ExecutorError.cancelled) { try await harness.executor.prepare(request) }
            }
            group.cancelAll()
        }
        #expect(try await harness.run(try harness.request(WasmHarness.module("noop")).0) == ExitReport(exitCode: 0))
    }

    @Test func hugeArgumentsAreRefused() async throws {
        let harness = try WasmHarness()
        let (request, _) = try harness.request(
            WasmHarness.module("noop"), [String(repeating: "x", count: 9 << 20)])
        let report = try await harness.run(request)
        #expect(report.exitCode == -1)
        #expect(report.errorMessage.hasPrefix("the program's arguments, variables and paths take "))
    }

    @Test func hugeAliasIsNoHindrance() async throws {
        let harness = try WasmHarness()
        let (request, log) = try harness.request(
            WasmHarness.module("noop"),
            params: [
                "EntryModule": [
                    "Source": ["Type": "inline"], "Alias": .string(String(repeating: "data:", count: 2 << 20)),
                ]
            ])
        #expect(try await harness.run(request) == ExitReport(exitCode: 0))
        #expect(log.stdout == "Hello, world!\n")
    }
}
