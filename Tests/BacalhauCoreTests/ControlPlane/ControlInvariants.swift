import BacalhauModel

@testable import BacalhauCore

/// What must hold of a control plane between commands, whatever happened to it.
struct ControlInvariants {
    /// Executions that were assigned to a node by an earlier command.
    private var assigned: Set<ExecutionID> = []
    /// Who waited after the last command, and with which needs.
    private var waited: [JobID: WaitingQueue.GroupKey] = [:]

    /// Everything that does not hold.
    mutating func violations(of plane: borrowing ControlPlaneFixture) -> [String] {
        var found: [String] = []
        for (_, node) in plane.state.nodes.places { found += bookViolations(node, plane) + gpuViolations(node, plane) }
        found += commitViolations(plane)
        found += waitingViolations(plane) + boundViolations(plane) + reservationViolations(plane)
        found += jobViolations(plane)
        remember(plane)
        return found
    }

    private mutating func remember(_ plane: borrowing ControlPlaneFixture) {
        assigned = Set(plane.state.nodes.all.flatMap(\.executions.keys))
        waited = [:]
        for live in plane.state.jobs.values where live.group != nil {
            waited[live.id] = live.group.flatMap { plane.state.waiting[$0]?.key }
        }
    }

    /// What a node has reserved is what its executions take.
    private func bookViolations(_ node: NodeRecord, _ plane: borrowing ControlPlaneFixture) -> [String] {
        var sum = Room.zero
        for demand in node.executions.values { sum += demand }
        let held = Set(
            plane.state.jobOfExecution.compactMap { id, live -> ExecutionID? in
                guard let execution = live.active[id], execution.nodeID == node.id,
                    execution.desiredState.type != .pending
                else { return nil }
                return id
            })
        var found: [String] = []
        if sum != node.reserved { found.append("\(node.id) has \(node.reserved) reserved instead of \(sum)") }
        if held != Set(node.executions.keys) { found.append("\(node.id) holds other executions than it should") }
        let bound = Set(
            plane.state.jobs.values.flatMap { $0.active.values }
                .filter { $0.nodeID == node.id && $0.desiredState.type == .pending }.map(\.id))
        if bound != Set(node.bound.map(\.execution)) || bound.count != node.bound.count {
            found.append("\(node.id) has other executions waiting than it should")
        }
        if !zip(node.bound, node.bound.dropFirst()).allSatisfy({ $0.key <= $1.key }) {
            found.append("those who wait at \(node.id) are out of order")
        }
        return found
    }

    /// A GPU belongs to one execution at a time, and each execution has as many as it asked for.
    private func gpuViolations(_ node: NodeRecord, _ plane: borrowing ControlPlaneFixture) -> [String] {
        var owners: [UInt64: ExecutionID] = [:]
        var found: [String] = []
        for (id, demand) in node.executions {
            let gpus =
                plane.state.jobOfExecution[id]?.active[id]?.allocatedResources.values.flatMap(\.gpus).map(\.index) ?? []
            if gpus.count != Int(demand.gpus) { found.append("\(id) has \(gpus.count) GPUs instead of \(demand.gpus)") }
            for gpu in gpus where owners.updateValue(id, forKey: gpu) != nil {
                found.append("GPU \(gpu) of \(node.id) has two owners")
            }
        }
        if Set(owners.keys) != Set(node.busyGPUs.map(\.index)) {
            found.append("\(node.id) has other GPUs in use than it should")
        }
        return found
    }

    /// A node that was just given something has room for all it has.
    private func commitViolations(_ plane: borrowing ControlPlaneFixture) -> [String] {
        var found: [String] = []
        for node in plane.state.nodes.all where node.executions.keys.contains(where: { !assigned.contains($0) }) {
            if !node.capacity.covers(node.reserved) { found.append("\(node.id) is over-committed: \(node.reserved)") }
            for (id, demand) in node.executions where !assigned.contains(id) && !node.limit.covers(demand) {
                found.append("\(id) is larger than \(node.id) allows")
            }
            if node.state.membership != .approved { found.append("\(node.id) was given work without approval") }
        }
        return found
    }

