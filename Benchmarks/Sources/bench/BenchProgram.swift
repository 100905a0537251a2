import Glibc

/// Programs that measure, or that a figure is compared with.
enum BenchProgram {
    /// Whether there is a program of this name. Debian keeps servers in folders that are not in everybody's `PATH`.
    static func find(_ name: String) -> String? {
        let folders = (getenv("PATH").map { String(cString: $0) } ?? "").split(separator: ":").map(String.init)
        return (folders + ["/usr/sbin", "/usr/local/sbin"]).lazy.map { "\($0)/\(name)" }
            .first { access($0, X_OK) == 0 }
    }

    /// Starts a program; what it prints goes to `output`.
    static func start(_ arguments: [String], output: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var id: pid_t = 0
        guard posix_spawn(&id, arguments[0], &actions, nil, &pointers, environ) == 0 else {
            throw BenchNode.Failure(description: "cannot start \(arguments[0])")
        }
        return id
    }

    /// Runs a program to its end and gives what it printed.
    static func output(_ arguments: [String]) throws -> String {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw BenchNode.Failure(description: "no pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let id = try start(arguments, output: ends[1])
        close(ends[1])
        defer {
            close(ends[0])
            waitpid(id, nil, 0)
        }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(ends[0], &buffer, buffer.count)
            guard count > 0 else { return String(decoding: text, as: UTF8.self) }
            text += buffer[..<count]
        }
    }
}

/// The load generator `wrk`, with one thread.
enum Wrk {
    struct Figures {
        var requestsPerSecond = 0.0
        var p99Milliseconds = 0.0
    }

    static func run(_ program: String, url: String, connections: Int) throws -> Figures {
        let text = try BenchProgram.output([program, "-t1", "-c\(connections)", "-d4s", "--latency", url])
        guard !text.contains("Non-2xx") else { throw BenchNode.Failure(description: "wrk \(url): \(text)") }
        var figures = Figures()
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.first == "Requests/sec:", let number = words.last {
                figures.requestsPerSecond = Double(number) ?? 0
            }
            if words.first == "99%", let time = words.last { figures.p99Milliseconds = milliseconds(time) }
        }
        guard figures.requestsPerSecond > 0 else { throw BenchNode.Failure(description: "wrk \(url) says: \(text)") }
        return figures
    }

    /// Reads `950.00us`, `7.58ms` or `1.20s`.
    private static func milliseconds(_ text: Substring) -> Double {
        let units = [("us", 0.001), ("ms", 1.0), ("s", 1000.0)]
        for (unit, factor) in units where text.hasSuffix(unit) {
            return (Double(text.dropLast(unit.count)) ?? 0) * factor
        }
        return 0
    }
}

/// nginx with as many workers as this machine has cores, which hands out the files of one folder.
final class Nginx {
    let endpoint: String
    /// Files put here are at `endpoint/<name>`.
    let directory: String
    private let process: pid_t

    /// `nil` when it is not installed.
    init?(program: String?, directory: String) throws {
        guard let program else { return nil }
        let port = try BenchSocket.freePort()
        self.directory = directory
        endpoint = "http://127.0.0.1:\(port)"
        let configuration = """
            daemon off; pid \(directory)/nginx.pid; error_log /dev/null; worker_processes auto;
            user root;
            events { worker_connections 4096; }
            http {
                access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; root \(directory);
                server { listen 127.0.0.1:\(port); }
            }
            """
        let path = directory + "/nginx.conf"
        try BenchFile.write(Array(configuration.utf8), to: path)
        let discard = open("/dev/null", O_WRONLY | O_CLOEXEC)
        defer { close(discard) }
        process = try BenchProgram.start([program, "-c", path, "-e", "/dev/null"], output: discard)
        for _ in 0..<100 {
            if (try? BenchSocket(endpoint: endpoint)) != nil { return }
            // Nobody tells when nginx listens.
            usleep(20_000)
        }
        throw BenchNode.Failure(description: "nginx does not answer: try \(program) -c \(path)")
    }

    deinit {
        kill(process, SIGTERM)
        waitpid(process, nil, 0)
    }
}

/// Files that are measured with.
enum BenchFile {
    static func write(_ bytes: [UInt8], to path: String, times: Int = 1) throws {
        guard let file = fopen(path, "w") else { throw BenchNode.Failure(description: "cannot write \(path)") }
        defer { fclose(file) }
        for _ in 0..<times {
            guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
                throw BenchNode.Failure(description: "cannot write \(path)")
            }
        }
    }
}
