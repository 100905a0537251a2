import BacalhauModel
import BacalhauSupport
import Testing

@testable import BacalhauCore

/// Small values that scheduling rests on.
@Suite struct SchedulingValueTests {
    @Test func aSchedulingRecordIsReadAsItWasWritten() throws {
        var record = SchedulingRecord(
            evaluation: EvaluationID(rawValue: "v-1"), startTime: Timestamp(nanoseconds: 1_700_000_000_123_456_789))
        #expect(try SchedulingRecord(json: record.json) == record)
        record.partitions = [1, 3]
        record.targets = [NodeID(rawValue: "n-1"), NodeID(rawValue: "n-2")]
        record.failures = [
            .partition(0): FailureCount(node: 1, infrastructure: 2),
            .partition(3): FailureCount(), .node(NodeID(rawValue: "n-1")): FailureCount(node: 5, isGivenUp: true),
        ]
        record.refusals = [NodeID(rawValue: "n-2"): "no such image: \"é\"\n"]
        #expect(try SchedulingRecord(json: record.json) == record)
    }

    @Test func equalRecordsAreWrittenAlike() {
        func record(_ names: [String]) -> [UInt8] {
            var record = SchedulingRecord(evaluation: EvaluationID(rawValue: "v"), startTime: .zero)
            for name in names {
                record.failures[.node(NodeID(rawValue: name))] = FailureCount(node: 1)
                record.refusals[NodeID(rawValue: name)] = "no"
            }
            return record.json
        }
        #expect(record(["a", "b", "c", "d"]) == record(["d", "c", "b", "a"]))
    }

    @Test func slotsStandInAFixedOrder() {
        let slots: [ExecutionSlot] = [
            .node(NodeID(rawValue: "b")), .partition(10), .node(NodeID(rawValue: "a")), .partition(2),
        ]
        #expect(slots.sorted() == [slots[3], slots[1], slots[2], slots[0]])
    }

    // MARK: Policies

    private func problems(_ change: (inout Job) -> Void) -> [String] {
        var job = Job(name: "a", tasks: [Job.Task(engine: Engine(type: "noop"))])
        change(&job)
        return job.problems()
    }

    @Test func retryPoliciesWithinBoundsAreAccepted() {
        for policy in [
            Job.RetryPolicy(), Job.RetryPolicy(retryCountMax: 0, backoffSeconds: 0, backoffMaxSeconds: 0),
            Job.RetryPolicy(retryCountMax: 1000, backoffSeconds: 86_400, backoffMaxSeconds: 86_400),
        ] {
            #expect(problems { $0.retryPolicy = policy } == [])
        }
    }

    @Test func retryPoliciesBeyondBoundsAreRefusedWithTheFieldAndItsBounds() {
        let policy = Job.RetryPolicy(retryCountMax: -1, backoffSeconds: 86_401, backoffMaxSeconds: -1)
        #expect(
            problems { $0.retryPolicy = policy } == [
                "RetryPolicy.MaxRetries is -1 and must be between 0 and 1000",
                "RetryPolicy.Backoff is 86401 and must be between 0 and 86400 seconds",
                "RetryPolicy.MaxBackoff is -1 and must be at most 86400 seconds",
            ])
        #expect(
            problems { $0.retryPolicy = Job.RetryPolicy(backoffMaxSeconds: 86_401) } == [
                "RetryPolicy.MaxBackoff is 86401 and must be at most 86400 seconds"
            ])
        #expect(!problems { $0.retryPolicy = Job.RetryPolicy(retryCountMax: 1001) }.isEmpty)
    }

    @Test(arguments: [("", Job.NodeLossPolicy.wait), ("wait", .wait), ("KEEP", .keep), ("Replace", .replace)])
    func nodeLossPoliciesAreReadWithoutRegardToCase(_ text: String, _ policy: Job.NodeLossPolicy) {
        var job = Job(name: "a", tasks: [Job.Task(engine: Engine(type: "noop"))])
        job.nodeLossPolicy = text
        #expect(job.nodeLoss == policy)
        #expect(job.problems() == [])
    }

    @Test func anUnknownNodeLossPolicyIsRefusedWithThoseThereAre() {
        let message = "invalid NodeLossPolicy: \"Panic\" (use Keep, Wait or Replace)"
        #expect(problems { $0.nodeLossPolicy = "Panic" } == [message])
    }

    // MARK: Sets and rooms

    @Test func aRecentSetForgetsWhatWasPutInFirst() {
        var set = RecentSet<Int>(countMax: 3)
        for number in [1, 2, 3, 1, 4] { set.insert(number) }
        #expect((1...4).map { set.contains($0) } == [false, true, true, true])
        for number in 5...100 { set.insert(number) }
        #expect((1...100).filter { set.contains($0) } == [98, 99, 100])
    }

    @Test func aRecentSetHoldsAtLeastOne() {
        var set = RecentSet<Int>(countMax: 0)
        set.insert(1)
        #expect(set.contains(1))
    }

    @Test func amountsBeyondAllBoundsStayComputable() {
        let huge = Resources(
            cpuMillicores: .max, memoryBytes: .max, diskBytes: .max, gpuCount: .max)
        var room = Room(huge)
        room += Room(huge)
        #expect(room.covers(Room(huge)))
        #expect(!Room.none.covers(.zero))
        #expect(Room.none.resources == .zero)
    }

    @Test func loadIsTheShareOfTheFullestDimension() {
        let capacity = Room(cpu: 1000, memory: 100, disk: 1, gpus: 0)
        #expect(Room(cpu: 500, memory: 25, disk: 0, gpus: 0).load(of: capacity) == 0.75)
        #expect(capacity.load(of: capacity) == 0)
    }
}
