import BacalhauClient
import Foundation

/// Submits a container job and follows its log until it is over.
@main
struct DockerJob {
    static func main() async {
        let endpoint = CommandLine.arguments.dropFirst().first ?? "http://127.0.0.1:1234"
        let client = BacalhauClient(endpoint: endpoint)
        do {
            try await run(client)
        } catch {
            print("\(error.code.rawValue): \(error.message)")
            if !error.hint.isEmpty { print("What to do: \(error.hint)") }
            if error.isRetryable { print("The same may work later.") }
            exit(1)
        }
    }

    static func run(_ client: BacalhauClient) async throws(BacalhauError) {
        var job = Job.docker(
            name: "greetings", image: "ubuntu:latest", entrypoint: ["/bin/bash", "-c"],
            parameters: ["for i in 1 2 3; do echo \"$GREETING $i\"; done; echo bye >&2"],
            env: ["GREETING": "hello"], resources: ResourcesConfig(cpu: "500m", memory: "128Mb"))
        job.labels["team"] = "documentation"
        job.tasks[0].timeouts.execution = 60

        let submitted = try await client.jobs.submit(job)
        for warning in submitted.warnings { print("warning: \(warning)") }
        let id = submitted.jobID

        let started = try await client.jobs.wait(for: id, until: .running)
        if !started.state.type.isTerminal || started.state.type == .completed {
            for try await message in client.jobs.logs(id, follow: true) {
                let stream = message.type == 2 ? "stderr" : "stdout"
                for line in message.line.split(separator: "\n") { print("\(stream): \(line)") }
            }
        }

        let ended = try await client.jobs.wait(for: id)
        guard ended.state.type == .completed else {
            throw BacalhauError(.conflict, "the job is \(ended.state.type.rawValue): \(ended.state.message)")
        }
        print("The job is done.")
    }
}
