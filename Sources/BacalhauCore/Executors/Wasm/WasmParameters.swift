public import BacalhauModel

/// The parameters of the `wasm` engine as jobs write them, in v1.4.0's form (modules are input sources) and in
/// v1.9.3's (modules are paths of the task's inputs).
public struct WasmParameters: Hashable, Sendable {
    /// Where a module comes from.
    public enum ModuleReference: Hashable, Sendable {
        /// A source of its own, which the node fetches into ``ExecutionRequest/modules``.
        case source(InputSource)
        /// The target of one of the task's inputs.
        case target(String)
    }

    /// The module that exports ``entryPoint``; `EntryModule`, the one parameter that must be there.
    public var entryModule: ModuleReference
    /// The exported function to call.
    public var entryPoint: String
    /// The program's arguments from index 1; argument 0 is always empty.
    public var arguments: [String]
    /// Variables of the program, from a map or a list of `NAME=value`; they win over those of the task.
    public var environment: [String: String]
    /// Modules whose exports the others may import by alias or path, fewer than ``modulesMax``.
    public var importModules: [ModuleReference]

    /// The function that is called when the job names none.
    public static let defaultEntryPoint = "_start"
    /// The most modules of one job, those found by alias included.
    public static let modulesMax = 64

    /// The sources that the node fetches for ``ExecutionRequest/modules``, in that order.
    public var sources: [InputSource] {
        ([entryModule] + importModules).compactMap { if case .source(let source) = $0 { source } else { nil } }
    }

    /// Reads the parameters; names are matched in any case, unknown ones are ignored, `null` counts as absent.
    ///
    /// - Throws: `.rejected`, naming the parameter that is missing or wrong.
    public init(_ engine: Engine) throws(ExecutorError) {
        let reader = ParameterReader(members: engine.params)
        guard let entry = try reader.module("EntryModule", reader.value("EntryModule")) else {
            throw .rejected(
                reason: "the wasm engine needs the parameter EntryModule",
                hint: "Give EntryModule an input source, or the target of one of the task's inputs.")
        }
        entryModule = entry
        let entryPoint = try reader.string("EntryPoint") ?? ""
        self.entryPoint = entryPoint.isEmpty ? Self.defaultEntryPoint : entryPoint
        arguments = try reader.strings("Parameters")
        environment = try reader.variables("EnvironmentVariables")
        importModules = try reader.modules("ImportModules")
        guard importModules.count < Self.modulesMax else {
            throw .rejected(
                reason:
                    "ImportModules names \(importModules.count) modules; at most \(Self.modulesMax - 1) are allowed",
                hint: "Link some of the modules together before submitting them.")
        }
    }
}

/// Reads members of the parameter object and says what is wrong with them.
private struct ParameterReader {
    let members: [String: JSONValue]

    func value(_ name: String) -> JSONValue? {
        guard let value = members.member(name), !value.isNull else { return nil }
        return value
    }

    func string(_ name: String) throws(ExecutorError) -> String? {
        guard let value = value(name) else { return nil }
        return try string(name, value)
    }

    func strings(_ name: String) throws(ExecutorError) -> [String] {
        guard let value = value(name) else { return [] }
        guard let list = value.array else { throw wrongType(name, value, "a list of strings") }
        var result: [String] = []
        for item in list { result.append(try string(name, item)) }
        return result
    }

    /// A map, or a list of `NAME=value` as the docker engine has it.
    func variables(_ name: String) throws(ExecutorError) -> [String: String] {
        guard let value = value(name) else { return [:] }
        var result: [String: String] = [:]
        if let map = value.object {
            for (key, item) in map { result[key] = try string("\(name).\(key)", item) }
        } else if value.array != nil {
            for item in try strings(name) {
                guard let equals = item.firstIndex(of: "=") else {
                    throw wrong("\(name): \"\(item)\" is not of the form NAME=value")
                }
                result[String(item[..<equals])] = String(item[item.index(after: equals)...])
            }
        } else {
            throw wrongType(name, value, "a map from names to strings")
        }
        for key in result.keys where key.isEmpty || key.contains("=") || key.utf8.contains(0) {
            throw wrong("\(name): \"\(key)\" cannot be the name of a variable")
        }
        return result
    }

    func modules(_ name: String) throws(ExecutorError) -> [WasmParameters.ModuleReference] {
        guard let value = value(name) else { return [] }
        guard let list = value.array else { throw wrongType(name, value, "a list of input sources") }
        var result: [WasmParameters.ModuleReference] = []
        for (index, item) in list.enumerated() {
            guard let module = try module("\(name)[\(index)]", item) else {
                throw wrongType("\(name)[\(index)]", item, "an input source or a path")
            }
            result.append(module)
        }
        return result
    }

    func module(_ name: String, _ value: JSONValue?) throws(ExecutorError) -> WasmParameters.ModuleReference? {
        guard let value, !value.isNull else { return nil }
        if let path = value.string { return path.isEmpty ? nil : .target(path) }
        guard let object = value.object else { throw wrongType(name, value, "an input source or a path") }
        let reader = ParameterReader(members: object)
        guard let source = reader.value("Source") else { throw wrong("\(name) has no Source") }
        guard let members = source.object else { throw wrongType("\(name).Source", source, "an object") }
        let sourceReader = ParameterReader(members: members)
        let params = sourceReader.value("Params")
        guard params == nil || params?.object != nil else {
            throw wrongType("\(name).Source.Params", params ?? .null, "an object")
        }
        return .source(
            InputSource(
                source: Source(type: try sourceReader.string("Type") ?? "", params: params?.object ?? [:]),
                alias: try reader.string("Alias") ?? "", target: try reader.string("Target") ?? ""))
    }

    private func string(_ name: String, _ value: JSONValue) throws(ExecutorError) -> String {
        guard let text = value.string else { throw wrongType(name, value, "a string") }
        guard !text.utf8.contains(0) else { throw wrong("\(name) contains a zero byte") }
        return text
    }

    private func wrongType(_ name: String, _ value: JSONValue, _ expected: String) -> ExecutorError {
        wrong("\(name) must be \(expected), not a \(value.kind)")
    }

    private func wrong(_ text: String) -> ExecutorError {
        .rejected(reason: "wasm engine parameters: \(text)", hint: "Correct the engine's Params in the job.")
    }
}
