/// Finds out which modules a job needs and in which order they are instantiated.
struct ModuleGraph<Loaded> {
    /// A module with its name, after everything that it imports.
    struct Node {
        var alias: String
        var loaded: Loaded
    }

    /// What a module asks for: from which module, and what.
    typealias Import = (module: String, name: String)

    /// The module that the engine itself provides.
    static var system: String { "wasi_snapshot_preview1" }

    private let modules: WasmModuleSet
    private let load: (WasmModuleSet.Module) throws(WasmFailure) -> Loaded
    private let imports: (Loaded) -> [Import]
    private var order: [Node] = []
    private var finished: Set<String> = []
    /// The names on the way from the root to the module that is being resolved.
    private var path: [String] = []
    private var count = 0

    /// The modules in order: imports as listed, each after its own imports, and the entry module last.
    ///
    /// - Throws: which module is missing, which ones import each other, or what `load` throws.
    static func resolve(
        _ modules: WasmModuleSet, load: @escaping (WasmModuleSet.Module) throws(WasmFailure) -> Loaded,
        imports: @escaping (Loaded) -> [Import]
    ) throws(WasmFailure) -> [Node] {
        var names: Set<String> = []
        for module in modules.imports + [modules.entry] where !module.alias.isEmpty {
            guard names.insert(module.alias).inserted else {
                throw WasmFailure(
                    "two modules have the alias \"\(module.alias)\"", hint: "Give each module an alias of its own.")
            }
        }
        var graph = ModuleGraph(modules: modules, load: load, imports: imports)
        for module in modules.imports where !graph.finished.contains(module.alias) { try graph.visit(module) }
        try graph.visit(modules.entry)
        return graph.order
    }

    private init(
        modules: WasmModuleSet, load: @escaping (WasmModuleSet.Module) throws(WasmFailure) -> Loaded,
        imports: @escaping (Loaded) -> [Import]
    ) {
        self.modules = modules
        self.load = load
        self.imports = imports
    }

    private mutating func visit(_ module: WasmModuleSet.Module) throws(WasmFailure) {
        count += 1
        guard count <= WasmParameters.modulesMax else {
            throw WasmFailure(
                "the job needs more than \(WasmParameters.modulesMax) modules",
                hint: "Link some of the modules together before submitting them.")
        }
        let loaded = try load(module)
        path.append(module.alias)
        var seen: Set<String> = [Self.system]
        for needed in imports(loaded) where seen.insert(needed.module).inserted && !finished.contains(needed.module) {
            guard !needed.module.isEmpty, !path.contains(needed.module) else { throw cycle(to: needed.module) }
            guard let found = find(needed.module) else { throw missing(needed, for: module) }
            try visit(found)
        }
        path.removeLast()
        order.append(Node(alias: module.alias, loaded: loaded))
        if !module.alias.isEmpty { finished.insert(module.alias) }
    }

    private func find(_ name: String) -> WasmModuleSet.Module? {
        (modules.imports + modules.candidates).first { $0.alias == name }
    }

    private func cycle(to name: String) -> WasmFailure {
        let start = path.firstIndex(of: name) ?? path.startIndex
        let names = (path[start...] + [name]).map { "\"\($0)\"" }
        return WasmFailure(
            "modules import each other: \(names.joined(separator: " → "))",
            hint: "Modules are instantiated one after the other; break the circle.")
    }

    private func missing(_ needed: Import, for module: WasmModuleSet.Module) -> WasmFailure {
        let name =
            module.alias.isEmpty || module == modules.entry ? "the entry module" : "the module \"\(module.alias)\""
        let reason = "\(name) imports \"\(needed.name)\" from the module \"\(needed.module)\", which is missing"
        let hint =
            needed.module.hasPrefix("wasi") || needed.module == "env"
            ? "Build the program for wasm32-wasip1: the system's module is \(Self.system)."
            : "Give one of the task's inputs the alias \"\(needed.module)\", or add it to ImportModules."
        return WasmFailure(reason, hint: hint)
    }
}
