import Testing

@testable import BacalhauCore

/// The pure parts: parameters, paths, the order of modules, frames.
@Suite struct WasmPartsTests {
    private let source: JSONValue = ["Source": ["Type": "inline", "Params": ["URL": "data:,"]], "Alias": "main"]

    @Test func parametersAreReadInAnyCase() throws {
        let parameters = try WasmParameters(
            Engine(
                type: "wasm",
                params: [
                    "entrymodule": source, "Entrypoint": "go", "PARAMETERS": ["a", "b"],
                    "EnvironmentVariables": ["X=1", "Y=a=b"], "ImportModules": nil, "Unknown": 3,
                ]))
        #expect(parameters.entryPoint == "go")
        #expect(parameters.arguments == ["a", "b"])
        #expect(parameters.environment == ["X": "1", "Y": "a=b"])
        let wanted = InputSource(source: Source(type: "inline", params: ["URL": "data:,"]), alias: "main", target: "")
        #expect(parameters.entryModule == .source(wanted))
        #expect(parameters.sources == [wanted])
    }

    @Test func absentParametersHaveDefaults() throws {
        let parameters = try WasmParameters(
            Engine(type: "wasm", params: ["EntryModule": "/app.wasm", "Parameters": nil, "EntryPoint": ""]))
        #expect(parameters.entryPoint == "_start")
        #expect(parameters.entryModule == .target("/app.wasm"))
        #expect(parameters.arguments == [] && parameters.environment == [:] && parameters.sources == [])
    }

