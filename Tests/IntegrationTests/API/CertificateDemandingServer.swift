import BacalhauSupport
import BacalhauTestSupport
import FoundationEssentials
import Glibc

/// An HTTPS server that serves only clients with a certificate, and answers that it is well: the one of `openssl`.
final class CertificateDemandingServer: Sendable {
    let endpoint: String
    private let process: pid_t
    private let output: Int32

    /// Starts it on a free port.
    init(_ own: TLSTests.Certificate, trusting authority: String) throws {
        // With -HTTP it sends files as they are, head and all.
        let folder = own.directory + "/api/v1/agent"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try TestPlaces.write(
            "HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{\"Status\":\"OK\"}", to: folder + "/alive")
        let command = """
            cd '\(own.directory)' && exec /usr/bin/openssl s_server -accept 127.0.0.1:0 -cert '\(own.certificate)' \
            -key '\(own.key)' -CAfile '\(authority)' -Verify 1 -verify_return_error -HTTP
            """
        (process, output) = try Self.start(command)
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !text.contains(/ACCEPT 127\.0\.0\.1:\d+\n/) {
            let count = read(output, &buffer, buffer.count)
            guard count > 0 else { throw SystemError(code: EPIPE, doing: "starting openssl: \(text)") }
            text += String(decoding: buffer[..<count], as: UTF8.self)
        }
        let port = text.firstMatch(of: /ACCEPT 127\.0\.0\.1:(\d+)\n/)?.output.1 ?? ""
        endpoint = "https://127.0.0.1:\(port)"
    }

    deinit {
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
        close(output)
    }

    private static func start(_ command: String) throws -> (process: pid_t, output: Int32) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw SystemError(code: errno, doing: "making a pipe") }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        posix_spawn_file_actions_addclose(&actions, ends[1])
        defer { posix_spawn_file_actions_destroy(&actions) }
        let words = ["/bin/sh", "-c", command]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var id: pid_t = 0
        let code = posix_spawn(&id, "/bin/sh", &actions, nil, &arguments, nil)
        close(ends[1])
        guard code == 0 else { throw SystemError(code: code, doing: "starting /bin/sh") }
        return (id, ends[0])
    }
}
