import BacalhauSupport

/// How a phase of an execution ended.
enum PhaseEnd<Value: Sendable>: Sendable {
    case finished(Value)
    case stopped
    case deadline
}

/// Runs one phase until it is finished, its time is over, or a stop is asked for; then the phase's task is cancelled.
///
/// Returns when the phase's task has ended.
func race<Value: Sendable>(
    deadline: Duration?, stop: AsyncSignal<Void>, _ phase: @escaping @Sendable () async -> Value
) async -> PhaseEnd<Value> {
    if stop.value != nil { return .stopped }
    return await withTaskGroup(of: PhaseEnd<Value>?.self) { group in
        group.addTask { .finished(await phase()) }
        group.addTask { await stop.wait() == nil ? nil : .stopped }
        if let deadline {
            group.addTask {
                do { try await Task.sleep(for: deadline) } catch { return nil }
                return .deadline
            }
        }
        var end: PhaseEnd<Value>?
        while end == nil, let next = await group.next() { end = next }
        group.cancelAll()
        return end ?? .stopped
    }
}
