public import BacalhauSupport

/// Which addresses the node fetches from on behalf of a job.
///
/// Without it a job could read what only this machine or its network may see: the node's own API, a neighbour's
/// database, the cloud's credentials service.
public struct AddressPolicy: Hashable, Sendable {
    /// Whether every address is allowed.
    public var allowsAll: Bool
    /// Ranges that are allowed besides the internet.
    public var allowed: [IPAddressRange]

    /// Makes a policy; by default only the internet is allowed.
    public init(allowsAll: Bool = false, allowed: [IPAddressRange] = []) {
        self.allowsAll = allowsAll
        self.allowed = allowed
    }

    /// Whether a numeric address may be connected to. What cannot be read is not allowed.
    public func allows(_ address: String) -> Bool {
        if allowsAll { return true }
        guard let address = IPAddress(address) else { return false }
        return address.kind == .global || allowed.contains { $0.contains(address) }
    }
}
