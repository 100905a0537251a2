import BacalhauClient
import Glibc

/// Measures a real node over HTTP and prints each figure beside the limit it is compared with.
@main
struct Main {
    static func main() async {
        // Thousands of connections are held open; the node that is started inherits the limit.
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            limit.rlim_cur = limit.rlim_max
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        do {
            try await Report.run(nodePath: CommandLine.arguments.dropFirst().first ?? "../.build/release/bacalhau-node")
        } catch {
            print("bench: \(error)")
            exit(1)
        }
    }
}
