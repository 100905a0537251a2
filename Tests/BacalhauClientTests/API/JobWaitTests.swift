import BacalhauHTTPClient
import BacalhauModel
import Testing

@testable import BacalhauClient

@Suite struct JobWaitTests {
    private static func job(_ state: String, revision: Int, type: String = "batch") -> HTTPClientResponse {
        .json(#"{"Job":{"ID":"j-full","Type":"\#(type)","State":{"StateType":"\#(state)"},"Revision":\#(revision)}}"#)
    }

    @Test func serverThatWaitsIsAskedOncePerChange() async throws {
        let clock = FakeClock()
        let transport = FakeTransport { request, number in
            switch number {
            case 1: return JobWaitTests.job("Pending", revision: 1)
            case 2:
                // Nothing changed for the whole wait.
                clock.advance(by: .seconds(30))
                return JobWaitTests.job("Pending", revision: 1)
            case 3: return JobWaitTests.job("Running", revision: 2)
            default: return JobWaitTests.job("Completed", revision: 3)
            }
        }
        let job = try await BacalhauClient(transport, clock: clock).jobs.wait(for: "j-f")
        #expect(job.state.type == .completed)
        #expect(clock.pauses == [])
        let path = "GET /api/v1/orchestrator/jobs"
        #expect(
            transport.calls == [
                "\(path)/j-f", "\(path)/j-full?wait=30&wait_revision=1", "\(path)/j-full?wait=30&wait_revision=1",
                "\(path)/j-full?wait=30&wait_revision=2",
            ])
    }

    @Test func otherServersAreAskedWithGrowingPauses() async throws {
        let clock = FakeClock()
        let transport = FakeTransport { _, number in
            switch number {
            case ...7: JobWaitTests.job("Pending", revision: 1)
            case 8, 9: JobWaitTests.job("Running", revision: 2)
            default: JobWaitTests.job("Failed", revision: 3)
            }
        }
        #expect(try await BacalhauClient(transport, clock: clock).jobs.wait(for: "j").state.type == .failed)
        #expect(clock.pauses == [50, 100, 200, 400, 500, 500, 50].map { .milliseconds($0) })
    }

    @Test func aServerThatIsAwayForAWhileIsWaitedFor() async throws {
        let clock = FakeClock()
        let transport = FakeTransport { (_, number) throws(HTTPClientError) in
            switch number {
            case 1: return JobWaitTests.job("Running", revision: 1)
            case 2: throw .interrupted(host: "node", detail: "reset")
            case 3..<100: throw .couldNotConnect(host: "node", detail: "refused")
            case 100: return .json("starting", status: 503)
            default: return JobWaitTests.job("Completed", revision: 2)
            }
        }
        let states = BacalhauClient(transport, clock: clock).jobs.states(of: "j")
        #expect(try await states.reduce(into: []) { $0.append($1.state.type) } == [.running, .completed])
    }

    @Test func aServerThatStaysAwayEndsTheWait() async {
        let clock = FakeClock()
        let transport = FakeTransport { (_, number) throws(HTTPClientError) in
            if number == 1 { return JobWaitTests.job("Running", revision: 1) }
            throw .couldNotConnect(host: "node", detail: "refused")
        }
        let error = await problem { try await BacalhauClient(transport, clock: clock).jobs.wait(for: "j") }
        #expect(error?.code == .network)
        #expect(clock.system.now() >= RetryPolicy().outageMax)
        #expect(clock.system.now() < RetryPolicy().outageMax + .seconds(5))
    }

    @Test func aServerThatIsNotThereIsNotWaitedFor() async {
        let clock = FakeClock()
        let transport = FakeTransport { (_, _) throws(HTTPClientError) in
            throw .couldNotConnect(host: "node", detail: "refused")
        }
        let error = await problem { try await BacalhauClient(transport, clock: clock).jobs.wait(for: "j") }
        #expect(error?.code == .network)
        #expect(transport.requests.count == RetryPolicy().attemptsMax)
    }

    @Test func waitingForRunningEndsThere() async throws {
        let transport = FakeTransport { _, number in
            number == 1 ? JobWaitTests.job("Queued", revision: 1) : JobWaitTests.job("Running", revision: 2)
        }
        #expect(try await BacalhauClient(transport).jobs.wait(for: "j", until: .running).revision == 2)
    }

    @Test func servicesAreSettledWhenTheyRun() {
        var job = Job(type: .service)
        job.state = StateOf(.running)
        #expect(JobWaitCondition.settled.isMet(job))
        job.type = "batch"
        #expect(!JobWaitCondition.settled.isMet(job))
    }

    @Test func everyStateComesOnce() async throws {
        let transport = FakeTransport { _, number in
            switch number {
            case 1, 2: JobWaitTests.job("Pending", revision: 1)
            case 3: JobWaitTests.job("Running", revision: 2)
            default: JobWaitTests.job("Stopped", revision: 4)
            }
        }
        var states: [JobStateType] = []
        for try await job in BacalhauClient(transport).jobs.states(of: "j") { states.append(job.state.type) }
        #expect(states == [.pending, .running, .stopped])
    }
}
