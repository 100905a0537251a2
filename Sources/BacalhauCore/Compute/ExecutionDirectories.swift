import BacalhauFiles
import BacalhauModel
import BacalhauSupport
import Glibc

/// The folders of executions: one for each, with its inputs, scratch space and results. Made only when needed.
struct ExecutionDirectories: Sendable {
    let root: String

    func directory(of id: ExecutionID) -> String { "\(root)/\(id.rawValue)" }
    func scratch(of id: ExecutionID) -> String { directory(of: id) + "/scratch" }
    func results(of id: ExecutionID) -> String { directory(of: id) + "/results" }

    /// How much of the file system that the folders are on is free for us.
    var freeDiskBytes: UInt64 {
        // The root itself is made with the first execution that needs it.
        let parent = root.lastIndex(of: "/").map { String(root[..<$0]) } ?? "."
        return HostCapacity.freeBytes(access(root, F_OK) == 0 ? root : parent)
    }

    /// Makes the folders of an execution, with one for each result path.
    func create(for id: ExecutionID, results paths: [ResultPath]) throws(SystemError) {
        for path in [root, directory(of: id), scratch(of: id), results(of: id), directory(of: id) + "/inputs"] {
            try ExecutionDirectories.make(path, mode: 0o700)
        }
        for path in paths where ResultPath.isSafeName(path.name) {
            try ExecutionDirectories.make(results(of: id) + "/" + path.name, mode: 0o755)
        }
    }

    /// Makes the folder of one input.
    func createInput(_ number: Int, of id: ExecutionID) throws(SystemError) -> String {
        let path = "\(directory(of: id))/inputs/\(number)"
        try ExecutionDirectories.make(path, mode: 0o700)
        return path
    }

    /// Puts what the workload wrote and its exit code beside its results.
    func writeOutput(from logs: LogStore, exitCode: Int64, for id: ExecutionID) async throws {
        let directory = results(of: id)
        _ = try await logs.writeStream(.stdout, of: id, to: directory + "/stdout")
        _ = try await logs.writeStream(.stderr, of: id, to: directory + "/stderr")
        try ExecutionDirectories.write(Array(String(exitCode).utf8), to: directory + "/exitCode")
    }

    /// Removes everything of an execution.
    func remove(_ id: ExecutionID) async {
        let path = directory(of: id)
        guard access(path, F_OK) == 0 else { return }
        // What cannot be removed now is removed as a leftover at the next start.
        await BlockingWork.run { _ in try? FileTree.remove(path) }
    }

    /// Removes the folders of executions nobody knows any more.
    func removeLeftovers(except known: Set<ExecutionID>) async {
        let root = root
        await BlockingWork.run { _ in
            for name in ExecutionDirectories.names(in: root) where !known.contains(ExecutionID(rawValue: name)) {
                try? FileTree.remove("\(root)/\(name)")
            }
        }
    }

    private static func names(in path: String) -> [String] {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        return ((try? FileName.list(descriptor, path: path)) ?? []).map(\.description)
    }

    private static func make(_ path: String, mode: mode_t) throws(SystemError) {
        guard mkdir(path, mode) == 0 || errno == EEXIST else {
            throw SystemError(code: errno, doing: "making the folder \(path)")
        }
    }

    private static func write(_ bytes: [UInt8], to path: String) throws(SystemError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw SystemError(code: errno, doing: "writing \(path)") }
        defer { close(descriptor) }
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw SystemError(code: errno, doing: "writing \(path)")
        }
    }
}
