/// Answers of a server, as they go over the wire.
enum ServerAnswers {
    static let jobID = "j-7d1e42a9-2f5b-4c0e-9d57-2b1f0a6c3e88"
    private static let nodeID = "n-4f0c2b1a-6d3e-4f5a-8b9c-0d1e2f3a4b5c"
    private static let executionID = "e-51e6a0d3-9c1b-4e5f-a7d2-3b4c5d6e7f80"

    static func job(
        id: String = jobID, type: String = "batch", engine: String = "docker", state: String = "Completed",
        message: String = "", revision: Int = 3, created: Int = 1_719_569_701_102_000_000
    ) -> String {
        """
        {"ID":"\(id)","Name":"\(id)","Namespace":"default","Type":"\(type)","Priority":0,"Count":1,"Constraints":[],\
        "Meta":{},"Labels":{},"Tasks":[{"Name":"main","Engine":{"Type":"\(engine)","Params":{}},"Publisher":{"Type":""},\
        "Resources":{},"Network":{"Type":"None"},"Timeouts":{}}],\
        "State":{"StateType":"\(state)"\(message.isEmpty ? "" : ",\"Message\":\"\(message)\"")},"Version":0,\
        "Revision":\(revision),"CreateTime":\(created),"ModifyTime":1719569703000000000}
        """
    }

    static let versions = list([job(), job().replacing("\"Version\":0", with: "\"Version\":1")])

    static func oneJob(_ job: String) -> FakeServer.Answer { FakeServer.Answer("{\"Job\":\(job)}") }

    private static let secondJob = job(
        id: "j-0c9b8a76-5544-4332-a211-00ffeeddccbb", type: "ops", engine: "wasm", state: "Running",
        created: 1_719_570_044_000_000_000)
    static let jobList = #"{"Items":[\#(job()),\#(secondJob)],"NextToken":"MTA"}"#

    private static let rejectedExecution = execution(
        "e-2ab4c6d8-1111-4222-8333-444455556666", "QmZ9yTfaXw1aBcDeFgHiJkLmNoPqRsTuVwXyZ123456789", state: 4,
        revision: 2,
        modified: 1_719_569_702_000_000_000)
    static let executions = list([
        execution(state: 7, revision: 6, modified: 1_719_569_703_000_000_000), rejectedExecution,
    ])

    static func execution(
        _ id: String = executionID, _ node: String = nodeID, state: Int, revision: Int, modified: Int,
        message: String = "", output: String = "null"
    ) -> String {
        """
        {"ID":"\(id)","Namespace":"default","EvalID":"","Name":"","NodeID":"\(node)","JobID":"\(jobID)",\
        "AllocatedResources":{"Tasks":{}},"DesiredState":{"StateType":2},\
        "ComputeState":{"StateType":\(state)\(message.isEmpty ? "" : ",\"Message\":\"\(message)\"")},\
        "PublishedResult":null,"RunOutput":\(output),"Revision":\(revision),"CreateTime":1719569701118000000,\
        "ModifyTime":\(modified)}
        """
    }

    static func jobEvent(_ state: String, revision: Int, time: String, event: String = emptyEvent) -> String {
        """
        {"Type":"JobLevel","JobID":"\(jobID)","JobState":{"New":"\(state)"},"NewRevision":\(revision),\
        "Event":\(event),"Time":"2024-06-28T10:15:\(time)Z"}
        """
    }

    static func executionEvent(
        _ state: Int, revision: Int, time: String, hasNode: Bool = true, event: String = emptyEvent
    ) -> String {
        """
        {"Type":"ExecutionLevel","JobID":"\(jobID)",\(hasNode ? "\"NodeID\":\"\(nodeID)\"," : "")\
        "ExecutionID":"\(executionID)","ExecutionState":{"New":\(state)},"NewRevision":\(revision),\
        "Event":\(event),"Time":"2024-06-28T10:15:\(time)Z"}
        """
    }

    static let emptyEvent = event("", "")

    static func event(_ topic: String, _ message: String, details: String = "") -> String {
        """
        {"Message":"\(message)","Topic":"\(topic)","Timestamp":"0001-01-01T00:00:00Z"\
        \(details.isEmpty ? "" : ",\"Details\":{\(details)}")}
        """
    }

