import BacalhauCore
import BacalhauFiles
import Glibc

/// The program: reads its arguments, runs a node until a signal comes, and maps errors to exit codes.
enum NodeProgram {
    nonisolated static func run(_ arguments: [String]) async {
        if arguments.first == WasmWorker.command { WasmWorker.run(Array(arguments.dropFirst())) }
        // A client that goes away must not take the node with it.
        signal(SIGPIPE, SIG_IGN)
        raiseDescriptorLimit()
        do {
            switch try NodeArguments(arguments, environment: NodeArguments.processEnvironment()) {
            case .help(let text): write(text, to: STDOUT_FILENO)
            case .version: write("bacalhau-node \(BuildVersion.current)\n", to: STDOUT_FILENO)
            case .node(let configuration, let isDevelopment):
                // What was only for trying out goes with the node.
                defer { if isDevelopment { try? FileTree.remove(configuration.dataDirectory) } }
                let signals = ProcessSignals(reloads: configuration.access.file != nil)
                try await serve(configuration, isDevelopment: isDevelopment, signals)
            }
        } catch let error as BacalhauError {
            write("Error: \(error.message)\n" + (error.hint.isEmpty ? "" : "Hint: \(error.hint)\n"), to: STDERR_FILENO)
            exit(1)
        } catch {
            write("Error: \(error)\n", to: STDERR_FILENO)
            exit(1)
        }
    }

    private nonisolated static func serve(
        _ configuration: NodeConfiguration, isDevelopment: Bool, _ signals: ProcessSignals
    ) async throws {
        try await BacalhauNode.run(configuration) { node in
            let address = node.apiAddress ?? "no API"
            for warning in node.warnings { write("warning: \(warning)\n", to: STDERR_FILENO) }
            write("node \(node.id) is ready at \(address)\n", to: STDERR_FILENO)
            if isDevelopment, let port = address.split(separator: ":").last {
                write("export BACALHAU_API_HOST=127.0.0.1\nexport BACALHAU_API_PORT=\(port)\n", to: STDOUT_FILENO)
            }
            await withDiscardingTaskGroup { group in
                if let file = configuration.access.file {
                    group.addTask {
                        for await _ in signals.reloads { reload(file, of: node) }
                    }
                }
                await signals.waitForStop()
                group.cancelAll()
            }
            write("stopping; again to stop at once\n", to: STDERR_FILENO)
        }
    }

    /// A file with a mistake changes nothing.
    private nonisolated static func reload(_ file: String, of node: BacalhauNode) {
        do {
            try node.replaceUsers(try AccessFile.read(file).users)
            write("read \(file) again\n", to: STDERR_FILENO)
        } catch {
            write("warning: the users stay as they were: \(error)\n", to: STDERR_FILENO)
        }
    }

    /// The soft limit is low for the sake of programs that use select(2); what may be had is the hard one.
    private nonisolated static func raiseDescriptorLimit() {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return }
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, 65_536))
        // Without it the API takes fewer connections, and says so.
        setrlimit(resource, &limit)
    }

    /// Writes at once: what a killed process printed must not be lost in a buffer.
    nonisolated static func write(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        _ = Glibc.write(descriptor, bytes, bytes.count)
    }
}
