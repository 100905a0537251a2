public import BacalhauModel

extension Job {
    /// A batch job that runs a container image.
    ///
    /// - Parameters:
    ///   - image: the image's reference, for example `alpine:3.19`.
    ///   - entrypoint: replaces the image's entry point unless empty.
    ///   - parameters: follow the entry point.
    public static func docker(
        image: String, entrypoint: [String] = [], parameters: [String] = [], workingDirectory: String = "",
        env: [String: String] = [:], inputs: [InputSource] = [], results: [ResultPath] = [],
        publisher: Publisher = .empty, resources: ResourcesConfig = .init(), count: Int = 1
    ) -> Job {
        var params: [String: JSONValue] = ["Image": .string(image)]
        if !entrypoint.isEmpty { params["Entrypoint"] = .array(entrypoint.map(JSONValue.string)) }
        if !parameters.isEmpty { params["Parameters"] = .array(parameters.map(JSONValue.string)) }
        if !workingDirectory.isEmpty { params["WorkingDirectory"] = .string(workingDirectory) }
        return Job(
            count: count,
            tasks: [
                Task(
                    engine: Engine(type: "docker", params: params), publisher: publisher, env: env,
                    inputSources: inputs, resultPaths: results, resources: resources)
            ])
    }

    /// A batch job that runs a WebAssembly module.
    ///
    /// - Parameters:
    ///   - module: where the module comes from.
    ///   - entryPoint: the function that is called.
    ///   - parameters: the program's arguments.
    public static func wasm(
        module: Source, entryPoint: String = "_start", parameters: [String] = [], env: [String: String] = [:],
        inputs: [InputSource] = [], results: [ResultPath] = [], publisher: Publisher = .empty,
        resources: ResourcesConfig = .init(), count: Int = 1
    ) -> Job {
        let source: JSONValue = .object(["Type": .string(module.type), "Params": .object(module.params)])
        let params: [String: JSONValue] = [
            "EntryModule": .object(["Source": source, "Alias": "", "Target": ""]), "EntryPoint": .string(entryPoint),
            "Parameters": .array(parameters.map(JSONValue.string)),
        ]
        return Job(
            count: count,
            tasks: [
                Task(
                    engine: Engine(type: "wasm", params: params), publisher: publisher, env: env,
                    inputSources: inputs, resultPaths: results, resources: resources)
            ])
    }
}
