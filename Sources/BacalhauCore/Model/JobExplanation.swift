/// Why a job is where it is: what it waits for, what stands in its way, and when it is looked at again.
public struct JobExplanation: Hashable, Sendable {
    /// One sentence for people.
    public var summary: String
    /// Place among all waiting jobs, from 1; `nil` for a job that does not wait.
    public var position: Int?
    /// How many jobs wait.
    public var waitingCount: Int
    /// Executions that are still to be placed.
    public var missingCount: Int
    /// What stands in the way, with the number of nodes for which it does; the most frequent first.
    public var obstacles: [Obstacle]
    /// What will happen without anybody doing something, the next first.
    public var wakeUps: [WakeUp]

    /// Puts an explanation together.
    public init(
        summary: String, position: Int? = nil, waitingCount: Int = 0, missingCount: Int = 0,
        obstacles: [Obstacle] = [], wakeUps: [WakeUp] = []
    ) {
        self.summary = summary
        self.position = position
        self.waitingCount = waitingCount
        self.missingCount = missingCount
        self.obstacles = obstacles
        self.wakeUps = wakeUps
    }

    /// A reason why nodes do not run the job now.
    public struct Obstacle: Hashable, Sendable {
        /// What is said of each of these nodes, such as `is not connected`.
        public var reason: String
        /// How many nodes it is said of; at least 1.
        public var nodeCount: Int
        /// Up to three of these nodes.
        public var examples: [NodeID]

        /// Makes an obstacle.
        public init(reason: String, nodeCount: Int, examples: [NodeID]) {
            self.reason = reason
            self.nodeCount = nodeCount
            self.examples = examples
        }
    }

    /// A moment at which the job is looked at again.
    public struct WakeUp: Hashable, Sendable {
        /// When the job is looked at, by the orchestrator's clock.
        public var time: Timestamp
        /// What happens then.
        public var reason: String

        /// Makes a wake-up.
        public init(time: Timestamp, reason: String) {
            self.time = time
            self.reason = reason
        }
    }
}
