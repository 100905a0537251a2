/// Time and chance, which tests replace.
struct Pauses: Sendable {
    /// The time since some fixed moment.
    var now: @Sendable () -> Duration
    /// Waits; throws only when the task is cancelled.
    var sleep: @Sendable (Duration) async throws -> Void
    /// From 0 up to but not including 1.
    var random: @Sendable () -> Double

    static let system: Pauses = {
        let start = ContinuousClock.now
        return Pauses(
            now: { ContinuousClock.now - start }, sleep: { try await Task.sleep(for: $0, tolerance: .zero) },
            random: { Double.random(in: 0..<1) })
    }()
}
