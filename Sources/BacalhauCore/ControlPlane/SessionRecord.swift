import BacalhauSupport

/// Which connections a node has had, as far as that helps to tell old announcements from new ones.
struct SessionRecord: Sendable {
    private var present: NodeSession?
    private var formerProcesses = RecentSet<UInt64>(countMax: 16)

    /// Whether a connection was there before, or before the present one.
    func isPast(_ session: NodeSession) -> Bool {
        guard let present else { return false }
        return session.process == present.process
            ? session.number <= present.number : formerProcesses.contains(session.process)
    }

    mutating func begin(_ session: NodeSession) {
        if let present, present.process != session.process { formerProcesses.insert(present.process) }
        present = session
    }
}
