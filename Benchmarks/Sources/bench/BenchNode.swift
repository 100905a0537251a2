import Glibc

/// A node process that is measured.
final class BenchNode {
    let endpoint: String
    let readyMilliseconds: Double
    let directory: String
    private let process: pid_t

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Starts a node on the data of an earlier one, or on none.
    init(path: String, directory: String? = nil) throws {
        self.directory = try directory ?? BenchNode.makeDirectory()
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failure(description: "no pipe") }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        let arguments = [path, "serve", "--data-dir", self.directory + "/data", "--port", "0"]
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        let start = ContinuousClock.now
        var id: pid_t = 0
        guard posix_spawn(&id, path, &actions, nil, &pointers, environ) == 0 else {
            throw Failure(description: "cannot start \(path): build it with swift build -c release")
        }
        posix_spawn_file_actions_destroy(&actions)
        close(ends[1])
        process = id
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !text.contains(" is ready at ") || !text.hasSuffix("\n") {
            let count = read(ends[0], &buffer, buffer.count)
            guard count > 0 else { throw Failure(description: "the node did not start: \(text)") }
            text += String(decoding: buffer[..<count], as: UTF8.self)
        }
        readyMilliseconds = Report.milliseconds(ContinuousClock.now - start)
        endpoint = String(text.split(whereSeparator: \.isWhitespace).last ?? "")
    }

    private static func makeDirectory() throws -> String {
        var template = Array("/tmp/bacalhau-bench.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure(description: "no temporary folder") }
        return String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Stops the node; its data goes with it unless another one is to be started on it.
    func stop(keepingData: Bool = false) {
        kill(process, SIGTERM)
        waitpid(process, nil, 0)
        if keepingData { return }
        let removal = "rm -rf '\(directory)'"
        _ = system(removal)
    }

    /// Resident memory.
    var residentKilobytes: Int {
        let line = Self.file("/proc/\(process)/status").split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }

    /// Processor time that passes while nothing is asked of the node.
    func idleMilliseconds(over time: Duration) async throws -> String {
        func ticks() -> Int {
            let fields = Self.file("/proc/\(process)/stat").split(separator: " ")
            return fields.count > 14 ? (Int(fields[13]) ?? 0) + (Int(fields[14]) ?? 0) : 0
        }
        let before = ticks()
        try await Task.sleep(for: time)
        return "\((ticks() - before) * 1000 / max(1, sysconf(Int32(_SC_CLK_TCK)))) ms"
    }

    private static func file(_ path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 16384)
        let count = fread(&buffer, 1, buffer.count, file)
        return String(decoding: buffer[..<count], as: UTF8.self)
    }
}

/// What one synchronous write to the disk costs here: the limit of every durable system.
enum DiskSync {
    static func medianMilliseconds(count: Int) throws -> Double {
        let path = "/tmp/bacalhau-bench.sync"
        let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else { throw BenchNode.Failure(description: "cannot write to /tmp") }
        defer {
            close(descriptor)
            unlink(path)
        }
        let block = [UInt8](repeating: 1, count: 4096)
        var times: [Double] = []
        for _ in 0..<count {
            let start = ContinuousClock.now
            _ = write(descriptor, block, block.count)
            fdatasync(descriptor)
            times.append(Report.milliseconds(ContinuousClock.now - start))
        }
        return times.sorted()[count / 2]
    }
}
