import BacalhauModel
import FoundationEssentials

/// `wasm run`
enum WasmRun {
    /// What fits into a request beside the rest of the job: base 64 makes four bytes of three.
    static let moduleBytesMax = (10 * 1024 * 1024 - 64 * 1024) / 4 * 3

    static let command = Command(
        "wasm run", usage: "{cid-of-wasm | <local.wasm>} [ARG...]", "Run a WebAssembly module",
        flags: JobFlags.all + TaskFlags.all + RuntimeFlags.all + [
            Flag("entry-point", default: "\"_start\"", help: "The function to call"),
            Flag("env", short: "e", .strings, help: "Environment variables of the program: NAME=value"),
            Flag(
                "import-module-urls", short: "U", .reading("url", urlModule),
                help: "The URL of a module that the first one imports; repeatable"),
            Flag(
                "import-module-volumes", short: "I", .reading("cid:path", volumeModule),
                help: "The CID and path of a module that the first one imports; repeatable"),
            Flag("ipfs-connect", help: "Accepted for compatibility; without effect"),
        ], positionals: .atLeast(1)
    ) { arguments, context in
        let runtime = try RuntimeFlags(arguments)
        var job = try JobFlags.job(arguments)
        job.tasks = [try TaskFlags.task(arguments, engine: try engine(arguments))]
        return try await Submission(job: job, runtime: runtime, showsWarnings: true, doing: "failed to submit job")
            .run(arguments, context)
    }

    static func engine(_ arguments: ParsedArguments) throws -> Engine {
        let variables = try EnvironmentFlag.variables(of: try arguments.strings("env"))
        var modules: [JSONValue] = []
        for text in arguments.list("import-module-urls") { modules.append(json(try urlModule(text))) }
        for text in arguments.list("import-module-volumes") { modules.append(json(try volumeModule(text))) }
        return Engine(
            type: "wasm",
            params: [
                "EntryModule": json(try entryModule(arguments.positionals[0])),
                "Entrypoint": .string(arguments.string("entry-point", default: "_start")),
                "Parameters": .array(arguments.positionals.dropFirst().map(JSONValue.string)),
                "EnvironmentVariables": .object(variables.mapValues(JSONValue.string)),
                "ImportModules": .array(modules),
            ])
    }

    /// A content identifier, or the file itself inside of the job.
    private static func entryModule(_ text: String) throws -> InputSource {
        if ContentIdentifier.isValid(text) {
            return InputSource(
                source: Source(type: "ipfs", params: ["CID": .string(text)]), alias: "ipfs://\(text)", target: "")
        }
        guard let isFile = FileReader.isRegularFile(text) else {
            throw CommandFailure("\(Values.quoted(text)) is not a valid CID or local file")
        }
        guard isFile else { throw CommandFailure("\(Values.quoted(text)) should point to a single file") }
        let bytes: [UInt8]
        do {
            bytes = try FileReader.contents(of: text, limit: moduleBytesMax)
        } catch .tooLarge(let limit) {
            throw CommandFailure(
                "the module \(Values.quoted(text)) is larger than \(limit) bytes, the most that a request carries",
                hint: "publish it, and name its CID here or its URL in a job file")
        } catch {
            throw CommandFailure("opening \(Values.quoted(text)): \(error.message)")
        }
        let url = "data:application/wasm;base64," + Data(bytes).base64EncodedString()
        return InputSource(source: Source(type: "inline", params: ["URL": .string(url)]), alias: "", target: "")
    }

    private static func urlModule(_ text: String) throws(ValueError) -> InputSource {
        let uri = SourceURI(text)
        guard uri.scheme == "http" || uri.scheme == "https", !uri.host.isEmpty, !uri.path.isEmpty else {
            throw ValueError(message: "\(Values.quoted(text)) is not an http or https URL with a path")
        }
        let source = Source(type: "urlDownload", params: ["URL": .string(text)])
        return InputSource(source: source, alias: text, target: "/inputs")
    }

    private static func volumeModule(_ text: String) throws(ValueError) -> InputSource {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw ValueError(message: "invalid import volume: \(text.excerpt()) (write cid:path)")
        }
        let source = Source(type: "ipfs", params: ["CID": .string(parts[0])])
        return InputSource(source: source, alias: "ipfs://\(parts[0])", target: parts[1])
    }

    private static func json(_ module: InputSource) -> JSONValue {
        let source = module.source ?? .empty
        return .object([
            "Source": .object(["Type": .string(source.type), "Params": .object(source.params)]),
            "Alias": .string(module.alias), "Target": .string(module.target),
        ])
    }
}
