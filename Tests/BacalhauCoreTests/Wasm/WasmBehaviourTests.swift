import BacalhauCrypto
import BacalhauTestSupport
import FoundationEssentials
import Testing

@testable import BacalhauCore

/// The programs of Bacalhau's own tests, and what they did on v1.4.0's runtime.
@Suite(.enabled(if: RequiredComponent.wasmtime.isWanted && RequiredComponent.testData.isWanted))
struct WasmBehaviourTests {
    /// One run and what must come of it.
    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var module: String
        var arguments: [String] = []
        var environment: [String: String] = [:]
        var entryPoint = "_start"
        /// Whether `easter` is among the inputs under the name that `dynamic` imports.
        var hasEaster = false
        var memory: UInt64 = 0
        var exitCode: Int64
        var stdout = ""
        var stderr: Stderr = .exactly("")
        var errorMessage: Stderr = .exactly("")
        var testDescription: String { name }
    }

    enum Stderr: Sendable {
        case exactly(String)
        case contains(String)

        func matches(_ text: String) -> Bool {
            switch self {
            case .exactly(let wanted): text == wanted
            case .contains(let part): text.contains(part)
            }
        }
    }

    static let rows: [Row] = [
        Row(name: "noop", module: "noop", exitCode: 0, stdout: "Hello, world!\n"),
        Row(
            name: "env", module: "env", environment: ["TEST": "yes", "AWESOME": "definitely"], exitCode: -1,
            stdout: "AWESOME=definitely\nTEST=yes\n"),
        Row(
            name: "exit code 5", module: "exit_code", environment: ["EXIT_CODE": "5"], exitCode: 5,
            stdout: "Exiting with 5\n"),
        Row(name: "exit code unset", module: "exit_code", exitCode: 0, stdout: "Exiting with 0\n"),
        Row(
            name: "exit code -1", module: "exit_code", environment: ["EXIT_CODE": "-1"], exitCode: 4_294_967_295,
            stdout: "Exiting with -1\n"),
        Row(
            name: "exit code x traps", module: "exit_code", environment: ["EXIT_CODE": "x"], exitCode: 1,
            stderr: .contains("panicked at"), errorMessage: .contains("unreachable")),
        Row(
            name: "cat of a missing file", module: "cat", arguments: ["nope"], exitCode: 1,
            stderr: .exactly("No such file or directory (os error 44)\n")),
        Row(name: "cat without arguments", module: "cat", exitCode: 0),
        Row(
            name: "csv into a missing folder", module: "csv",
            arguments: ["inputs/horses.csv", "outputs/sub/x.csv"], exitCode: 1,
            stderr: .exactly("error: No such file or directory (os error 44)\n")),
        Row(
            name: "csv without arguments", module: "csv", exitCode: 1,
            stderr: .exactly("Usage:  input-csv output-csv\n")),
        Row(name: "dynamic", module: "dynamic", hasEaster: true, exitCode: -1, stdout: "17\n"),
        Row(
            name: "dynamic without its import", module: "dynamic", exitCode: -1,
            errorMessage: .exactly(
                "the entry module imports \"easter\" from the module \"input.wasm\", which is missing")),
        Row(name: "easter by another entry point", module: "easter", entryPoint: "easter2022", exitCode: -1),
        Row(
            name: "one page of memory", module: "noop", memory: 65536, exitCode: -1,
            errorMessage: .contains("17 pages")),
        Row(
            name: "one page of memory, second figure", module: "noop", memory: 65536, exitCode: -1,
            errorMessage: .contains("the limit is 1 pages (65536 bytes)")),
    ]

    @Test(arguments: rows) func programBehavesAsMeasured(_ row: Row) async throws {
        let harness = try WasmHarness()
        var inputs = [WasmHarness.input(WasmHarness.testData + "/wasm/csv/inputs", at: "/inputs")]
        if row.hasEaster {
            inputs.append(WasmHarness.input(WasmHarness.module("easter"), at: "/lib/easter.wasm", alias: "input.wasm"))
        }
        let (request, log) = try harness.request(
            WasmHarness.module(row.module), row.arguments, environment: row.environment, inputs: inputs,
            results: [ResultPath(name: "outputs", path: "/outputs")], memory: row.memory,
            params: ["Entrypoint": .string(row.entryPoint)])
        let report = try await harness.run(request)
        #expect(report.exitCode == row.exitCode)
        #expect(log.stdout == row.stdout)
        #expect(row.stderr.matches(log.stderr), "\(log.stderr)")
        #expect(row.errorMessage.matches(report.errorMessage), "\(report.errorMessage)")
    }

    @Test(arguments: ["horses.csv", "/horses.csv"]) func singleFileIsFoundAtItsTarget(_ argument: String) async throws {
        let harness = try WasmHarness()
        let path = WasmHarness.testData + "/wasm/csv/inputs/horses.csv"
        let (request, log) = try harness.request(
            WasmHarness.module("cat"), [argument], inputs: [WasmHarness.input(path, at: "horses.csv")])
        let report = try await harness.run(request)
        #expect(report == ExitReport(exitCode: 0))
        #expect(log.stdout.utf8.count == 127_726)
        #expect(log.bytes(.stdout) == Array(try #require(FileManager.default.contents(atPath: path))))
        #expect(log.stderr == "")
    }

    static let csvDigest = "0519321ec9b9a341460046ad90ae09950e0c48d49085414b0a7ac1bc0e63dda9"

    @Test(arguments: ["outputs/x.csv", "/outputs/x.csv", "data/out/x.csv", "/data/out/x.csv"])
    func resultIsWrittenByNameAndByPath(_ output: String) async throws {
        let harness = try WasmHarness()
        let (request, log) = try harness.request(
            WasmHarness.module("csv"), ["/inputs/horses.csv", output],
            inputs: [WasmHarness.input(WasmHarness.testData + "/wasm/csv/inputs", at: "/inputs")],
            results: [ResultPath(name: "outputs", path: "/data/out")])
        // The second run meets the file of the first, which v1.4.0 could not overwrite.
        let again = try harness.request(
            WasmHarness.module("csv"), ["inputs/horses.csv", output], inputs: request.inputs,
            results: request.task.resultPaths
        ).0
        var second = again
        second.resultsDirectory = request.resultsDirectory
        for run in [request, second] {
            let report = try await harness.run(run)
            #expect(report == ExitReport(exitCode: 0), "\(log.stderr)")
            let bytes = try #require(
                FileManager.default.contents(atPath: request.resultsDirectory + "/outputs/x.csv"))
            #expect(bytes.count == 27_994)
            #expect(SHA256.hexDigest(of: bytes) == Self.csvDigest)
        }
    }

    @Test func bothStreamsKeepTheirOrder() async throws {
        let harness = try WasmHarness()
        let folder = WasmHarness.testData + "/wasm/csv/inputs"
        let (request, log) = try harness.request(
            WasmHarness.module("logtest"), ["inputs/horses.sparql", "--fast"],
            inputs: [WasmHarness.input(folder, at: "/inputs")])
        let report = try await harness.run(request)
        #expect(report == ExitReport(exitCode: 0))
        let text = try #require(FileManager.default.contents(atPath: folder + "/horses.sparql"))
        var expected: [StandardStream: String] = [:]
        var order: [StandardStream] = []
        for line in text.dropLast().split(separator: 10, omittingEmptySubsequences: false) {
            let stream: StandardStream = line.count.isMultiple(of: 2) ? .stdout : .stderr
            let colour = stream == .stdout ? "\u{1B}[32m" : "\u{1B}[31m"
            expected[stream, default: ""] += colour + String(decoding: line, as: UTF8.self) + "\n"
            if order.last != stream { order.append(stream) }
        }
        expected[.stdout, default: ""] += "\u{1B}[0m\n"
        if order.last != .stdout { order.append(.stdout) }
        #expect(log.stdout == expected[.stdout])
        #expect(log.stderr == expected[.stderr])
        #expect(log.order == order)
    }
}
