import BacalhauHTTPClient
import BacalhauModel
import Testing

@testable import BacalhauClient

@Suite struct RetryTests {
    private static let refused = HTTPClientError.couldNotConnect(host: "node", detail: "refused")
    private static let broken = HTTPClientError.interrupted(host: "node", detail: "reset")
    private static let list = #"{"NextToken":"","Items":[]}"#

    @Test func readsAreRepeatedWithGrowingPauses() async throws {
        let (clock, transport) = (
            FakeClock(),
            FakeTransport { _, number throws(HTTPClientError) in
                switch number {
                case 1: throw RetryTests.refused
                case 2: return .json("{}", status: 503)
                case 3: throw RetryTests.broken
                default: return .json(RetryTests.list)
                }
            }
        )
        #expect(try await BacalhauClient(transport, clock: clock).jobs.list() == Page(items: []))
        #expect(clock.pauses == [.milliseconds(200), .milliseconds(400), .milliseconds(800)])
    }

    @Test func triesAreBounded() async {
        let transport = FakeTransport { _, _ throws(HTTPClientError) in throw RetryTests.broken }
        let error = await problem { try await BacalhauClient(transport).jobs.list() }
        #expect(error?.code == .network)
        #expect(transport.requests.count == 4)
    }

    @Test func retryAfterIsObeyedUpToTheLongestPause() async throws {
        let (clock, transport) = (
            FakeClock(),
            FakeTransport { _, number in
                number == 1
                    ? .json("{}", status: 429, headers: ["Retry-After": "7"])
                    : .json(#"{"message":"busy"}"#, status: 429, headers: ["Retry-After": "3600"])
            }
        )
        let error = await problem { try await BacalhauClient(transport, clock: clock).jobs.list() }
        #expect(error?.code == .exhausted)
        #expect(error?.isRetryable == true)
        #expect(clock.pauses == [.seconds(7)])
        #expect(transport.requests.count == 2)
    }

    @Test func submissionIsRepeatedWithTheSameToken() async throws {
        let transport = FakeTransport { _, number throws(HTTPClientError) in
            if number == 1 { throw RetryTests.broken }
            return .json(#"{"JobID":"j-1","EvaluationID":"e"}"#)
        }
        _ = try await BacalhauClient(transport).jobs.submit(.docker(image: "alpine"))
        #expect(transport.requests.count == 2)
        #expect(transport.requests[0].body == transport.requests[1].body)
    }

    @Test func callThatMayHaveBeenDoneIsNotRepeated() async {
        let transport = FakeTransport { _, _ throws(HTTPClientError) in throw RetryTests.broken }
        _ = await problem { try await BacalhauClient(transport).nodes.delete("n-1") }
        #expect(transport.requests.count == 1)
    }

    @Test func callThatWasNotHandledIsRepeated() async throws {
        let transport = FakeTransport { _, number throws(HTTPClientError) in
            switch number {
            case 1: throw RetryTests.refused
            case 2: return .json("{}", status: 429)
            default: return .json(#"{"EvaluationID":"e"}"#)
            }
        }
        #expect(try await BacalhauClient(transport).jobs.stop("j-1")?.rawValue == "e")
    }

    @Test(arguments: [400, 401, 403, 404, 409, 500, 501])
    func decisionsAreFinal(status: Int) async {
        let transport = FakeTransport { _, _ in .json("{}", status: status) }
        let error = await problem { try await BacalhauClient(transport).jobs.list() }
        #expect(error?.details["HTTPStatus"] == String(status))
        #expect(transport.requests.count == 1)
    }

    @Test func cancellationEndsThePause() async {
        let transport = FakeTransport { _, _ throws(HTTPClientError) in throw RetryTests.refused }
        let client = BacalhauClient(transport)
        let error = await withTaskGroup(of: BacalhauError?.self) { group in
            group.addTask {
                withUnsafeCurrentTask { $0?.cancel() }
                return await problem { try await client.jobs.list() }
            }
            return await group.next() ?? nil
        }
        #expect(error == .cancelledByCaller)
    }

    @Test func pausesGrowAndAreShortenedByChance() {
        let policy = RetryPolicy(attemptsMax: 9, firstPause: .milliseconds(100), longestPause: .seconds(1))
        #expect(policy.pause(after: 1, random: 0) == .milliseconds(100))
        #expect(policy.pause(after: 3, random: 0) == .milliseconds(400))
        #expect(policy.pause(after: 3, random: 0.5) == .milliseconds(300))
        #expect(policy.pause(after: 1000, random: 0) == .seconds(1))
    }
}
