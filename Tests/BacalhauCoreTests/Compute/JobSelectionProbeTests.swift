import BacalhauHTTPClient
import BacalhauModel
import BacalhauSupport
import Testing

@testable import BacalhauCore

/// The probes, with a real shell and a real server.
struct JobSelectionProbeTests {
    private let job = Job(id: JobID(rawValue: "j-1"), name: "probed", tasks: [Job.Task(engine: Engine(type: "noop"))])

    private func refusal(_ change: (inout JobSelectionPolicy) -> Void) async -> SelectionRefusal? {
        var policy = JobSelectionPolicy()
        change(&policy)
        let selection = JobSelection(
            policy: policy, nodeID: NodeID(rawValue: "n-1"), searchPath: ExternalCommand.defaultSearchPath)
        return await selection.refusal(of: job, remoteInputCount: 0)
    }

    // MARK: Command

    @Test func exitCodeZeroTakesTheJob() async {
        #expect(await refusal { $0.probeCommand = "exit 0" } == nil)
    }

    @Test func anotherExitCodeRefusesTheJob() async {
        let refusal = await refusal { $0.probeCommand = "exit 3" }
        #expect(
            refusal?.reason
                == "this node does not accept jobs where external command \"exit 3\" returns exit code 3")
        #expect(refusal?.isRetryable == false)
    }

    @Test func standardErrorBecomesTheReason() async {
        let refusal = await refusal { $0.probeCommand = "echo only on Sundays >&2; exit 1" }
        #expect(refusal?.reason == "only on Sundays")
    }

    @Test func theCommandReadsTheJobFromInputAndEnvironment() async {
        let command = """
            input=$(cat); [ "$input" = "$BACALHAU_JOB_SELECTION_PROBE_DATA" ] || { echo differs >&2; exit 1; }
            case "$input" in '{"NodeID":"n-1","Job":{"ID":"j-1","Name":"probed",'*) exit 0;; esac
            echo "$input" >&2; exit 1
            """
        #expect(await refusal { $0.probeCommand = command } == nil)
    }

    @Test func theCommandGetsNoOtherVariablesThanPath() async {
        let refusal = await refusal {
            $0.probeCommand = "compgen -e | grep -v -e BACALHAU_JOB -e '^PWD$' -e SHLVL -e '^_$' >&2; exit 1"
        }
        #expect(refusal?.reason == "PATH")
    }

    @Test func aJobTooLargeForAVariableIsStillOnStandardInput() async {
        var large = job
        large.meta["text"] = String(repeating: "x", count: 300_000)
        var policy = JobSelectionPolicy()
        policy.probeCommand = """
            [ -z "$BACALHAU_JOB_SELECTION_PROBE_DATA" ] && [ $(wc -c) -gt 300000 ]
            """
        let selection = JobSelection(
            policy: policy, nodeID: NodeID(rawValue: "n-1"), searchPath: ExternalCommand.defaultSearchPath)
        #expect(await selection.refusal(of: large, remoteInputCount: 0) == nil)
    }

    @Test func aCommandThatHangsIsKilledWithItsChildrenAndLeavesTheQuestionOpen() async {
        let folder = ScratchFolder()
        let refusal = await refusal {
            $0.probeCommand = "sleep 1000 & echo $! > \(folder.at("child")); wait"
            $0.probeDeadline = .seconds(4)
        }
        #expect(refusal?.reason.hasSuffix("gave no answer: it did not end within 4s") == true)
        #expect(refusal?.isRetryable == true)
        let child = folder.text("child")?.trimmingBlanks() ?? ""
        #expect(!child.isEmpty)
        // Killed; a zombie at most until init collects it.
        let state = readFile("/proc/\(child)/stat").map { String(decoding: $0, as: UTF8.self) }
        #expect(state == nil || state?.contains(") Z ") == true || state?.contains(") X ") == true)
    }

    @Test func aMissingShellLeavesTheQuestionOpen() async {
        var policy = JobSelectionPolicy()
        policy.probeCommand = "exit 0"
        let selection = JobSelection(policy: policy, nodeID: NodeID(rawValue: "n-1"), searchPath: "/nonexistent")
        let refusal = await selection.refusal(of: job, remoteInputCount: 0)
        #expect(
            refusal?.reason == "the job selection command cannot be started: there is no bash in /nonexistent")
        #expect(refusal?.isRetryable == true)
    }

    // MARK: Server

    private func answer(_ response: HTTPResponse) async throws -> SelectionAnswer {
        let data = JobSelection.probeData(job, nodeID: NodeID(rawValue: "n-1"))
        return try await WebFixture { request in
            guard request.method == "POST", request.body == data else { return HTTPResponse(status: 500) }
            return response
        }.run { base in
            let answer = await WebProbe(url: base + "/probe", deadline: .seconds(120)).ask(data)
            // The port is another one in each run.
            if case .refused(let reason) = answer { return .refused(reason.replacing(base, with: "URL")) }
            return answer
        }
    }

    private func json(_ text: String) -> HTTPResponse { .text(text, [("Content-Type", "application/json")]) }

    @Test func aServerThatSaysYesTakesTheJob() async throws {
        #expect(try await answer(.text("whatever")) == .accepted)
        #expect(try await answer(json(#"{"shouldBid":true,"shouldWait":false,"reason":""}"#)) == .accepted)
    }

    @Test func anErrorStatusRefusesTheJob() async throws {
        #expect(
            try await answer(HTTPResponse(status: 403))
                == .refused("this node does not accept jobs where url URL/probe returns HTTP status code 403"))
    }

    @Test func aJSONAnswerIsTheDecision() async throws {
        #expect(try await answer(json(#"{"shouldBid":false,"reason":"full moon"}"#)) == .refused("full moon"))
        #expect(
            try await answer(json(#"{"shouldBid":true,"shouldWait":true,"reason":"ask again"}"#))
                == .undecided("ask again"))
        #expect(
            try await answer(json("{}")) == .refused("this node does not accept jobs that url URL/probe declines"))
    }

    @Test(arguments: [
        ("http://user:secret@host:80/probe?token=secret#x", "http://host:80/probe"),
        ("https://host?token=secret", "https://host"), ("http://host/a@b", "http://host/a@b"),
    ])
    func usersDoNotSeeTheSecretsOfAURL(_ url: String, _ shown: String) {
        #expect(WebProbe.withoutSecrets(url) == shown)
    }

    @Test func anUnreadableAnswerLeavesTheQuestionOpen() async throws {
        guard case .undecided = try await answer(json("yes")) else {
            Issue.record("taken for a decision")
            return
        }
    }

    @Test func aServerThatIsNotThereLeavesTheQuestionOpen() async {
        let refusal = await refusal { $0.probeURL = "http://127.0.0.1:1/" }
        #expect(refusal?.reason.hasPrefix("the job selection server gave no answer: could not connect") == true)
        #expect(refusal?.isRetryable == true)
    }

    @Test func bothProbesAreAskedAndTheirReasonsJoined() async throws {
        try await WebFixture { _ in HTTPResponse(status: 400) }.run { base in
            let refusal = await refusal {
                $0.probeCommand = "echo no >&2; false"
                $0.probeURL = base
                $0.rejectsStatelessJobs = true
            }
            #expect(
                refusal?.reason
                    == "this node does not accept jobs without any input volumes; no; this node does not accept jobs "
                    + "where url \(base) returns HTTP status code 400")
        }
    }
}
