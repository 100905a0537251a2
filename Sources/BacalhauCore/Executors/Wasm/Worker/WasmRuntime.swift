import CWasmtime
import Glibc

/// The engine of one worker process: wasmtime, the modules it has loaded, and the linker they share.
///
/// Used by one thread, but for `interrupt`.
final class WasmRuntime {
    let engine: OpaquePointer
    /// Offers WASI and nothing else.
    let linker: OpaquePointer

    /// Loads the library and starts the engine.
    ///
    /// - Throws: why the engine cannot work on this machine.
    init(library: String) throws(WasmFailure) {
        let hint = "Install wasmtime \(WT_VERSION) (scripts/fetch-wasmtime) or name the library in the configuration."
        var reason = [CChar](repeating: 0, count: 512)
        guard wt_load(library, &reason, reason.count) else {
            let text = String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw WasmFailure("wasmtime cannot be loaded: \(text)", hint: hint)
        }
        guard let engine = wt_engine_new() else {
            throw WasmFailure("wasmtime's engine does not start on this processor", hint: hint)
        }
        guard Self.isExpectedVersion(engine) else {
            wt_engine_delete(engine)
            throw WasmFailure("the library \(library) is not wasmtime \(WT_VERSION)", hint: hint)
        }
        guard let linker = wt_linker_new_with_wasi(engine) else {
            wt_engine_delete(engine)
            throw WasmFailure("wasmtime in \(library) offers no WASI", hint: hint)
        }
        self.engine = engine
        self.linker = linker
    }

    deinit {
        wt_linker_delete(linker)
        wt_engine_delete(engine)
    }

    /// The library has no function that tells its version, but it writes the major one into compiled modules, with
    /// its length in front and the target's name behind.
    private static func isExpectedVersion(_ engine: OpaquePointer) -> Bool {
        let empty: [UInt8] = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
        var module: OpaquePointer?
        guard wasmtimeError(wt_module_new(engine, empty, empty.count, &module)) == nil, let module else { return false }
        defer { wt_module_delete(module) }
        var bytes = wt_bytes_t()
        guard wasmtimeError(wt_module_serialize(module, &bytes)) == nil else { return false }
        defer { wt_bytes_delete(&bytes) }
        let version = Array(WT_MAJOR_VERSION.utf8)
        let pattern = [UInt8(version.count)] + version
        let compiled = UnsafeRawBufferPointer(start: bytes.data, count: bytes.size)
        return compiled.indices.dropLast(pattern.count).contains { compiled[$0...].starts(with: pattern) }
    }

    /// Compiles a module. Takes about a second for each megabyte.
    func compile(_ bytes: [UInt8]) throws(WasmFailure) -> WasmModule {
        var module: OpaquePointer?
        if let message = wasmtimeError(wt_module_new(engine, bytes, bytes.count, &module)) {
            throw WasmFailure(
                "the module cannot be compiled: \(message)",
                hint: "Check that it is a core WebAssembly module, built for wasm32-wasip1, and not damaged.")
        }
        guard let module else { throw WasmFailure("the module cannot be compiled") }
        return WasmModule(module)
    }

    /// Maps a module that `serialize` wrote; `nil` when it is from another version or another processor.
    func load(compiled path: String) -> WasmModule? {
        var module: OpaquePointer?
        guard wasmtimeError(wt_module_deserialize_file(engine, path, &module)) == nil, let module else { return nil }
        return WasmModule(module)
    }
}

/// A compiled module and what is derived from it once.
final class WasmModule {
    let pointer: OpaquePointer
    /// What it needs from others, in the order of the module.
    let imports: [Import]
    private var prepared: OpaquePointer?

    struct Import: Hashable {
        var module: String
        var name: String
    }

    fileprivate init(_ pointer: OpaquePointer) {
        self.pointer = pointer
        var list = wt_imports_t()
        wt_module_imports(pointer, &list)
        imports = UnsafeBufferPointer(start: list.data, count: list.size).compactMap { item in
            guard let item, let module = wt_import_module(item), let name = wt_import_name(item) else { return nil }
            return Import(module: text(of: module.pointee), name: text(of: name.pointee))
        }
        wt_imports_delete(&list)
    }

    deinit {
        if let prepared { wt_instance_pre_delete(prepared) }
        wt_module_delete(pointer)
    }

    /// The module with its imports looked up, for a linker that never changes. `nil` when the linker lacks one.
    func prepared(by linker: OpaquePointer) -> OpaquePointer? {
        if let prepared { return prepared }
        guard wasmtimeError(wt_linker_instantiate_pre(linker, pointer, &prepared)) == nil else { return nil }
        return prepared
    }

    /// Hands the compiled form to `body`.
    func withSerialized<Result>(_ body: (UnsafeRawBufferPointer) -> Result) throws(WasmFailure) -> Result {
        var bytes = wt_bytes_t()
        if let message = wasmtimeError(wt_module_serialize(pointer, &bytes)) {
            throw WasmFailure("the compiled module cannot be kept: \(message)")
        }
        defer { wt_bytes_delete(&bytes) }
        return body(UnsafeRawBufferPointer(start: bytes.data, count: bytes.size))
    }
}

/// The message of an error, which is deleted; `nil` when there is none.
func wasmtimeError(_ error: OpaquePointer?) -> String? {
    guard let error else { return nil }
    var bytes = wt_bytes_t()
    wt_error_message(error, &bytes)
    wt_error_delete(error)
    defer { wt_bytes_delete(&bytes) }
    return text(of: bytes)
}

/// The message and the code of a trap, which is deleted.
func wasmtimeTrap(_ trap: OpaquePointer) -> (message: String, isInterrupt: Bool) {
    var bytes = wt_bytes_t()
    wt_trap_message(trap, &bytes)
    var code: UInt8 = 0
    let isInterrupt = wt_trap_code(trap, &code) && Int(code) == Int(WT_TRAP_INTERRUPT)
    wt_trap_delete(trap)
    defer { wt_bytes_delete(&bytes) }
    return (text(of: bytes), isInterrupt)
}

private func text(of bytes: wt_bytes_t) -> String {
    let all = UnsafeRawBufferPointer(start: bytes.data, count: bytes.size)
    // Messages of traps end with a zero byte, names do not.
    return String(decoding: all.last == 0 ? UnsafeRawBufferPointer(rebasing: all.dropLast()) : all, as: UTF8.self)
}
