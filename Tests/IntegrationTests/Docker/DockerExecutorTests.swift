import BacalhauCore
import BacalhauTestSupport
import FoundationEssentials
import Testing

@Suite(.enabled(if: RequiredComponent.docker.isWanted), .timeLimit(.minutes(3)))
struct DockerExecutorTests {
    @Test func engineIsAvailable() async throws {
        try await DockerBench.use { bench in
            #expect(await bench.executor.availability() == .available)
        }
    }

    @Test func helloIsPrintedOnce() async throws {
        try await DockerBench.use { bench in
            let request = try bench.request("", params: ["Parameters": ["echo", "hello"]])
            try await bench.executor.check(request.task)
            let (report, log) = try await bench.run(request)
            #expect(report == ExitReport(exitCode: 0))
            #expect(log.stdout == "hello\n")
            #expect(log.stderr == "")
        }
    }

    @Test func outputIsExactWithoutALineEnd() async throws {
        try await DockerBench.use { bench in
            let (report, log) = try await bench.run(bench.request("printf abc; printf xyz >&2; exit 7"))
            #expect(report == ExitReport(exitCode: 7))
            #expect(log.stdout == "abc")
            #expect(log.stderr == "xyz")
        }
    }

    @Test func muchOutputArrivesWhole() async throws {
        try await DockerBench.use { bench in
            let (_, log) = try await bench.run(bench.request("seq 1 300000"))
            #expect(log.stdout.utf8.count == 1_988_895)
            #expect(log.stdout.hasSuffix("\n300000\n"))
        }
    }

    @Test func variablesOfTaskAndEngineArrive() async throws {
        try await DockerBench.use { bench in
            let request = try bench.request(
                "echo $A-$B-$C", params: ["EnvironmentVariables": ["A=engine", "C=x y", "D="]],
                environment: ["A": "task", "B": "task"])
            let (_, log) = try await bench.run(request)
            #expect(log.stdout == "engine-task-x y\n")
        }
    }

    @Test func workingDirectoryIsSet() async throws {
        try await DockerBench.use { bench in
            let (_, log) = try await bench.run(bench.request("pwd", params: ["WorkingDirectory": "/tmp"]))
            #expect(log.stdout == "/tmp\n")
        }
    }

    @Test func inputsCannotBeWritten() async throws {
        try await DockerBench.use { bench in
            let request = try bench.request(
                "cat /in/a; echo no >/in/a || echo refused; echo yes >/in/b && cat /in/b",
                inputs: [bench.input("data\n", at: "/in/a"), bench.input("", at: "/in/b", isReadOnly: false)])
            let (_, log) = try await bench.run(request)
            #expect(log.stdout == "data\nrefused\nyes\n")
        }
    }

    @Test func anyUserWritesResults() async throws {
        try await DockerBench.use { bench in
            let request = try bench.request("echo root >/outputs/a; su -s /bin/sh nobody -c 'echo nobody >/outputs/b'")
            let (report, log) = try await bench.run(request)
            #expect(report.exitCode == 0, "\(log.stderr)")
            for (name, text) in [("a", "root\n"), ("b", "nobody\n")] {
                let data = try Data(contentsOf: URL(filePath: "\(request.resultsDirectory)/outputs/\(name)"))
                #expect(String(decoding: data, as: UTF8.self) == text)
            }
        }
    }

    @Test func networkIsAbsent() async throws {
        try await DockerBench.use { bench in
            let (_, log) = try await bench.run(bench.request("wc -l </proc/net/route; ls /sys/class/net"))
            #expect(log.stdout == "1\nlo\n")
        }
    }

    @Test func privilegesAreFew() async throws {
        try await DockerBench.use { bench in
            let (_, log) = try await bench.run(
                bench.request("mknod /tmp/x c 1 3 2>/dev/null || echo refused; grep NoNewPrivs /proc/self/status"))
            #expect(log.stdout == "refused\nNoNewPrivs:\t1\n")
        }
    }

    @Test func memoryLimitIsExplained() async throws {
        try await DockerBench.use { bench in
            let request = try bench.request(
                "echo before; exec tail /dev/zero", resources: Resources(memoryBytes: 32 << 20))
            let (report, log) = try await bench.run(request)
            #expect(
                report
                    == ExitReport(
                        exitCode: 137,
                        errorMessage:
                            "memory limit exceeded: the program was killed; the limit is 33554432 bytes (32 MiB)",
                        hint: "raise Resources.Memory of the task, or let the program use less"))
            #expect(log.stdout == "before\n")
        }
    }

    @Test func missingProgramIsExplained() async throws {
        try await DockerBench.use { bench in
            let (report, _) = try await bench.run(bench.request("", params: ["Parameters": ["nosuch"]]))
            #expect(report.exitCode == 127)
            #expect(
                report.errorMessage
                    == "the program could not be started in image ubuntu:latest: "
                    + "exec nosuch failed: No such file or directory")
        }
    }

    @Test func missingImageIsRefusedClearly() async throws {
        try await DockerBench.use { bench in
            var configuration = bench.configuration
            configuration.skipsPull = true
            let executor = DockerExecutor(configuration: configuration)
            let request = try bench.request("", params: ["Image": "nosuch/image:1"])
            try await executor.check(request.task)
            await #expect(
                throws: ExecutorError.rejected(
                    reason: "image nosuch/image:1 is not on this node, and the node pulls no images (SKIP_IMAGE_PULL)",
                    hint: "put the image on the node with docker pull or docker load, or unset SKIP_IMAGE_PULL")
            ) { try await executor.prepare(request) }
        }
    }

    @Test func registryThatDoesNotAnswerIsWorthAnotherTry() async throws {
        try await DockerBench.use { bench in
            let request = try bench.request("", params: ["Image": "127.0.0.1:9/nosuch:1"])
            do {
                try await bench.executor.prepare(request)
                Issue.record("the image cannot be there")
            } catch let error as ExecutorError {
                #expect(error.isRetryable)
                #expect(error.description.hasPrefix("image 127.0.0.1:9/nosuch:1 is not on this node"))
            }
        }
    }

    @Test func tooManyProcessorsAreRejected() async throws {
        try await DockerBench.use { bench in
            let request = try bench.request("", resources: Resources(cpuMillicores: 10_000_000))
            do {
                try await bench.executor.start(request)
                Issue.record("no machine has that many")
            } catch let error as ExecutorError {
                #expect(!error.isRetryable)
                #expect(error.description.hasPrefix("the task asks for more processors than this node has: "))
            }
        }
    }

    @Test func absentEngineIsExplained() async throws {
        let configuration = DockerConfiguration(
            nodeID: NodeID(rawValue: "n"), environment: ["DOCKER_HOST": "unix:///nonexistent/docker.sock"])
        #expect(
            await DockerExecutor(configuration: configuration).availability()
                == .unavailable(
                    reason: "no Docker engine: there is no socket at /nonexistent/docker.sock",
                    hint: "install and start Docker (systemctl start docker), or set DOCKER_HOST to its unix:// socket")
        )
    }
}
