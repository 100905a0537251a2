import CWasmtime
import FoundationEssentials
import Glibc
import Testing

@testable import BacalhauCore

private var benchmarkRounds: Int { Int(ProcessInfo.processInfo.environment["BACALHAU_BENCHMARK"] ?? "") ?? 0 }

/// What a run costs beyond instantiating and running the module. Prints; asserts nothing about time.
///
/// Runs when `BACALHAU_BENCHMARK` is set to the number of rounds.
@Suite(.enabled(if: benchmarkRounds > 0), .serialized) struct WasmCostTests {
    @Test func costOfARunIsPrinted() async throws {
        let harness = try WasmHarness()
        let sink = open("/dev/null", O_WRONLY | O_CLOEXEC)
        defer { close(sink) }
        let runtime = try WasmRuntime(library: WasmHarness.library)
        let cache = try ModuleCache(runtime: runtime, directory: harness.folder + "/own", bytesMax: 1 << 30)
        let module = try cache.module(at: WasmHarness.module("noop"), digest: "")
        let clock = ContinuousClock()
        var times: [String: [Duration]] = [:]
        for round in 0..<benchmarkRounds + 10 {
            let (request, _) = try harness.request(
                WasmHarness.module("noop"), results: [ResultPath(name: "outputs", path: "/outputs")])
            var job = try WasmJob(request, try WasmParameters(try #require(request.task.engine)), digests: [:])
            job.modules.entry.digest = module.digest
            let bare = clock.measure { runBare(runtime, module.module) }
            let inProcess = try clock.measure {
                _ = try WasmRun(runtime: runtime, cache: cache, job: job, output: WasmOutput(socket: sink)).perform()
            }
            let prepare = try await clock.measure { try await harness.executor.prepare(request) }
            let start = try await clock.measure {
                try await harness.executor.start(request)
                _ = try await harness.executor.wait(for: request.executionID)
            }
            await harness.executor.cleanUp(request.executionID)
            guard round >= 10 else { continue }
            times["1 instantiate and run alone", default: []].append(bare)
            times["2 with files and limits, in this process", default: []].append(inProcess)
            times["3 executor: prepare", default: []].append(prepare)
            times["4 executor: start and wait", default: []].append(start)
        }
        for (name, values) in times.sorted(by: { $0.key < $1.key }) {
            let sorted = values.sorted()
            print("\(name): median \(sorted[sorted.count / 2]), p99 \(sorted[sorted.count * 99 / 100])")
        }
    }

    private func runBare(_ runtime: WasmRuntime, _ module: WasmModule) {
        guard let store = wt_store_new(runtime.engine), let context = wt_store_context(store),
            let config = wt_wasi_new(), let prepared = module.prepared(by: runtime.linker)
        else { return }
        defer { wt_store_delete(store) }
        wt_wasi_set_stdout(config, { _, _, count in count }, nil)
        _ = wasmtimeError(wt_context_set_wasi(context, config))
        wt_context_set_epoch_deadline(context, 1)
        var instance = wt_instance_t()
        var trap: OpaquePointer?
        _ = wasmtimeError(wt_instance_pre_instantiate(prepared, context, &instance, &trap))
        var item = wt_extern_t()
        guard wt_instance_export_get(context, &instance, "_start", 6, &item) else { return }
        _ = wasmtimeError(wt_func_call(context, &item.of.func, nil, 0, nil, 0, &trap))
        if let trap { wt_trap_delete(trap) }
        var code: UInt32 = 0
        _ = wt_take_exit_code(&code)
        wt_extern_delete(&item)
    }
}
