import BacalhauModel
import BacalhauSupport

/// Places the partitions of batch and service jobs, and gives freed room to those who wait for it.
///
/// What holds between commands: nobody who waits fits on any node, where they stand in the queue. So a new job is placed
/// at once or waits, and only nodes where room came free have to be looked at again.
extension ControlState {
    /// Places what is ready as far as there is room; the rest waits.
    mutating func placeReady(_ live: LiveJob, _ changes: inout ChangeSet) {
        guard !live.isOver, live.group == nil else { return }
        while !live.ready.isEmpty {
            guard let place = choose(for: live) else {
                wait(live, &changes)
                return
            }
            start(live, on: place, &changes)
        }
    }

    private mutating func choose(for live: LiveJob) -> Int? {
        // Somebody with the same needs stands ahead and does not fit anywhere.
        if let group = waiting.group(groupKey(of: live)), let head = waiting[group]?.queue.first, head < live.key {
            return nil
        }
        guard nodes.usableCount > 0 else { return nil }
        return Placement(live, nodes: nodes).choose(from: requirements[live.requirement].tiers, random: &random)
    }

    func groupKey(of live: LiveJob) -> WaitingQueue.GroupKey {
        WaitingQueue.GroupKey(
            requirement: live.requirement, demand: live.demand,
            loner: live.scheduling.refusals.isEmpty ? nil : live.id)
    }

    /// Makes the execution of the next ready partition.
    private mutating func start(_ live: LiveJob, on place: Int, _ changes: inout ChangeSet) {
        guard let partition = live.ready.popLast(), let node = nodes[place]?.id else { return }
        var execution = makeExecution(of: live, on: node)
        execution.partitionIndex = partition
        execution.desiredState = StateOf(.running)
        assign(&execution, of: live, at: place)
        setExecution(execution, of: live, from: .new, event: .empty, &changes)
        if live.job.state.type != .running { setState(.running, of: live, event: .empty, &changes) }
        send(.run(execution, live.job), about: execution, to: node, &changes)
    }

    mutating func makeExecution(of live: LiveJob, on node: NodeID) -> Execution {
        var execution = Execution(
            id: newExecutionID(), namespace: live.job.namespace, evaluationID: live.scheduling.evaluation, nodeID: node,
            jobID: live.id, createTime: now)
        execution.jobVersion = live.job.version
        execution.allocatedResources = [live.job.task.name: live.demand.resources]
        live.hasStarted = true
        jobOfExecution[execution.id] = live
        return execution
    }

    /// Reserves an execution's share of its node.
    mutating func assign(_ execution: inout Execution, of live: LiveJob, at place: Int) {
        let id = execution.id
        let gpus = nodes.update(place) { node in
            let gpus = node.assign(id, live.demand)
            if let reservation = node.reservation, reservation.key < live.key {
                let isHolder =
                    reservation.holder == .bound(id) || live.group.map { reservation.holder == .group($0) } == true
                if !isHolder { node.reservation?.pass(id, live.demand) }
            }
            return gpus
        }
        if let gpus, !gpus.isEmpty { execution.allocatedResources[live.job.task.name]?.gpus = gpus }
    }

    // MARK: Waiting

    /// Puts a job into the queue, or ends it when waiting is in vain.
    private mutating func wait(_ live: LiveJob, _ changes: inout ChangeSet) {
        let key = groupKey(of: live)
        let isNew = waiting.group(key) == nil
        if isNew, !canRunSomewhere(live) {
            guard waitsThoughImpossible(live) else {
                failImpossible(live, &changes)
                return
            }
            enqueue(live, key)
            if let group = live.group { waiting.setStranded(true, group) }
            note(impossibility(of: live), for: live, &changes)
            return
        }
        enqueue(live, key)
        guard let group = live.group else { return }
        if waiting[group]?.isStranded == true {
            note(impossibility(of: live), for: live, &changes)
            return
        }
        if waiting.head(of: group) === live { reserve(for: live, group) }
        refreshReservation(of: group)
        note(waitingReason(of: live), for: live, &changes)
    }

    private mutating func enqueue(_ live: LiveJob, _ key: WaitingQueue.GroupKey) {
        _ = waiting.insert(live, key)
        live.waitingSince = uptime
        armQueue(live)
    }

    /// Takes a job out of the queue and gives back what was kept free for it.
    mutating func leaveQueue(_ live: LiveJob) {
        live.waitingSince = nil
        guard let group = live.group else { return }
        let node = waiting.remove(live)
        guard let node, let place = nodes.place(of: node) else {
            refreshReservation(of: group)
            return
        }
        _ = nodes.update(place) { record in
            if record.reservation?.holder == .group(group) { record.reservation = nil }
        }
        freedNodes.append(place)
    }

    /// Whether there is a node that can run it when it has room and is connected.
    func canRunSomewhere(_ live: LiveJob) -> Bool {
        let placement = Placement(live, nodes: nodes)
        return requirements[live.requirement].tiers.contains { $0.contains { placement.couldRun(on: $0) } }
    }

