import BacalhauModel
import BacalhauSupport

@testable import BacalhauCore

/// What happens on the nodes of the simulated cluster.
extension SimulatedCluster {
    func startNode(_ id: NodeID) {
        guard let node = node(id), !node.isUp else { return }
        let (goingOn, interrupted) = node.start()
        for record in goingOn where !record.isStarted { startWorkload(record.execution, record.job, on: node) }
        for record in interrupted {
            let event = Event(topic: .runningExecution, message: "the node was restarted", timestamp: nil)
            end(record.execution, .failed(event, output: nil, cause: .infrastructure), on: node)
        }
        for execution in node.outbox.keys.sorted() { set(.deliver(execution), on: node, in: 1) }
        set(.connect, on: node, in: 1)
        set(.beat, on: node, in: 15_000)
    }

    func crash(_ node: SimulatedNode) {
        node.crash()
        for id in node.workloads.keys.sorted() {
            guard let record = node.disk[id], JobScript.survivesCrash(record.job) else {
                node.workloads[id] = nil
                continue
            }
        }
    }

    /// The operator gives a node other labels or engines; it says so while it is connected.
    func changeDescription(of node: SimulatedNode) {
        node.info.labels["zone"] = chance.pick(["a", "b"])
        node.info.compute?.executionEngines = chance.happens(800) ? ["noop"] : []
        if node.isUp, node.isConnected { ask(.nodeUpdated(node.info), .beat, node) }
    }

    private func set(_ timer: NodeTimer, on node: SimulatedNode, in milliseconds: Int) {
        time.schedule(.nodeTimer(node.id, life: node.life, timer), in: .milliseconds(milliseconds))
    }

    func arrive(_ mail: NodeMail, at id: NodeID, life: Int?) {
        guard let node = node(id), node.isUp, life == nil || life == node.life else { return }
        switch mail {
        case .message(let message): obey(message, on: node)
        case .connected: node.isConnected = true
        case .acknowledged(let execution):
            node.outbox[execution] = nil
            node.disk[execution] = nil
            node.machine.forget(execution)
        case .refused(.beat):
            node.isConnected = false
            set(.connect, on: node, in: 100)
        case .refused: break
        }
    }

    func ring(_ timer: NodeTimer, at id: NodeID, life: Int) {
        guard let node = node(id), node.isUp, node.life == life else { return }
        switch timer {
        case .connect:
            guard !node.isConnected else { return }
            node.connectionCount += 1
            let session = NodeSession(process: UInt64(node.life), number: node.connectionCount)
            ask(.nodeConnected(node.info, known: node.machine.known, session: session), .connect, node)
            set(.connect, on: node, in: 1000)
        case .beat:
            if node.isConnected { ask(.nodeBeat(id, known: node.machine.known), .beat, node) }
            set(.beat, on: node, in: 15_000)
        case .deliver(let execution):
            guard let report = node.outbox[execution] else { return }
            ask(.report(report), .report(execution, isFinal: true), node)
            set(.deliver(execution), on: node, in: 2000)
        case .taken(let execution): take(execution, on: node)
        case .ended(let execution, let content):
            guard let record = node.disk[execution] else { return }
            end(record.execution, content, on: node)
        }
    }

    func ask(_ command: Command, _ question: SimulatedOrchestrator.Question, _ node: SimulatedNode) {
        let item = SimulatedOrchestrator.Item(command: command, caller: .node(node.id, life: node.life, question))
        deliver(.arriveAtOrchestrator(item))
    }

    private func obey(_ message: NodeMessage, on node: SimulatedNode) {
        switch node.machine.handle(message, demand: SimulatedNode.demand) {
        case .take(let execution, let job):
            if isFaulty, chance.happens(plan.fullDisksPerMille) {
                end(execution, .refused(reason: "the disk is full", isRetryable: true), on: node)
            } else if isFaulty, chance.happens(10) {
                end(execution, .refused(reason: "does not want it", isRetryable: false), on: node)
            } else {
                node.disk[execution.id] = SimulatedNode.Record(execution: execution, job: job, isStarted: false)
                set(.taken(execution.id), on: node, in: chance.number(1...20))
            }
        case .end(let execution, let content): end(execution, content, on: node)
        case .stop(let id): set(.ended(id, .cancelled(output: nil)), on: node, in: chance.number(1...5000))
        case .denyStopped(let id):
            let denial = ExecutionReport(
                executionID: id, jobID: JobID(rawValue: ""), nodeID: node.id, content: .cancelled(output: nil))
            ask(.report(denial), .report(id, isFinal: false), node)
        case .confirm(let execution): confirm(execution, on: node)
        case nil: break
        }
    }

    private func confirm(_ execution: Execution, on node: SimulatedNode) {
        let report = ExecutionReport(
            executionID: execution.id, jobID: execution.jobID, nodeID: node.id, content: .accepted)
        ask(.report(report), .report(execution.id, isFinal: false), node)
    }

    private func take(_ id: ExecutionID, on node: SimulatedNode) {
        guard let record = node.disk[id], record.report == nil, node.outbox[id] == nil else { return }
        node.machine.confirm(id)
        confirm(record.execution, on: node)
        startWorkload(record.execution, record.job, on: node)
    }

    private func startWorkload(_ execution: Execution, _ job: Job, on node: SimulatedNode) {
        guard node.workloads[execution.id] == nil else { return }
        node.disk[execution.id]?.isStarted = true
        node.workloads[execution.id] = SimulatedNode.demand(execution, job)
        if !node.capacity.covers(node.load) { violations.append("more runs on \(node.id) than it has room for") }
        time.schedule(.workloadEnds(node.id, execution.id), in: .milliseconds(JobScript.duration(of: job)))
    }

    func workloadEnds(_ id: ExecutionID, on nodeID: NodeID) {
        guard let node = node(nodeID), node.workloads[id] != nil, let record = node.disk[id] else { return }
        guard node.isUp else {
            // The container ends by itself; the node finds that out when it is back.
            time.schedule(.workloadEnds(nodeID, id), in: .seconds(1))
            return
        }
        let event = { Event(topic: .runningExecution, message: $0, timestamp: nil) }
        if JobScript.isBroken(record.job) {
            end(record.execution, .failed(event("broken"), output: nil, cause: .workload), on: node)
        } else if chance.happens(JobScript.nodeFailures(of: record.job)) {
            end(record.execution, .failed(event("bad luck"), output: nil, cause: .node), on: node)
        } else {
            end(record.execution, .completed(RunResult(), published: .empty), on: node)
        }
    }

    private func end(_ execution: Execution, _ content: ExecutionReport.Content, on node: SimulatedNode) {
        guard node.outbox[execution.id] == nil, node.disk[execution.id]?.report == nil else { return }
        node.workloads[execution.id] = nil
        let report = ExecutionReport(
            executionID: execution.id, jobID: execution.jobID, nodeID: node.id, content: content)
        // The last word is stored soon, not at once: a crash may lose it.
        if !isFaulty || !chance.happens(plan.crashesPerMille) { node.disk[execution.id]?.report = report }
        node.outbox[execution.id] = report
        node.machine.end(execution.id)
        set(.deliver(execution.id), on: node, in: 1)
    }
}
