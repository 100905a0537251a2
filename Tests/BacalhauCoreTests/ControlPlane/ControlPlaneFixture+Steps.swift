import BacalhauModel
import BacalhauSupport

@testable import BacalhauCore

/// Steps that many tests take.
extension ControlPlaneFixture {
    static let done = ExecutionReport.Content.completed(RunResult(), published: .empty)

    static func failure(_ cause: FailureCause, _ message: String = "broken") -> ExecutionReport.Content {
        .failed(
            BacalhauModel.Event(topic: .runningExecution, message: message, timestamp: nil), output: nil, cause: cause)
    }

    /// Settings with which no node is ever lost for want of a beat.
    static var withoutLeases: ControlSettings {
        var settings = ControlSettings()
        settings.leaseDuration = .seconds(1 << 30)
        return settings
    }

    func state(_ id: JobID) -> StateOf<JobStateType>? { jobs[id]?.state }
    func node(_ name: String) -> NodeRecord? { state.nodes[NodeID(rawValue: name)] }

    /// The execution of a job that has not ended on a node.
    func active(_ id: JobID, on node: String) -> Execution? { active(id).first { $0.nodeID.rawValue == node } }

    /// The nodes that hold an execution of a job that has not ended, in order.
    func places(_ id: JobID) -> [String] { active(id).map(\.nodeID.rawValue).sorted() }

    /// A report of the node that holds an execution of a job, or of the first one.
    mutating func report(_ id: JobID, on node: String? = nil, _ content: ExecutionReport.Content) {
        guard let execution = active(id).first(where: { node == nil || $0.nodeID.rawValue == node }) else { return }
        report(execution, content)
    }

    mutating func stop(_ id: JobID) { apply(.stop(id, reason: "", evaluation: EvaluationID(rawValue: "v-stop"))) }
    mutating func beat(_ name: String) -> CommandOutcome { apply(.nodeBeat(NodeID(rawValue: name), known: [])) }
    mutating func disconnect(_ name: String) { apply(.nodeDisconnected(NodeID(rawValue: name))) }

    /// Lets time go by while these nodes are heard of all the time.
    mutating func advance(_ duration: Duration, hearing names: [String]) {
        var left = duration
        while left > .zero {
            // Not past a deadline, which the control loop would wake for.
            let due = state.nextDeadline.map { Duration.nanoseconds(max(1, $0 - moment.uptime)) }
            let step = min(left, .seconds(30), due ?? left)
            advance(step)
            left -= step
            for name in names { apply(.nodeBeat(NodeID(rawValue: name), known: [])) }
        }
    }

    /// Lets time go by until a job has an execution, or is over.
    mutating func advanceUntilPlaced(_ id: JobID) {
        while active(id).isEmpty, state.jobs[id]?.isOver == false, state.nextDeadline != nil { advanceToDeadline() }
    }

    /// Both clocks go on, and the wall clock jumps on top of it.
    mutating func advance(_ duration: Duration, wallJump: Duration) {
        moment.wall = moment.wall + wallJump
        advance(duration)
    }

    /// The node of each execution that the last command wanted to be ended, in order.
    var stopped: [String] {
        messages.compactMap { if case .stop = $0.message { $0.node.rawValue } else { nil } }.sorted()
    }

    /// What the history of a job says on the job's own level.
    func remarks(_ id: JobID) -> [String] {
        history.filter { $0.jobID == id && $0.level == .job }.map(\.event.message)
    }

    mutating func explain(_ id: JobID) -> JobExplanation? {
        guard case .explanation(let explanation) = apply(.explain(id)) else { return nil }
        return explanation
    }

    /// Goes back to what is stored while the nodes stay connected, as after a commit that failed.
    mutating func reload() {
        let connected = state.nodes.all.filter { $0.state.connection == .connected }.map(\.id)
        restart(connected: connected)
    }
}
