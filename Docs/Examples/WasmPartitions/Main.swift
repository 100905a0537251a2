import BacalhauClient
import Foundation

/// Runs a WebAssembly module in four partitions and fetches what they wrote.
@main
struct WasmPartitions {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.count == 3 else {
            print("usage: wasm-partitions-example ENDPOINT MODULE FOLDER")
            exit(2)
        }
        let module = try Data(contentsOf: URL(filePath: arguments[2]))
        do throws(BacalhauError) {
            try await run(BacalhauClient(endpoint: arguments[1]), module, resultsIn: arguments[3])
        } catch {
            print("\(error.code.rawValue): \(error)")
            exit(1)
        }
    }

    static func run(_ client: BacalhauClient, _ module: Data, resultsIn folder: String) async throws(BacalhauError) {
        let job = Job.wasm(
            name: "partitions", module: .inline(module), results: [ResultPath(name: "outputs", path: "/outputs")],
            publisher: .local, count: 4)
        let id = try await client.jobs.submit(job).jobID

        for try await job in client.jobs.states(of: id) {
            print("The job is \(job.state.type.rawValue).")
        }

        let details = try await client.jobs.get(id, including: [.executions])
        guard details.job.state.type == .completed else {
            throw BacalhauError(.conflict, details.job.state.message, hint: try await client.jobs.explain(id).summary)
        }
        for execution in details.executions ?? [] {
            print("Partition \(execution.partitionIndex) ran on \(execution.nodeID).")
        }

        let options = DownloadOptions { receivedBytes, totalBytes in
            print("\(receivedBytes) of \(totalBytes ?? receivedBytes) bytes")
        }
        let report = try await client.jobs.downloadResults(of: id, into: folder, options: options)
        print("\(report.results.count) results are in \(report.directory).")
    }
}
