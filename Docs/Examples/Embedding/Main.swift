import BacalhauCore

/// Runs a node inside of this program, without HTTP: submits a job, waits for it, and reads what it wrote.
@main
struct Embedding {
    static func main() async throws {
        var configuration = NodeConfiguration(dataDirectory: CommandLine.arguments.dropFirst().first ?? "bacalhau-data")
        configuration.api = nil
        try await BacalhauNode.run(configuration) { node in
            let engine = Engine(type: "noop", params: ["Stdout": "Hello from inside!\n"])
            let submitted = try await node.orchestrator.submit(Job(name: "embedded", tasks: [Job.Task(engine: engine)]))
            let job = try await node.orchestrator.waitForEnd(of: submitted.jobID.rawValue)
            print("\(job.name) is \(job.state.type.rawValue)")
            for execution in try node.orchestrator.executions(of: job.id.rawValue) {
                print(String(decoding: try await node.output(of: execution.id), as: UTF8.self), terminator: "")
            }
        }
    }
}
