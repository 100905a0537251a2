/// `wasm validate`
enum WasmValidate {
    /// Larger modules are not read; nothing is sent, so this may be more than a request carries.
    private static let moduleBytesMax = 256 * 1024 * 1024

    static let command = Command(
        "wasm validate", usage: "<local.wasm>", "Check that a WebAssembly module can run, without a server",
        flags: [Flag("entry-point", default: "\"_start\"", help: "The function to call")], positionals: .exactly(1)
    ) { arguments, context in
        let path = arguments.positionals[0]
        let bytes: [UInt8]
        do {
            bytes = try FileReader.contents(of: path, limit: moduleBytesMax)
        } catch let error as FileReader.Failure {
            throw CommandFailure("opening \(Values.quoted(path)): \(error.message)")
        }
        try WasmModuleCheck.check(bytes, entryPoint: arguments.string("entry-point", default: "_start"))
        try context.output.line("OK")
        return .success
    }
}
