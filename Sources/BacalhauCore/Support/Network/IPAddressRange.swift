/// A range of addresses: `10.1.0.0/16`, or a single address.
public struct IPAddressRange: Hashable, Sendable {
    private let first: IPAddress
    private let prefixLength: Int

    /// Reads a range; `nil` for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = IPAddress(String(parts[0])) else { return nil }
        self.first = first
        let bits = first.bytes.count * 8
        guard parts.count > 1 else {
            prefixLength = bits
            return
        }
        guard let length = Int(parts[1]), (0...bits).contains(length) else { return nil }
        prefixLength = length
    }

    /// Whether an address lies in the range.
    public func contains(_ address: IPAddress) -> Bool {
        guard address.bytes.count == first.bytes.count else { return false }
        for (index, (left, right)) in zip(address.bytes, first.bytes).enumerated() {
            let bits = min(max(prefixLength - index * 8, 0), 8)
            if bits > 0 && (left ^ right) >> (8 - UInt8(bits)) != 0 { return false }
        }
        return true
    }
}