    /// Nobody who waits fits anywhere, and nobody was overtaken by somebody behind with the same needs.
    private func waitingViolations(_ plane: borrowing ControlPlaneFixture) -> [String] {
        var found: [String] = []
        let waiting = plane.state.waiting
        for group in waiting.groupIndices {
            guard let head = waiting.head(of: group), let entry = waiting[group] else { continue }
            let placement = Placement(head, nodes: plane.state.nodes)
            for (place, node) in plane.state.nodes.places
            where plane.state.requirements.isMet(head.requirement, by: place) {
                if placement.fits(place) { found.append("\(head.id) waits although it fits on \(node.id)") }
                if entry.isStranded, placement.couldRun(on: place) {
                    found.append("\(head.id) counts as impossible although \(node.id) could run it")
                }
            }
            for live in waiting.jobs(of: group) where live.ready.isEmpty || live.isOver {
                found.append("\(live.id) waits for nothing")
            }
        }
        if !zip(waiting.heads, waiting.heads.dropFirst()).allSatisfy({ $0.key < $1.key }) {
            found.append("the heads of the queue are out of order")
        }
        for node in plane.state.nodes.all {
            for id in node.executions.keys where !assigned.contains(id) {
                guard let live = plane.state.jobOfExecution[id], !live.isPerNode else { continue }
                for (other, needs) in waited {
                    // One that was just refused by a node has other needs than before.
                    guard let ahead = plane.state.jobs[other], ahead.group != nil, ahead.key < live.key,
                        needs == plane.state.groupKey(of: live), needs == plane.state.groupKey(of: ahead)
                    else { continue }
                    found.append("\(live.id) overtook \(other)")
                }
            }
        }
        return found
    }

    /// Nobody who waits at one node fits there.
    private func boundViolations(_ plane: borrowing ControlPlaneFixture) -> [String] {
        plane.state.nodes.all.flatMap { node in
            node.bound.filter { bound in
                guard node.room.covers(bound.demand), node.isUsable else { return false }
                guard let reservation = node.reservation, reservation.key < bound.key,
                    reservation.holder != .bound(bound.execution)
                else { return true }
                return reservation.room(behind: node.room, capacity: node.capacity).covers(bound.demand)
            }
            .map { "\($0.job) waits at \(node.id) although it fits" }
        }
    }

    /// Both sides of a reservation agree, and it is of use to its holder.
    private func reservationViolations(_ plane: borrowing ControlPlaneFixture) -> [String] {
        var found: [String] = []
        let waiting = plane.state.waiting
        for (place, node) in plane.state.nodes.places {
            guard case .group(let group)? = node.reservation?.holder else { continue }
            guard let entry = waiting[group], let head = waiting.head(of: group), entry.reservedNode == node.id else {
                found.append("\(node.id) is kept free for nobody")
                continue
            }
            if !Placement(head, nodes: plane.state.nodes).couldRun(on: place)
                || !plane.state.requirements.isMet(head.requirement, by: place)
            {
                found.append("\(node.id) is kept free for \(head.id), which cannot run there")
            }
            if !node.isUsable { found.append("\(node.id) is kept free although it is absent") }
            if node.reservation?.key != head.key { found.append("the reservation of \(node.id) stands elsewhere") }
        }
        for group in waiting.groupIndices {
            guard let id = waiting[group]?.reservedNode else { continue }
            if plane.state.nodes[id]?.reservation?.holder != .group(group) {
                found.append("group \(group) believes that \(id) is kept free for it")
            }
        }
        return found
    }

    /// Every job has a way forward.
    private func jobViolations(_ plane: borrowing ControlPlaneFixture) -> [String] {
        var found: [String] = []
        for live in plane.state.jobs.values {
            if live.isOver {
                if live.active.isEmpty { found.append("\(live.id) is over and not let go of") }
                continue
            }
            if !live.isPerNode, live.ready.isEmpty == (live.group != nil) {
                found.append(
                    "\(live.id) has \(live.ready.count) parts to place and group \(String(describing: live.group))")
            }
            let isWatching = plane.state.nodeWatchers.contains(live.id)
            if live.active.isEmpty, live.pausing.isEmpty, live.group == nil, !isWatching {
                found.append("\(live.id) has no way forward")
            }
            if live.kind == .batch || live.kind == .service {
                let wanted = live.active.values.count { $0.desiredState.type != .stopped }
                let all =
                    wanted + live.pausing.count + live.ready.count + (live.kind == .batch ? live.completedCount : 0)
                if all != live.job.count { found.append("\(live.id) has \(all) parts instead of \(live.job.count)") }
            }
        }
        return found
    }
}
