import BacalhauTestSupport
import Testing

@testable import BacalhauCore

/// Which modules are found where, and what is said when one is not.
@Suite(.enabled(if: RequiredComponent.wasmtime.isWanted && RequiredComponent.testData.isWanted))
struct WasmLinkingTests {
    private func importing(_ module: String) -> String {
        #"(module (import "\#(module)" "f" (func $f)) (func (export "f") (call $f)) (func (export "_start") (call $f)))"#
    }

    @Test func circleOfImportsIsRefused() async throws {
        let harness = try WasmHarness()
        let a = WasmHarness.input(try harness.module("a.wasm", importing("b")), at: "/a", alias: "a")
        let b = WasmHarness.input(try harness.module("b.wasm", importing("a")), at: "/b", alias: "b")
        let main = try harness.module("main.wasm", importing("a"))
        for (inputs, imports) in [([a, b], []), ([], [a, b])] {
            let (request, _) = try harness.request(main, inputs: inputs, imports: imports)
            #expect(
                try await harness.run(request)
                    == ExitReport(
                        exitCode: -1, errorMessage: "modules import each other: \"a\" → \"b\" → \"a\"",
                        hint: "Modules are instantiated one after the other; break the circle."))
        }
    }

    @Test func importedModuleIsGivenByTheEngineParameters() async throws {
        let harness = try WasmHarness()
        let easter = WasmHarness.input(WasmHarness.module("easter"), at: "/x", alias: "input.wasm")
        let (request, log) = try harness.request(WasmHarness.module("dynamic"), imports: [easter])
        #expect(try await harness.run(request) == ExitReport(exitCode: -1))
        #expect(log.stdout == "17\n")
    }

    @Test func moduleIsGivenAsThePathOfAnInput() async throws {
        let harness = try WasmHarness()
        let inputs = [
            WasmHarness.input(WasmHarness.module("dynamic"), at: "/wasm/entry.wasm"),
            WasmHarness.input(WasmHarness.module("easter"), at: "input.wasm"),
        ]
        var (request, log) = try harness.request(
            WasmHarness.module("dynamic"), inputs: inputs, params: ["EntryModule": "wasm/entry.wasm"])
        request.modules = []
        #expect(try await harness.run(request) == ExitReport(exitCode: -1))
        #expect(log.stdout == "17\n")
    }

    @Test func pathOfNoInputIsNamed() async throws {
        let harness = try WasmHarness()
        let (request, _) = try harness.request(
            WasmHarness.module("noop"), params: ["EntryModule": "/nowhere.wasm"])
        #expect(
            try await harness.run(request)
                == ExitReport(
                    exitCode: -1,
                    errorMessage: "no input of the task has the target \"/nowhere.wasm\", which is named as a module",
                    hint: "Add an input source with this Target, or name the module by its source."))
    }

    @Test func folderWithOneModuleIsTheModule() async throws {
        let harness = try WasmHarness()
        let (request, log) = try harness.request(WasmHarness.testData + "/wasm/noop")
        #expect(try await harness.run(request) == ExitReport(exitCode: 0))
        #expect(log.stdout == "Hello, world!\n")
    }

    @Test func folderWithSeveralEntriesIsNoModule() async throws {
        let harness = try WasmHarness()
        let (request, _) = try harness.request(WasmHarness.testData + "/wasm/csv")
        #expect(
            try await harness.run(request)
                == ExitReport(
                    exitCode: -1,
                    errorMessage: "entry module: the module's folder holds 2 entries instead of exactly one module",
                    hint: "Point the module's source at the .wasm file itself."))
    }

    @Test func missingEntryPointIsNamed() async throws {
        let harness = try WasmHarness()
        let (request, _) = try harness.request(WasmHarness.module("easter"))
        #expect(
            try await harness.run(request)
                == ExitReport(
                    exitCode: -1, errorMessage: "the entry module does not export \"_start\"",
                    hint: "Name one of its exported functions as EntryPoint; programs usually have _start."))
    }

    @Test func entryPointWithParametersFailsLikeATrap() async throws {
        let harness = try WasmHarness()
        let (request, _) = try harness.request(WasmHarness.module("easter"), params: ["EntryPoint": "easter"])
        let report = try await harness.run(request)
        #expect(report.exitCode == 1)
        #expect(report.errorMessage == "the function \"easter\" takes 1 parameters; an entry point takes none")
    }

    @Test func damagedModuleIsReported() async throws {
        let harness = try WasmHarness()
        let (request, _) = try harness.request(try harness.file("bad.wasm", "\0asm nonsense".utf8))
        let report = try await harness.run(request)
        #expect(report.exitCode == -1)
        #expect(report.errorMessage.hasPrefix("entry module: the module cannot be compiled: "))
    }

    @Test func startOfImportsDoesNotRun() async throws {
        let harness = try WasmHarness()
        let library = try harness.module(
            "lib.wasm", #"(module (func (export "f")) (func (export "_start") (unreachable)))"#)
        let (request, _) = try harness.request(
            try harness.module("main.wasm", importing("lib")),
            imports: [WasmHarness.input(library, at: "/lib", alias: "lib")])
        #expect(try await harness.run(request) == ExitReport(exitCode: -1))
    }

    @Test func engineVariablesWinAndAllAreSorted() async throws {
        let harness = try WasmHarness()
        var (request, log) = try harness.request(
            WasmHarness.module("env"), environment: ["B": "engine", "A": "engine"])
        request.environment = ["C": "task", "B": "task"]
        _ = try await harness.run(request)
        #expect(log.stdout == "A=engine\nB=engine\nC=task\n")
    }
}
