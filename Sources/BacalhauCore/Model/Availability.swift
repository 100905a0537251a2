/// Whether a component can be used now, and if not, why and what to do.
public enum Availability: Hashable, Sendable {
    case available
    case unavailable(reason: String, hint: String)

    public var isAvailable: Bool { self == .available }
}
