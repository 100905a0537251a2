import Testing

@testable import BacalhauCore

@Suite struct DockerFailureTests {
    private func refused(_ message: String, status: Int = 500) -> DockerFailure {
        .refused(status: status, message: message)
    }

    @Test func missingProgramIsExplained() {
        let message =
            "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container "
            + "process: exec: \"nosuch\": executable file not found in $PATH: unknown"
        #expect(
            refused(message, status: 400).executorError("start the container", image: "ubuntu")
                == .rejected(
                    reason: "the program \"nosuch\" is not in image ubuntu: \(message)",
                    hint: "check Entrypoint and Parameters; the first word must be a program of the image"))
    }

    @Test func smallMemoryIsExplained() {
        let message = "Minimum memory limit allowed is 6MB"
        #expect(
            refused(message, status: 400).executorError("create the container", image: "ubuntu")
                == .rejected(
                    reason: "the memory that the task asks for is too small: \(message)",
                    hint: "raise Resources.Memory of the task"))
    }

    @Test func vanishedImageIsWorthAnotherTry() {
        let error = refused("No such image: x:1", status: 404).executorError("create the container", image: "x:1")
        #expect(error.isRetryable)
    }

    @Test func unknownTroubleOfTheEngineIsWorthAnotherTry() {
        #expect(
            refused("disk on fire").executorError("start the container", image: "x")
                == .unavailable(
                    reason: "the Docker engine could not start the container: disk on fire",
                    hint: "look at the Docker engine's log on the node"))
    }

    @Test(arguments: [
        "pull access denied for nosuch, repository does not exist or may require 'docker login': denied",
        "manifest for ubuntu:nosuch not found: manifest unknown: manifest unknown",
        "no matching manifest for linux/amd64 in the manifest list entries",
        "Get \"https://r/v2/\": unauthorized: incorrect username or password",
    ])
    func wrongImageIsRejected(_ message: String) {
        let error = refused(message, status: 404).pullError(image: "nosuch")
        #expect(!error.isRetryable)
        #expect(error.description == "image nosuch cannot be pulled: \(message)")
    }

    @Test(arguments: [
        "Get \"https://registry-1.docker.io/v2/\": dial tcp: lookup registry-1.docker.io: no such host",
        "Get \"http://localhost:5999/v2/\": dial tcp 127.0.0.1:5999: connect: connection refused",
        "Get \"https://r/v2/\": net/http: TLS handshake timeout",
        "toomanyrequests: You have reached your pull rate limit",
    ])
    func registryOutOfReachIsWorthAnotherTry(_ message: String) {
        #expect(refused(message).pullError(image: "x").isRetryable)
    }

    @Test func memoryKillNamesTheLimit() {
        let state = ContainerState(id: "c", status: "exited", exitCode: 137, wasKilledForMemory: true)
        #expect(
            state.report(stopReason: nil, memoryLimit: 64 << 20, image: "x", stderrStart: [])
                == ExitReport(
                    exitCode: 137,
                    errorMessage:
                        "memory limit exceeded: the program was killed; the limit is 67108864 bytes (64 MiB)",
                    hint: "raise Resources.Memory of the task, or let the program use less"))
    }

    @Test func stoppedProgramKeepsItsExitCode() {
        let state = ContainerState(id: "c", status: "exited", exitCode: 143)
        #expect(
            state.report(stopReason: .cancelled, memoryLimit: 0, image: "x", stderrStart: [])
                == ExitReport(exitCode: 143, errorMessage: "the execution was cancelled"))
        #expect(
            state.report(stopReason: .deadline, memoryLimit: 0, image: "x", stderrStart: [])
                == ExitReport(
                    exitCode: 143, errorMessage: "the execution took longer than it may",
                    hint: "raise the task's ExecutionTimeout, or give it less to do"))
    }

    @Test func failedProgramHasNoErrorMessage() {
        let state = ContainerState(id: "c", status: "exited", exitCode: 127)
        let report = state.report(
            stopReason: nil, memoryLimit: 0, image: "x", stderrStart: Array("sh: nosuch: not found\n".utf8))
        #expect(report == ExitReport(exitCode: 127))
    }

    @Test func firstProcessWithoutProgramIsExplained() {
        let state = ContainerState(id: "c", status: "exited", exitCode: 127)
        let line = "[FATAL tini (8)] exec nosuch failed: No such file or directory\n"
        #expect(
            state.report(stopReason: nil, memoryLimit: 0, image: "x", stderrStart: Array(line.utf8)).errorMessage
                == "the program could not be started in image x: exec nosuch failed: No such file or directory")
    }

    @Test func missingSocketSaysWhatToDo() {
        #expect(
            SocketProbe.diagnose("/nonexistent/docker.sock")
                == .unreachable(
                    reason: "no Docker engine: there is no socket at /nonexistent/docker.sock",
                    hint: "install and start Docker (systemctl start docker), or set DOCKER_HOST to its unix:// socket")
        )
    }

    @Test func remoteEngineIsNamedAsUnsupported() async {
        let configuration = DockerConfiguration(
            nodeID: NodeID(rawValue: "n"), environment: ["DOCKER_HOST": "tcp://127.0.0.1:1"])
        let executor = DockerExecutor(configuration: configuration)
        #expect(
            await executor.availability()
                == .unavailable(
                    reason: "DOCKER_HOST is tcp://127.0.0.1:1, which is not a unix socket",
                    hint: "set DOCKER_HOST to unix:// and an absolute path"))
    }
}
