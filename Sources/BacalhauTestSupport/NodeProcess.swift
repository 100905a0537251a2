public import BacalhauClient
import BacalhauFiles
import BacalhauSupport
import FoundationEssentials
import Glibc

/// A real `bacalhau-node` on a data directory of its own. It can be killed and started again on the same data.
public actor NodeProcess {
    public nonisolated let directory: String
    private let flags: [String]
    private let descriptorLimit: Int?
    private var process: pid_t?
    /// Where the API answers; changes with each start.
    public private(set) var endpoint = ""
    /// What the node said until it was ready.
    public private(set) var startText = ""

    /// Prepares a node; ``start()`` starts it.
    ///
    /// - Parameter descriptorLimit: how many files the process may open; `nil` leaves it as it is here.
    public init(flags: [String] = [], descriptorLimit: Int? = nil) throws {
        directory = try TestPlaces.makeDirectory()
        self.flags = flags
        self.descriptorLimit = descriptorLimit
    }

    deinit {
        if let process {
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
        }
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// A client of this node.
    public var client: BacalhauClient { BacalhauClient(endpoint: endpoint) }

    /// What the process uses now; `nil` when it does not run.
    public var usage: (residentBytes: Int, openFiles: Int)? {
        guard let process, let pages = try? String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8),
            let resident = pages.split(separator: " ").dropFirst().first.flatMap({ Int($0) }),
            let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd")
        else { return nil }
        return (resident * Int(getpagesize()), files.count)
    }

    /// Starts the process and waits until it says that it is ready.
    ///
    /// - Parameter isAgain: at the address that it had before.
    public func start(again isAgain: Bool = false) async throws {
        let port = isAgain ? endpoint.split(separator: ":").last.map(String.init) ?? "0" : "0"
        let directory = directory
        let flags = flags
        let descriptorLimit = descriptorLimit
        // Starting blocks; the few threads of tasks belong to the other tests, too.
        let started = try await BlockingWork.run { _ in
            try NodeProcess.launch(directory, ["--port", port] + flags, descriptorLimit)
        }
        process = started.process
        startText = started.text
        endpoint = String(
            startText.split(separator: "\n").last { $0.contains(" is ready at ") }?.split(separator: " ").last ?? "")
    }

    private static func launch(
        _ directory: String, _ flags: [String], _ descriptorLimit: Int?
    ) throws -> (process: pid_t, text: String) {
        var path = TestPlaces.products + "/bacalhau-node"
        var arguments = [path, "serve", "--data-dir", directory + "/data"] + flags
        if let descriptorLimit {
            path = "/bin/sh"
            arguments = [path, "-c", "ulimit -n \(descriptorLimit) && exec \"$0\" \"$@\""] + arguments
        }
        var pipes: [Int32] = [0, 0]
        guard pipe(&pipes) == 0 else { throw SystemError(code: errno, doing: "making a pipe") }
        for end in pipes { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        // A node that outlives a crashed test must not keep the test's output open.
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, pipes[1], STDERR_FILENO)
        posix_spawn_file_actions_addclose(&actions, pipes[0])
        posix_spawn_file_actions_addclose(&actions, pipes[1])
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        let environment = TestPlaces.environment.merging(
            ["BACALHAU_WASMTIME_LIBRARY": TestPlaces.package + "/.tools/wasmtime/_libwasmtime.so"]) { given, _ in given
            }
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in pointers + variables { free(pointer) } }
        var id: pid_t = 0
        let code = posix_spawn(&id, path, &actions, nil, &pointers, &variables)
        posix_spawn_file_actions_destroy(&actions)
        close(pipes[1])
        guard code == 0 else { throw SystemError(code: code, doing: "starting \(path)") }
        return (id, try awaitReady(pipes[0]))
    }

    /// Reads what the node says until the line with its address.
    private static func awaitReady(_ descriptor: Int32) throws -> String {
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !text.contains("\n") || !text.contains(" is ready at ") {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else {
                close(descriptor)
                throw BacalhauError(.internal, "the node did not start: \(text)")
            }
            text += String(decoding: buffer[..<count], as: UTF8.self)
        }
        // The pipe stays open: a node that cannot write its last words would die of them.
        return text
    }

    /// Memory that the process has in use, in bytes.
    public func residentBytes() -> Int {
        let status = (try? TestPlaces.text(of: "/proc/\(process ?? 0)/status")) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
    }

    /// How many descriptors the process has open.
    public func descriptorCount() -> Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process ?? 0)/fd").count) ?? 0
    }

    /// Sends the process a signal and does not wait for what it does.
    public func signal(_ number: Int32) {
        if let process { kill(process, number) }
    }

    /// Ends the process without a warning, as a power cut would.
    public func kill9() async {
        guard let process else { return }
        self.process = nil
        await BlockingWork.run { _ in
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
        }
    }

    /// Asks the process to end and waits for that.
    ///
    /// - Returns: its exit code; -1 when it died of a signal.
    @discardableResult
    public func stop() async -> Int32 {
        guard let process else { return 0 }
        self.process = nil
        let status = await BlockingWork.run { _ in
            kill(process, SIGTERM)
            var status: Int32 = 0
            waitpid(process, &status, 0)
            return status
        }
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : -1
    }
}