    private static let accepted = event("Requesting Node", "Accepted job")
    static let events = [
        jobEvent("Pending", revision: 1, time: "01.102", event: event("Submission", "Job submitted")),
        executionEvent(1, revision: 1, time: "01.118", hasNode: false),
        jobEvent("Running", revision: 2, time: "01.121"),
        executionEvent(2, revision: 2, time: "01.123"),
        executionEvent(3, revision: 3, time: "01.131", event: accepted),
        executionEvent(5, revision: 5, time: "01.14"),
        executionEvent(7, revision: 6, time: "02.964"), jobEvent("Completed", revision: 3, time: "02.97"),
    ]

    static func list(_ items: [String]) -> FakeServer.Answer {
        FakeServer.Answer("{\"Items\":[\(items.joined(separator: ","))],\"NextToken\":\"\"}")
    }

    static func runOutput(_ stdout: String, stderr: String = "", exitCode: Int = 0) -> String {
        #"{"Stdout":"\#(stdout)","StdoutTruncated":false,"stderr":"\#(stderr)","StderrTruncated":false,"#
            + #""ExitCode":\#(exitCode),"ErrorMsg":""}"#
    }

    private static let completedExecution = execution(
        state: 7, revision: 6, modified: 1_719_569_703_000_000_000, message: "Accepted job",
        output: runOutput(#"hello\n"#))
    static let details = """
        {"Job":\(job()),"History":\(list(events).body),"Executions":\(list([completedExecution]).body)}
        """

    private static let version = """
        "BacalhauVersion":{"Major":"1","Minor":"4","GitVersion":"v1.4.0","GitCommit":\
        "0123456789abcdef0123456789abcdef01234567","BuildDate":"2024-06-28T09:12:33Z","GOOS":"linux","GOARCH":"amd64"}
        """

    static func node(
        _ id: String = nodeID, labels: String = "", capacity: String?, membership: String = "APPROVED",
        connection: String = "CONNECTED"
    ) -> String {
        let compute =
            capacity.map { capacity in
                """
                "ComputeNodeInfo":{"ExecutionEngines":["docker","wasm"],"Publishers":["local","noop","s3"],\
                "StorageSources":["inline","localDirectory","urlDownload","s3"],"MaxCapacity":\(capacity),\
                "QueueCapacity":{},"AvailableCapacity":\(capacity),"MaxJobRequirements":\(capacity),\
                "RunningExecutions":0,"EnqueuedExecutions":0},
                """
            } ?? ""
        return """
            {"Info":{"NodeID":"\(id)","NodeType":"\(capacity == nil ? "Requester" : "Compute")",\
            "Labels":{"Architecture":"amd64","Operating-System":"linux"\(labels)},\(compute)\(version)},\
            "Membership":"\(membership)","Connection":"\(connection)"}
            """
    }

    static let smallNode = #"{"CPU":3.2,"Memory":13421772800,"Disk":83859226624}"#
    private static let largeNode = node(
        "gpu-box-1", labels: #","zone":"lab""#,
        capacity: #"{"CPU":16,"Memory":109951162777,"Disk":429496729600,"GPU":1}"#, membership: "PENDING",
        connection: "DISCONNECTED")
    static let nodeList = """
        {"NextToken":"","Nodes":[\(node(capacity: smallNode)),\
        \(node("n-93c1d5aa-0000-4000-8000-000000000000", capacity: nil)),\
        \(largeNode)]}
        """

    static let explanation = FakeServer.Answer(
        """
        {"Summary":"It is number 3 of 12 in the queue, waiting for room.","Position":3,"WaitingCount":12,\
        "MissingCount":2,"Obstacles":[{"Reason":"has no room now (CPU: 2 wanted, 0.5 free)","NodeCount":2,\
        "Nodes":["\(nodeID)","gpu-box-1"]},{"Reason":"does not support wasm","NodeCount":1,"Nodes":["small"]}],\
        "WakeUps":[{"Time":"2024-06-28T10:45:01.5Z","Reason":"the job's total timeout ends it"}]}
        """)

    /// Three partitions, of which the second was run again.
    static let partitions = list(
        (0..<4).map { index in
            let start = execution(
                "e-\(index)1e6a0d3-9c1b-4e5f-a7d2-3b4c5d6e7f80", state: index == 1 ? 8 : 7, revision: 6,
                modified: 1_719_569_703_000_000_000)
            let part = index == 3 ? 1 : index
            return start.dropLast() + #","PartitionIndex":\#(part),"JobVersion":\#(index == 3 ? 1 : 0)}"#
        })
}
