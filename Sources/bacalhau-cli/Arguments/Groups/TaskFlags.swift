import BacalhauModel

/// Flags that describe the one task of a job on the command line.
enum TaskFlags {
    static let all: [Flag] = [
        Flag("cpu", help: "Job CPU cores (e.g. 500m, 2, 8)"),
        Flag("disk", help: "Job Disk requirement (e.g. 500Gb, 2Tb, 8Tb)"),
        Flag("domain", .list, help: "Domain(s) that the job needs to access (for HTTP networking)"),
        Flag("gpu", help: "Job GPU requirement (e.g. 1, 2, 8)"),
        Flag(
            "input", short: "i", .reading("storage", InputFlag.read),
            help: "Mount URIs as inputs to the job: src=URI,dst=PATH[,opt=key=value], or URI[:PATH]. "
                + "Schemes: ipfs, http, https, s3 and file"),
        Flag("memory", help: "Job Memory requirement (e.g. 500Mb, 2Gb, 8Gb)"),
        Flag(
            "network", .choice(["none", "full", "http"], valueName: "network-type", ignoringCase: true),
            default: "None",
            help: "Networking capability required by the job: none, full or http"),
        Flag(
            "output", short: "o", .reading("name:path", ResultPathFlag.read),
            help: "name:path of a folder whose content is a result (needs --publisher)"),
        Flag(
            "publisher", short: "p", .reading("publisher", PublisherFlag.read),
            help: "Where to publish the result of the job: local, ipfs or s3://bucket/key"),
        Flag("queue-timeout", .int, help: "How many seconds the job may wait for a node"),
        Flag("task-name", default: "\"main\"", help: "The name of the task"),
        Flag("timeout", .int, help: "How many seconds the job may take in total; 0 is the server's default"),
    ]

    static func task(_ arguments: ParsedArguments, engine: Engine) throws -> Job.Task {
        let resources = ResourcesConfig(
            cpu: arguments.string("cpu"), memory: arguments.string("memory"), disk: arguments.string("disk"),
            gpu: arguments.string("gpu"))
        _ = try resources.resolved()
        var task = Job.Task(
            name: arguments.string("task-name", default: "main"), engine: engine, resources: resources,
            network: NetworkConfig(
                type: NetworkType(text: arguments.string("network", default: "none")) ?? .none,
                domains: arguments.list("domain")),
            timeouts: Timeouts(
                queue: try arguments.integer("queue-timeout"), total: try arguments.integer("timeout")))
        if let publisher = arguments.optionalString("publisher") { task.publisher = try PublisherFlag.read(publisher) }
        for text in arguments.list("input") { task.inputSources.append(try InputFlag.read(text)) }
        for text in arguments.list("output") { task.resultPaths.append(try ResultPathFlag.read(text)) }
        return task
    }
}
