import BacalhauClient
import Glibc

/// Measures a real node over HTTP and prints each figure beside the limit it is compared with.
@main
struct Main {
    static func main() async {
        do {
            try await Report.run(nodePath: CommandLine.arguments.dropFirst().first ?? "../.build/release/bacalhau-node")
        } catch {
            print("bench: \(error)")
            exit(1)
        }
    }
}