    @Test(
        arguments: [
            ("EntryModule", 3, "EntryModule must be an input source or a path, not a number"),
            ("EntryModule", ["Alias": "x"], "EntryModule has no Source"),
            ("Parameters", "x", "Parameters must be a list of strings, not a string"),
            ("Parameters", [1], "Parameters must be a string, not a number"),
            ("Parameters", ["a\0b"], "Parameters contains a zero byte"),
            ("EnvironmentVariables", ["A": 1], "EnvironmentVariables.A must be a string, not a number"),
            ("EnvironmentVariables", ["A"], "EnvironmentVariables: \"A\" is not of the form NAME=value"),
            ("EnvironmentVariables", ["=x"], "EnvironmentVariables: \"\" cannot be the name of a variable"),
        ] as [(String, JSONValue, String)])
    func wrongParameterIsNamed(_ name: String, _ value: JSONValue, _ message: String) {
        #expect(
            throws: ExecutorError.rejected(
                reason: "wasm engine parameters: " + message, hint: "Correct the engine's Params in the job.")
        ) {
            try WasmParameters(Engine(type: "wasm", params: ["EntryModule": source].merging([name: value]) { $1 }))
        }
    }

    @Test func missingEntryModuleIsNamed() {
        #expect(
            throws: ExecutorError.rejected(
                reason: "the wasm engine needs the parameter EntryModule",
                hint: "Give EntryModule an input source, or the target of one of the task's inputs.")
        ) { try WasmParameters(Engine(type: "wasm")) }
    }

    @Test(arguments: [("inputs", "/inputs"), ("/inputs/", "/inputs"), ("//a/./b", "/a/b"), ("/", "/")])
    func pathsAreNormalized(_ text: String, _ path: String) throws {
        #expect(try WasmFilePlan.guestPath(text, of: "input") == path)
    }

    @Test(arguments: ["", "..", "/a/../b", "a\0"]) func unsafePathsAreRefused(_ text: String) {
        #expect(throws: WasmFailure.self) { try WasmFilePlan.guestPath(text, of: "input") }
    }

    @Test(
        arguments: [
            (["/a/", "/b"], ["a"], "two inputs or results have the path /a"),
            (["/a/"], ["/a/x"], "the input file /a/x lies in the folder /a"),
            (["/a/b/"], ["/a"], "the path /a/b lies below the input file /a"),
            (["/"], ["/a"], "the input file /a lies in the folder /"),
        ] as [([String], [String], String)])
    func collidingPathsAreNamed(_ folders: [String], _ files: [String], _ reason: String) throws {
        let harness = try WasmHarness()
        var (request, _) = try harness.request(harness.folder)
        request.inputs =
            folders.map { WasmHarness.input("/tmp", at: $0) }
            + files.map { WasmHarness.input("/etc/hostname", at: $0) }
        #expect(
            throws: WasmFailure(
                "the paths of the task collide: " + reason, hint: "Give each input and result a path of its own.")
        ) { try WasmFilePlan(request) }
    }

    // MARK: - Order of modules

    private func order(
        _ imports: [String: [String]], entry: String = "main", listed: [String] = []
    ) throws -> [String] {
        func module(_ name: String) -> WasmModuleSet.Module { WasmModuleSet.Module(alias: name, path: name) }
        let set = WasmModuleSet(
            entry: module(entry), imports: listed.map(module), candidates: imports.keys.sorted().map(module))
        return try ModuleGraph<String>.resolve(set) {
            $0.path
        } imports: { name in
            (imports[name] ?? []).map { ($0, "f") }
        }.map(\.alias)
    }

    @Test func importsComeBeforeWhatImportsThem() throws {
        let graph = ["main": ["a", "b", "wasi_snapshot_preview1"], "a": ["b"], "b": ["c"], "c": []]
        #expect(try order(graph) == ["c", "b", "a", "main"])
        #expect(try order(graph, listed: ["c", "a"]) == ["c", "b", "a", "main"])
    }

    @Test func unusedInputsAreNotLoaded() throws {
        #expect(try order(["main": [], "a": []]) == ["main"])
    }

    @Test func moduleThatImportsItselfIsACircle() {
        #expect(throws: WasmFailure.self) { try order(["main": ["main"]]) }
    }

    @Test func longChainIsRefused() {
        let chain = Dictionary(uniqueKeysWithValues: (0..<100).map { ("m\($0)", ["m\($0 + 1)"]) })
        #expect(
            throws: WasmFailure(
                "the job needs more than 64 modules",
                hint: "Link some of the modules together before submitting them.")
        ) { try order(chain, entry: "m0") }
    }

    // MARK: - Frames

    @Test func requestsAndRepliesSurviveTheirWire() throws {
        let module = WasmModuleSet.Module(alias: "a", path: "/p", digest: "d")
        let modules = WasmModuleSet(entry: module, imports: [module], candidates: [module, module])
        let job = WasmJob(
            modules: modules, entryPoint: "_start", arguments: ["x", ""],
            environment: [WasmJob.Variable(name: "A", value: "ü")],
            files: WasmFilePlan(
                root: "/r", folders: [WasmFilePlan.Folder(hostPath: "/h", guestPath: "/g", isWritable: true)],
                files: [WasmFilePlan.File(hostPath: "/f", guestPath: "/t")]),
            memoryBytesMax: 1 << 32)
        for request in [WasmWorkerRequest.probe, .prepare(modules), .run(job)] {
            #expect(try WasmWorkerRequest(decoding: request.encoded()[...]) == request)
        }
        let replies: [WasmWorkerReply] = [
            .ready, .prepared(["/p": "d"]), .exited(.max), .returned, .trapped("t"), .interrupted,
            .failed(WasmFailure("r", hint: "h")), .unavailable(WasmFailure("r")),
        ]
        for reply in replies { #expect(try WasmWorkerReply(decoding: reply.encoded()[...]) == reply) }
    }

    @Test func cutRequestIsMalformed() {
        let module = WasmModuleSet.Module(alias: "a", path: "/p")
        let bytes = WasmWorkerRequest.prepare(WasmModuleSet(entry: module, imports: [], candidates: [])).encoded()
        for count in 0..<bytes.count {
            #expect(throws: ByteReader.Malformed.self) { try WasmWorkerRequest(decoding: bytes[..<count]) }
        }
        #expect(throws: ByteReader.Malformed.self) { try WasmWorkerRequest(decoding: (bytes + [0])[...]) }
    }

    @Test func framesAreFoundHoweverTheyAreCut() {
        let stream = WasmFrame.encode(.began) + WasmFrame.encode(.stdout, [1, 2, 3]) + WasmFrame.encode(.ended, [9])
        for size in 1...stream.count {
            var parser = FrameParser()
            var found: [[UInt8]] = []
            for start in Swift.stride(from: 0, to: stream.count, by: size) {
                let part = Array(stream[start..<min(start + size, stream.count)])
                let isSound = part.withUnsafeBytes {
                    parser.feed($0) { kind, content in found.append([kind.rawValue] + content) }
                }
                #expect(isSound)
            }
            #expect(found == [[2], [3, 1, 2, 3], [5, 9]])
        }
    }

    @Test(arguments: [[0, 0, 0, 0, 77], [255, 255, 255, 255, 5], [1, 0, 1, 0, 3], [0, 0, 0, 0, 1]] as [[UInt8]])
    func nonsenseIsNoFrame(_ bytes: [UInt8]) {
        var parser = FrameParser()
        #expect(bytes.withUnsafeBytes { parser.feed($0) { _, _ in } } == false)
    }

    @Test func causeOfATrapComesFirst() {
        let message =
            "error while executing at wasm backtrace:\n    0: 0x1 - main\n\nCaused by:\n    wasm trap: broken\n"
        #expect(WasmRun.causeFirst(message) == "wasm trap: broken\ncall stack:\n0: 0x1 - main")
        #expect(WasmRun.causeFirst("plain\n") == "plain")
    }
}
