import BacalhauModel
import BacalhauSupport
import Testing

@testable import BacalhauCore

/// The queues, each compared with a slow and obvious one.
@Suite struct QueuePartsTests {
    @Test func keysStandByPriorityThenByAge() {
        let keys = [(0, 2), (5, 9), (0, 1), (5, 3)].map { QueueKey(priority: $0.0, order: Int64($0.1)) }
        #expect(keys.sorted().map(\.order) == [3, 9, 1, 2])
    }

    @Test func aJobQueueIsAlwaysInOrderWhateverComesAndGoes() {
        var random = SplitMix64(seed: 7)
        var queue = JobQueue()
        var expected: [QueueKey] = []
        for step in 0..<6000 {
            if random.next(upperBound: 100) < 55 {
                let key = QueueKey(priority: Int(random.next(upperBound: 3)), order: Int64(step / 2))
                queue.insert(key)
                if !expected.contains(key) { expected.append(key) }
            } else if !expected.isEmpty {
                let takesFirst = random.next(upperBound: 2) == 0
                let index = takesFirst ? 0 : Int(random.next(upperBound: UInt64(expected.count)))
                let key = expected.sorted()[index]
                queue.remove(key)
                expected.removeAll { $0 == key }
            }
            guard queue.count == expected.count, queue.first == expected.min() else {
                Issue.record("step \(step)")
                return
            }
        }
        #expect(Array(queue.all) == expected.sorted())
        let middle = expected.sorted()[expected.count / 2]
        #expect(queue.count(before: middle) == expected.count / 2)
    }

    @Test func takingFromTheFrontOfALongQueueKeepsTheRest() {
        var queue = JobQueue()
        for order in 0..<5000 { queue.insert(QueueKey(priority: 0, order: Int64(order))) }
        for order in 0..<4000 { queue.remove(QueueKey(priority: 0, order: Int64(order))) }
        #expect(queue.count == 1000)
        #expect(queue.first?.order == 4000)
        queue.insert(QueueKey(priority: 1, order: 9))
        #expect(queue.first?.order == 9)
        #expect(queue.count(before: QueueKey(priority: 0, order: 4999)) == 1000)
    }

    @Test func removingAKeyThatIsNotThereChangesNothing() {
        var queue = JobQueue()
        queue.remove(QueueKey(priority: 0, order: 1))
        queue.insert(QueueKey(priority: 0, order: 2))
        queue.remove(QueueKey(priority: 0, order: 1))
        queue.remove(QueueKey(priority: 0, order: 3))
        #expect(queue.all.map(\.order) == [2])
    }

    @Test func deadlinesComeInTheOrderOfTime() {
        var random = SplitMix64(seed: 3)
        var queue = DeadlineQueue()
        let node = NodeID(rawValue: "n-1")
        let times = (0..<500).map { _ in Int64(random.next(upperBound: 1000)) }
        for time in times { queue.insert(Deadline(uptime: time, kind: .lease(node))) }
        var taken: [Int64] = []
        while let deadline = queue.removeFirst() { taken.append(deadline.uptime) }
        #expect(taken == times.sorted())
        #expect(queue.first == nil)
    }

    @Test func deadDeadlinesAreDroppedAndTheOthersKeepTheirOrder() {
        var queue = DeadlineQueue()
        for time in 0..<2000 {
            let isLive = time % 10 == 0
            queue.insert(
                Deadline(uptime: Int64(1999 - time), kind: .lease(NodeID(rawValue: isLive ? "live" : "dead"))))
            queue.compactIfGrown { if case .lease(let id) = $0 { id.rawValue == "live" } else { false } }
        }
        #expect(queue.count < 1100)
        var taken: [Int64] = []
        while let deadline = queue.removeFirst() {
            if case .lease(let id) = deadline.kind, id.rawValue == "live" { taken.append(deadline.uptime) }
        }
        #expect(taken == (0..<200).map { Int64($0 * 10 + 9) })
    }

    // MARK: Groups

    private func live(_ order: Int64, priority: Int = 0) -> LiveJob {
        LiveJob(
            job: Job(id: JobID(rawValue: "j-\(order)"), priority: priority), order: order, demand: .zero,
            requirement: 0,
            scheduling: SchedulingRecord(evaluation: EvaluationID(rawValue: "v"), startTime: .zero))
    }

    private func key(_ number: Int) -> WaitingQueue.GroupKey {
        WaitingQueue.GroupKey(requirement: number, demand: .zero, loner: nil)
    }

    @Test func theHeadsOfAllGroupsStandInOrder() {
        var queue = WaitingQueue()
        let jobs = [live(1), live(2), live(3), live(4, priority: 9)]
        let first = queue.insert(jobs[0], key(1))
        let second = queue.insert(jobs[1], key(2))
        _ = queue.insert(jobs[2], key(1))
        #expect(queue.heads.map(\.group) == [first, second])
        _ = queue.insert(jobs[3], key(2))
        #expect(queue.heads.map(\.group) == [second, first])
        #expect(queue.head(of: second) === jobs[3])
        #expect(queue.count == 4)
        #expect(queue.count(before: jobs[2].key) == 3)
        _ = queue.remove(jobs[3])
        _ = queue.remove(jobs[0])
        #expect(queue.heads.map(\.key.order) == [2, 3])
        #expect(jobs[0].group == nil)
    }

    @Test func aGroupThatNoNodeCanRunHasNoHeadUntilOneCan() {
        var queue = WaitingQueue()
        let job = live(1)
        let group = queue.insert(job, key(1))
        queue.setStranded(true, group)
        #expect(queue.heads.isEmpty)
        #expect(queue.head(of: group) === job)
        queue.setStranded(false, group)
        #expect(queue.heads.map(\.group) == [group])
    }

    @Test func theLastJobOfAGroupTakesTheGroupWithItAndNamesTheNodeThatWasKeptFree() {
        var queue = WaitingQueue()
        let jobs = [live(1), live(2)]
        let group = queue.insert(jobs[0], key(1))
        _ = queue.insert(jobs[1], key(1))
        queue.setReservedNode(NodeID(rawValue: "n-1"), of: group)
        #expect(queue.remove(jobs[0]) == nil)
        #expect(queue.remove(jobs[1]) == NodeID(rawValue: "n-1"))
        #expect(queue.isEmpty)
        #expect(queue.group(key(1)) == nil)
        #expect(queue.insert(live(3), key(7)) == group)
    }

    // MARK: Reservations

    @Test func thoseBehindAReservationMayTakeTogetherWhatFitsBesideItsHolder() {
        func room(_ cpu: Int64) -> Room { Room(cpu: cpu, memory: 0, disk: 0, gpus: 0) }
        var reservation = Reservation(
            holder: .group(0), demand: room(3), key: QueueKey(priority: 0, order: 1))
        let passer = ExecutionID(rawValue: "e-1")
        #expect(reservation.room(behind: room(8), capacity: room(8)) == room(5))
        #expect(reservation.room(behind: room(2), capacity: room(8)) == room(2))
        reservation.pass(passer, room(4))
        #expect(reservation.room(behind: room(4), capacity: room(8)) == room(1))
        reservation.forget(passer)
        reservation.forget(passer)
        #expect(reservation.room(behind: room(8), capacity: room(8)) == room(5))
    }
}
