extension Job {
    /// A batch job that runs a container image.
    ///
    /// What is not a parameter here is a member: `job.labels`, `job.retryPolicy`, `job.tasks[0].timeouts`.
    ///
    /// - Parameters:
    ///   - name: under which the job can be found; empty lets the orchestrator make one.
    ///   - image: the image's reference, for example `alpine:3.19`.
    ///   - entrypoint: replaces the image's entry point unless empty.
    ///   - parameters: follow the entry point.
    ///   - workingDirectory: a path in the container; empty is the image's.
    ///   - env: variables of the program.
    ///   - inputs: files and folders that the program finds at their targets.
    ///   - results: folders of the container whose content is published, besides the output.
    ///   - publisher: where results go; `empty` keeps none.
    ///   - resources: what each execution asks for.
    ///   - network: what the program may reach; nothing unless told.
    ///   - count: how many partitions; each finds its number in `BACALHAU_PARTITION_INDEX`.
    public static func docker(
        name: String = "", image: String, entrypoint: [String] = [], parameters: [String] = [],
        workingDirectory: String = "", env: [String: String] = [:], inputs: [InputSource] = [],
        results: [ResultPath] = [], publisher: Publisher = .empty, resources: ResourcesConfig = .init(),
        network: NetworkConfig = .init(), count: Int = 1
    ) -> Job {
        var params: [String: JSONValue] = ["Image": .string(image)]
        if !entrypoint.isEmpty { params["Entrypoint"] = .array(entrypoint.map(JSONValue.string)) }
        if !parameters.isEmpty { params["Parameters"] = .array(parameters.map(JSONValue.string)) }
        if !workingDirectory.isEmpty { params["WorkingDirectory"] = .string(workingDirectory) }
        return Job(
            name: name, count: count,
            tasks: [
                Task(
                    engine: Engine(type: "docker", params: params), publisher: publisher, env: env,
                    inputSources: inputs, resultPaths: results, resources: resources, network: network)
            ])
    }

    /// A batch job that runs a WebAssembly module.
    ///
    /// - Parameters:
    ///   - name: under which the job can be found; empty lets the orchestrator make one.
    ///   - module: where the module comes from.
    ///   - imports: modules that it links against.
    ///   - entryPoint: the function that is called.
    ///   - parameters: the program's arguments.
    ///   - env: variables of the program.
    ///   - inputs: files and folders that the program finds at their targets.
    ///   - results: folders whose content is published, besides the output.
    ///   - publisher: where results go; `empty` keeps none.
    ///   - resources: what each execution asks for.
    ///   - count: how many partitions; each finds its number in `BACALHAU_PARTITION_INDEX`.
    public static func wasm(
        name: String = "", module: Source, imports: [Source] = [], entryPoint: String = "_start",
        parameters: [String] = [], env: [String: String] = [:], inputs: [InputSource] = [], results: [ResultPath] = [],
        publisher: Publisher = .empty, resources: ResourcesConfig = .init(), count: Int = 1
    ) -> Job {
        var params: [String: JSONValue] = [
            "EntryModule": wasmModule(module), "EntryPoint": .string(entryPoint),
            "Parameters": .array(parameters.map(JSONValue.string)),
        ]
        if !imports.isEmpty { params["ImportModules"] = .array(imports.map(wasmModule)) }
        return Job(
            name: name, count: count,
            tasks: [
                Task(
                    engine: Engine(type: "wasm", params: params), publisher: publisher, env: env,
                    inputSources: inputs, resultPaths: results, resources: resources)
            ])
    }

    private static func wasmModule(_ source: Source) -> JSONValue {
        let source: JSONValue = .object(["Type": .string(source.type), "Params": .object(source.params)])
        return .object(["Source": source, "Alias": "", "Target": ""])
    }
}
