import BacalhauHTTPClient
import BacalhauModel
import Testing

@testable import BacalhauClient

/// Bodies of failures from servers of all versions.
@Suite struct APIErrorTests {
    private func error(_ body: String, status: Int) -> BacalhauError {
        ErrorBody(Array(body.utf8)).error(status: status, call: .get("/x"), endpoint: "http://node:1234")
    }

    @Test func causeOfAnInternalErrorIsTakenFromError() {
        let error = error(
            #"{"error":"Job not found. ID: j-0","message":"Internal Server Error"}"#, status: 500)
        #expect(
            error
                == BacalhauError(
                    .notFound, "Job not found. ID: j-0",
                    details: ["HTTPStatus": "500", "Endpoint": "http://node:1234"]))
    }

    @Test func frameworkWrappingIsRemoved() {
        let inner = "code=400, message=code=400, message=missing job type\\nmissing job tasks"
        let error = error(#"{"error":"code=400, message=\#(inner)","message":"\#(inner)"}"#, status: 400)
        #expect(error.code == .badRequest)
        #expect(error.message == "missing job type\nmissing job tasks")
    }

    @Test func laterVersionsNameCodeComponentAndHint() {
        let error = error(
            """
            {"Status":404,"Message":"job not found: j-0","RequestID":"","Code":"NotFound","Component":"JobStore",
             "Hint":"list the jobs","Details":{"a":"b"}}
            """, status: 404)
        #expect(
            error
                == BacalhauError(
                    .notFound, "job not found: j-0", hint: "list the jobs", component: "JobStore",
                    details: ["HTTPStatus": "404", "Endpoint": "http://node:1234", "a": "b"]))
    }

    @Test func bodyWithBothFormsIsReadAsTheLaterOne() {
        let error = error(
            """
            {"error":"code=429, message=busy","message":"busy","Status":429,"Message":"too many jobs wait",
             "Code":"ResourceExhausted","Component":"Orchestrator","Retryable":true}
            """, status: 429)
        #expect(error.code == .exhausted)
        #expect(error.message == "too many jobs wait")
        #expect(error.isRetryable)
    }

    @Test func pageThatIsNoErrorBodyIsQuotedInShort() {
        let page = "<html>" + String(repeating: "x", count: 1_000_000)
        #expect(error(page, status: 502).message == "<html>" + String(repeating: "x", count: 193) + "…")
        let refusal = BacalhauError(.unexpectedStatus(502, body: page), endpoint: "http://node:1234")
        #expect(
            refusal.message == "http://node:1234: the server answered with status 502: <html>"
                + String(repeating: "x", count: 193) + "…")
    }

    @Test func errorBodyHasALimitInAllItsParts() {
        let long = String(repeating: "x", count: 100_000)
        let details = (0..<1000).map { "\"\($0)\":\"\(long.prefix(2000))\"" }.joined(separator: ",")
        let error = error(
            #"{"Message":"\#(long)","Hint":"\#(long)","Code":"\#(long)","Details":{\#(details)}}"#, status: 500)
        for text in [error.message, error.hint, error.code.rawValue] {
            #expect(text.count == BacalhauError.textLengthMax)
        }
        #expect(error.details.count == 52)
        #expect(error.details["0"] == String(repeating: "x", count: 1023) + "…")
    }

    @Test func tooOldClientIsAVersionMismatch() {
        let body =
            #"{"Error":"client is too old","MinVersion":"1.4.0","ClientVersion":"1.3.2","ServerVersion":"1.4.0"}"#
        let error = error(body, status: 403)
        #expect(error.code == .versionMismatch)
        #expect(error.message == "client is too old")
    }

    @Test(arguments: [
        (#""this endpoint is gone""#, 410, BacalhauError.Code.notFound, "this endpoint is gone"),
        ("Server Timeout!", 503, .unavailable, "Server Timeout!"),
        ("", 502, .unavailable, "http://node:1234 answered GET /x with status 502"),
        (
            #"{"error":"code=404, message=Not Found","message":"Not Found"}"#, 404, .notFound,
            "http://node:1234 does not know GET /x"
        ),
        (#"{"message":"invalid token. "}"#, 401, .unauthorized, "invalid token. "),
        (
            #"{"error":"x multiple jobs found","message":"Internal Server Error"}"#, 500, .ambiguous,
            "x multiple jobs found"
        ),
        ("[1]", 418, .internal, "[1]"),
    ])
    func otherBodies(body: String, status: Int, code: BacalhauError.Code, message: String) {
        let error = error(body, status: status)
        #expect(error.code == code)
        #expect(error.message == message)
        #expect(error.isRetryable == (status == 503))
    }

    @Test func refusedConnectionNamesEndpointAndWayOut() async throws {
        let client = BacalhauClient(endpoint: "http://127.0.0.1:1", options: BacalhauClientOptions.once)
        let error = await problem { try await client.jobs.list() }
        #expect(error?.code == .network)
        #expect(error?.isRetryable == true)
        #expect(error?.message.hasPrefix("could not connect to http://127.0.0.1:1: ") == true)
        #expect(error?.hint.contains("bacalhau-node serve") == true)
        #expect(error?.details["Endpoint"] == "http://127.0.0.1:1")
    }
}

extension BacalhauClientOptions {
    /// Without repeats.
    static var once: BacalhauClientOptions {
        var options = BacalhauClientOptions()
        options.retry = .never
        return options
    }
}
