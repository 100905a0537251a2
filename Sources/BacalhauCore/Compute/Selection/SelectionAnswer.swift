/// What one probe says of a job.
enum SelectionAnswer: Hashable, Sendable {
    case accepted
    /// The node will never take it.
    case refused(String)
    /// There is no decision now; asking later may bring one.
    case undecided(String)
}

/// Why a node does not take a job.
struct SelectionRefusal: Hashable, Sendable {
    var reason: String
    /// Whether the same node may take it later.
    var isRetryable: Bool

    /// Joins all reasons; `nil` when nothing speaks against the job. A decision counts more than a missing answer.
    init?(objections: [String], answers: [SelectionAnswer]) {
        var final = objections
        var open: [String] = []
        for answer in answers {
            switch answer {
            case .accepted: break
            case .refused(let reason): final.append(reason)
            case .undecided(let reason): open.append(reason)
            }
        }
        guard !final.isEmpty || !open.isEmpty else { return nil }
        reason = (final + open).joined(separator: "; ")
        isRetryable = final.isEmpty
    }
}
