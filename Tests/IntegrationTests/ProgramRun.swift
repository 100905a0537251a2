import BacalhauFiles
import BacalhauTestSupport
import FoundationEssentials
import Glibc

/// Runs a built program to its end and keeps what it printed.
struct ProgramRun: Sendable {
    let output: String
    let exitCode: Int32

    /// - Parameters:
    ///   - name: a program of this package, or the path of another.
    ///   - environment: variables on top of this process's own.
    static func run(_ name: String, _ arguments: [String], environment: [String: String] = [:]) async throws
        -> ProgramRun
    {
        try await BlockingWork.run { _ in try ProgramRun(name, arguments, environment: environment) }
    }

    private init(_ name: String, _ arguments: [String], environment: [String: String] = [:]) throws {
        let path = name.contains("/") ? name : TestPlaces.products + "/" + name
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw CocoaError(.fileReadUnknown) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        posix_spawn_file_actions_addclose(&actions, ends[1])
        let merged = TestPlaces.environment.merging(environment) { _, own in own }
        var pointers: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = merged.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in pointers + variables { free(pointer) } }
        var id: pid_t = 0
        let code = posix_spawn(&id, path, &actions, nil, &pointers, &variables)
        posix_spawn_file_actions_destroy(&actions)
        close(ends[1])
        guard code == 0 else { throw CocoaError(.fileNoSuchFile) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = read(ends[0], &buffer, buffer.count)
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        close(ends[0])
        var status: Int32 = 0
        waitpid(id, &status, 0)
        output = String(decoding: bytes, as: UTF8.self)
        exitCode = status & 0x7F == 0 ? (status >> 8) & 0xFF : -1
    }
}
