import BacalhauModel
import BacalhauSupport
import Testing

@testable import BacalhauCore

/// What a restart reads is what was written.
@Suite struct JobStoreLoadTests {
    @Test func everyJobGetsItsOwnExecutionsAndHistory() throws {
        let fixture = try JobStoreFixture()
        let counts: [(order: Int64, executions: Int, history: Int)] = [
            (2, 0, 1), (3, 1, 4), (7, 3, 9), (8, 0, 0), (20, 2, 2),
        ]
        for (order, executions, history) in counts {
            let job = JobStoreFixture.job("\(order)")
            try fixture.put(
                job, order: order,
                executions: (0..<executions).map { JobStoreFixture.execution("\(order)-\($0)", of: job) },
                historyCount: history)
        }
        let stored = try fixture.writer.load()
        #expect(stored.jobs.map(\.order) == counts.map(\.order))
        #expect(stored.jobs.map(\.job.name) == counts.map { "\($0.order)" })
        #expect(stored.jobs.map(\.historyCount) == counts.map(\.history))
        for (entry, count) in zip(stored.jobs, counts) {
            #expect(entry.executions.map(\.id.rawValue) == (0..<count.executions).map { "e-\(entry.order)-\($0)" })
            #expect(entry.executions.allSatisfy { $0.jobID == entry.job.id })
        }
        #expect(stored.nextOrder == 21)
    }

    @Test func finishedJobsBetweenLiveOnesAreLeftOut() throws {
        let fixture = try JobStoreFixture()
        for order in Int64(1)...6 {
            let job = JobStoreFixture.job("\(order)", order % 2 == 0 ? .completed : .running)
            try fixture.put(job, order: order, executions: [JobStoreFixture.execution("\(order)", of: job)])
        }
        let stored = try fixture.writer.load()
        #expect(stored.jobs.map(\.order) == [1, 3, 5])
        #expect(stored.jobs.map { $0.executions.map(\.id.rawValue) } == [["e-1"], ["e-3"], ["e-5"]])
    }

    @Test func sharingMemoryLeavesEveryValueAsItWasWritten() throws {
        let fixture = try JobStoreFixture()
        var expected: [[UInt8]] = []
        // The same letter in one and in two scalars: equal as texts, different as bytes.
        for (index, text) in ["a", "a", "\u{E9}", "e\u{301}", "b"].enumerated() {
            var job = JobStoreFixture.job("\(index)")
            job.meta = ["note": text]
            job.labels = ["note": text]
            job.tasks[0].env = ["NOTE": text]
            expected.append(job.json)
            try fixture.put(job, order: Int64(index))
        }
        #expect(try fixture.writer.load().jobs.map(\.job.json) == expected)
    }

    @Test func anExecutionThatCannotBeReadIsNamed() throws {
        let fixture = try JobStoreFixture()
        let job = JobStoreFixture.job("1")
        try fixture.put(job, order: 1, executions: [JobStoreFixture.execution("1", of: job)])
        try SQLiteConnection(path: fixture.folder + "/db").execute("UPDATE executions SET body=x'7b'")
        let message =
            "the stored execution of job 1 cannot be read: "
            + "invalid JSON: a member name in double quotes is expected (line 1, column 2)"
        #expect(throws: SQLiteError(code: SQLiteError.corrupt, message: message)) { _ = try fixture.writer.load() }
    }
}
