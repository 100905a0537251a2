import BacalhauCore

/// Runs a node inside of this program, without HTTP: submits jobs, waits for them, and reads what they wrote.
@main
struct Embedding {
    static func main() async throws {
        var configuration = NodeConfiguration(dataDirectory: CommandLine.arguments.dropFirst().first ?? "bacalhau-data")
        configuration.api = nil
        configuration.executors = [ShoutExecutor()]
        try await BacalhauNode.run(configuration) { node in
            try await greet(on: node)
            try await shout(on: node)
            try await fail(on: node)
        }
    }

    static func greet(on node: BacalhauNode) async throws(BacalhauError) {
        let engine = Engine(type: "noop", params: ["Stdout": "Hello from inside!\n"])
        let submitted = try await node.orchestrator.submit(Job(name: "embedded", tasks: [Job.Task(engine: engine)]))
        let job = try await node.orchestrator.waitForEnd(of: submitted.jobID)
        print("\(job.name) is \(job.state.type.rawValue)")
        for execution in try node.orchestrator.executions(of: job.id) {
            print(String(decoding: try await node.output(of: execution.id), as: UTF8.self), terminator: "")
        }
    }

    static func shout(on node: BacalhauNode) async throws(BacalhauError) {
        let engine = Engine(type: "shout", params: ["Text": "an engine of our own"])
        let submitted = try await node.orchestrator.submit(Job(name: "loud", tasks: [Job.Task(engine: engine)]))
        let job = try await node.orchestrator.waitForEnd(of: submitted.jobID)
        for execution in try node.orchestrator.executions(of: job.id) {
            print(String(decoding: try await node.output(of: execution.id), as: UTF8.self), terminator: "")
        }
    }

    static func fail(on node: BacalhauNode) async throws(BacalhauError) {
        do {
            _ = try await node.orchestrator.submit(Job(name: "empty"))
        } catch {
            print("\(error.code.rawValue): \(error.message)")
        }

        let engine = Engine(type: "noop", params: ["FailAt": "start", "Error": "out of ink"])
        let submitted = try await node.orchestrator.submit(Job(name: "printing", tasks: [Job.Task(engine: engine)]))
        let job = try await node.orchestrator.waitForEnd(of: submitted.jobID)
        print("\(job.name) is \(job.state.type.rawValue): \(job.state.message)")
    }
}
