/// Whether a component can be used now, and if not, why and what to do.
public enum Availability: Hashable, Sendable {
    /// It can be used.
    case available
    /// It cannot be used: `reason` says why, `hint` what to do about it (may be empty).
    case unavailable(reason: String, hint: String)

    /// Whether it can be used now.
    public var isAvailable: Bool { self == .available }
}
