import BacalhauModel

/// Why a job is where it is, for a person.
struct ExplanationText {
    private let explanation: JobExplanation
    private let heading: (String) -> String

    /// - Parameter heading: makes the line above a part, with the empty line before it.
    init(_ explanation: JobExplanation, heading: @escaping (String) -> String) {
        self.explanation = explanation
        self.heading = heading
    }

    var text: String {
        var text = explanation.summary + "\n"
        if let position = explanation.position {
            text += "Position = \(position) of \(max(position, explanation.waitingCount))\n"
        }
        if explanation.missingCount > 0 { text += "Missing  = \(explanation.missingCount)\n" }
        if !explanation.obstacles.isEmpty {
            text += heading("Obstacles") + Table(columns: obstacleColumns, items: explanation.obstacles).text
        }
        if !explanation.wakeUps.isEmpty {
            text += heading("What Comes Next") + Table(columns: wakeUpColumns, items: explanation.wakeUps).text
        }
        return text
    }

    private var obstacleColumns: [Column<JobExplanation.Obstacle>] {
        [
            Column("Nodes") { obstacle, _ in "\(obstacle.nodeCount)" },
            Column("Reason", width: 60, wrap: .words) { obstacle, _ in obstacle.reason },
            Column("Such As") { obstacle, _ in obstacle.examples.map(ShortID.node).joined(separator: ", ") },
        ]
    }

    private var wakeUpColumns: [Column<JobExplanation.WakeUp>] {
        [
            Column("Time") { wakeUp, _ in TimeText.full(wakeUp.time) },
            Column("Event") { wakeUp, _ in wakeUp.reason },
        ]
    }
}