    /// Keeps a node free for the head of a group: one that nobody, or only somebody behind it, waits for.
    mutating func reserve(for live: LiveJob, _ group: Int) {
        guard waiting[group]?.reservedNode == nil else { return }
        let start = Int(random.next(upperBound: 64))
        if let place = placeToReserve(for: live, startingAt: start) { takeReservation(at: place, .group(group), live) }
    }

    /// The emptiest of some sixty nodes of each tier that could be kept free for a job.
    private func placeToReserve(for live: LiveJob, startingAt start: Int) -> Int? {
        var best: (place: Int, load: Double)?
        let placement = Placement(live, nodes: nodes)
        for tier in requirements[live.requirement].tiers {
            let step = max(1, tier.count / 64)
            for index in stride(from: start % step, to: tier.count, by: step) {
                let place = tier[index]
                guard placement.couldRun(on: place), canReserve(place, for: live.key) else { continue }
                let load = nodes.rooms[place].load(of: nodes.capacities[place])
                if best.map({ load < $0.load }) ?? true { best = (place, load) }
            }
        }
        return best?.place
    }

    /// Whether a job fits at a place now, where it stands in the queue.
    private func fits(_ live: LiveJob, at place: Int) -> Bool { Placement(live, nodes: nodes).fits(place) }

    /// Whether a job could run at a place if it were empty.
    private func couldRun(_ live: LiveJob, at place: Int) -> Bool { Placement(live, nodes: nodes).couldRun(on: place) }

    func canReserve(_ place: Int, for key: QueueKey) -> Bool {
        guard nodes.isReserved[place], let reservation = nodes.reservation(at: place) else { return true }
        return key < reservation.key
    }

    mutating func takeReservation(at place: Int, _ holder: Reservation.Holder, _ live: LiveJob) {
        if case .group(let former) = nodes.reservation(at: place)?.holder { waiting.setReservedNode(nil, of: former) }
        let reservation = Reservation(holder: holder, demand: live.demand, key: live.key)
        guard
            let id = nodes.update(
                place,
                { node in
                    node.reservation = reservation
                    return node.id
                })
        else { return }
        if case .group(let group) = holder { waiting.setReservedNode(id, of: group) }
    }

    // MARK: Freed room

    /// Gives room that came free to those who wait, in the order of the queue.
    mutating func fillFreedNodes(_ changes: inout ChangeSet) {
        while let place = freedNodes.popLast() {
            if nodes.rooms[place] != .none { fill(place, &changes) }
        }
    }

    /// How many groups are looked at for one node: those far behind wait until they have come forward.
    static let lookCountMax = 4096

    private mutating func fill(_ place: Int, _ changes: inout ChangeSet) {
        var index = 0
        var boundIndex = 0
        var looks = 0
        while looks < ControlState.lookCountMax {
            looks += 1
            let head = index < waiting.heads.count ? waiting.heads[index] : nil
            let bound = nodes[place].flatMap { boundIndex < $0.bound.count ? $0.bound[boundIndex] : nil }
            if let bound, head.map({ bound.key < $0.key }) ?? true {
                if !startBound(bound, at: place, &changes) { boundIndex += 1 }
            } else if let head {
                let isMet = requirements.isMet(waiting[head.group]?.key.requirement ?? 0, by: place)
                if !isMet || !startHead(head.group, at: place, &changes) { index += 1 }
            } else {
                return
            }
        }
    }

    /// Starts the head of a group at a place, or keeps the place free for it.
    ///
    /// - Returns: whether it was started; then the group has another head, or none.
    private mutating func startHead(_ group: Int, at place: Int, _ changes: inout ChangeSet) -> Bool {
        guard let live = waiting.head(of: group) else { return false }
        guard fits(live, at: place) else {
            if waiting[group]?.reservedNode == nil, couldRun(live, at: place), canReserve(place, for: live.key) {
                takeReservation(at: place, .group(group), live)
            }
            return false
        }
        start(live, on: place, &changes)
        if live.ready.isEmpty { leaveQueue(live) }
        refreshReservation(of: group)
        return true
    }

    /// Brings the place of a reservation's holder in the queue up to date after its head changed.
    private mutating func refreshReservation(of group: Int) {
        guard let node = waiting[group]?.reservedNode, let key = waiting[group]?.queue.first else { return }
        _ = nodes.update(node) { $0.reservation?.key = key }
    }

    // MARK: Words

    /// Says once why a job waits: in its state and its history.
    mutating func note(_ reason: String, for live: LiveJob, _ changes: inout ChangeSet) {
        guard live.job.state.type != .queued, live.active.isEmpty, !live.isOver else { return }
        let event = Event(topic: .queueing, message: "Job queued. \(reason)", timestamp: now)
        setState(.queued, of: live, event: event, &changes)
    }
}
