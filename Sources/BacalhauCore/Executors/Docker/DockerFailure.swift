internal import BacalhauHTTPClient
internal import BacalhauModel

/// Why a request to the engine failed.
enum DockerFailure: Error, Hashable, Sendable {
    /// The engine answered with an error.
    case refused(status: Int, message: String)
    /// The engine could not be reached, or the connection broke.
    case unreachable(reason: String, hint: String)
    /// The calling task was cancelled.
    case cancelled

    /// Whether the engine says that there is no such thing.
    var isNotFound: Bool { status == 404 }

    /// Whether the engine says that something is in the way: a name that is taken, a removal under way.
    var isConflict: Bool { status == 409 }

    private var status: Int? {
        if case .refused(let status, _) = self { status } else { nil }
    }
}

extension DockerFailure {
    /// What a failure means for an execution, with the engine's words explained.
    /// - Parameters:
    ///   - action: what was tried, as in "start the container".
    ///   - image: the image of the execution.
    func executorError(_ action: String, image: String) -> ExecutorError {
        switch self {
        case .cancelled: return .cancelled
        case .unreachable(let reason, let hint): return .unavailable(reason: reason, hint: hint)
        case .refused(let status, let message):
            if let explanation = Explanation.find(in: message, image: image) {
                let reason = "\(explanation.reason): \(message)"
                return explanation.isFinal
                    ? .rejected(reason: reason, hint: explanation.hint)
                    : .unavailable(reason: reason, hint: explanation.hint)
            }
            let reason = "the Docker engine could not \(action): \(message)"
            return status == 400
                ? .rejected(reason: reason, hint: "correct the job as the message says")
                : .unavailable(reason: reason, hint: "look at the Docker engine's log on the node")
        }
    }

    /// What a failed pull means: a wrong name is final, a registry out of reach is not.
    func pullError(image: String) -> ExecutorError {
        switch self {
        case .cancelled: return .cancelled
        case .unreachable(let reason, let hint): return .unavailable(reason: reason, hint: hint)
        case .refused(let status, let message):
            let text = message.lowercased()
            let isNetwork = Self.networkWords.contains { text.contains($0) }
            if !isNetwork, status == 400 || Self.refusalWords.contains(where: { text.contains($0) }) {
                return .rejected(
                    reason: "image \(image) cannot be pulled: \(message)",
                    hint: "check the image's name and tag; a private image of Docker Hub needs DOCKER_USERNAME and "
                        + "DOCKER_PASSWORD in the node's environment")
            }
            return .unavailable(
                reason: "image \(image) is not on this node and its registry does not serve it: \(message)",
                hint:
                    "check the node's way to the registry, or put the image on the node with docker pull or docker load"
            )
        }
    }

    private static let networkWords = [
        "dial tcp", "no such host", "connection refused", "timeout", "timed out", "deadline exceeded", "network is",
        "connection reset", "eof", "toomanyrequests", "no route",
    ]

    private static let refusalWords = [
        "not found", "denied", "unknown", "does not exist", "unauthorized", "no matching manifest",
        "invalid reference", "no basic auth",
    ]

    /// What a failure of the connection means; `path` is the engine's socket.
    static func connection(_ error: HTTPClientError, path: String) -> DockerFailure {
        if error == .cancelled { return .cancelled }
        switch error {
        case .couldNotConnect: return SocketProbe.diagnose(path)
        case .timedOut:
            return .unreachable(
                reason: "the Docker engine at \(path) does not answer in time",
                hint: "look at the engine's log; restart it with: systemctl restart docker")
        default:
            return .unreachable(
                reason: "the Docker engine at \(path) broke the connection: \(error)",
                hint: "look at the engine's log; it may be restarting")
        }
    }
}

/// One of the engine's messages in words for the author of a job.
private struct Explanation {
    /// Parts of the message in lower case; all must be there.
    let words: [String]
    /// `%` stands for the program or file that the message names, `@` for the image.
    let reason: String
    let hint: String
    /// Whether trying again cannot help.
    let isFinal: Bool

    init(_ words: [String], _ reason: String, _ hint: String, isFinal: Bool = true) {
        self.words = words
        self.reason = reason
        self.hint = hint
        self.isFinal = isFinal
    }

    static func find(in message: String, image: String) -> Explanation? {
        let text = message.lowercased()
        guard let known = all.first(where: { $0.words.allSatisfy { text.contains($0) } }) else { return nil }
        let named = firstQuoted(in: message) ?? ""
        let reason = known.reason.split(separator: "%", omittingEmptySubsequences: false).joined(separator: named)
            .split(separator: "@", omittingEmptySubsequences: false).joined(separator: image)
        return Explanation(known.words, reason, known.hint, isFinal: known.isFinal)
    }

    /// The first text in double quotes, with them.
    private static func firstQuoted(in message: String) -> String? {
        guard let start = message.firstIndex(of: "\"") else { return nil }
        let rest = message[message.index(after: start)...]
        guard let end = rest.firstIndex(of: "\"") else { return nil }
        return "\"\(rest[..<end])\""
    }

    private static let all = [
        Explanation(
            ["no such image"], "image @ is no longer on this node", "run the job again: the image is then pulled",
            isFinal: false),
        Explanation(
            ["docker-init"], "the Docker engine lacks its first process for containers",
            "install tini (docker-init) on the node", isFinal: false),
        Explanation(
            ["exec:", "executable file not found"], "the program % is not in image @",
            "check Entrypoint and Parameters; the first word must be a program of the image"),
        Explanation(
            ["exec", "no such file or directory"], "the program % is not in image @",
            "check Entrypoint and Parameters; the first word must be a program of the image"),
        Explanation(
            ["exec", "permission denied"], "the program % of image @ is not executable",
            "make the file executable, or start it with its interpreter"),
        Explanation(
            ["exec format error"], "the program of image @ is made for another kind of processor",
            "use an image for this node's platform"),
        Explanation(
            ["chdir to cwd"], "the working directory % cannot be used", "check WorkingDirectory"),
        Explanation(
            ["no command specified"], "image @ has no program of its own and the job names none",
            "set Parameters or Entrypoint"),
        Explanation(
            ["minimum memory limit"], "the memory that the task asks for is too small",
            "raise Resources.Memory of the task"),
        Explanation(
            ["range of cpus"], "the task asks for more processors than this node has",
            "lower Resources.CPU of the task"),
        Explanation(
            ["duplicate mount point"], "two inputs or results of the task have the same path",
            "give each its own path"),
        Explanation(
            ["bind source path does not exist"], "the Docker engine does not see the node's files",
            "the engine must run on the same machine and see the node's data folder", isFinal: false),
        Explanation(
            ["could not select device driver"], "the Docker engine cannot give containers a GPU",
            "install the NVIDIA container toolkit on the node"),
    ]
}
