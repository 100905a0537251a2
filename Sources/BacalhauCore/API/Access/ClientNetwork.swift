import BacalhauSupport

/// What a client is known by while it has shown no credential that counts.
enum ClientNetwork {
    /// The address without its port; of IPv6 the first 64 bits, as a client has all addresses that begin with them.
    static func name(of remoteAddress: String) -> String {
        let host = remoteAddress.lastIndex(of: ":").map { String(remoteAddress[..<$0]) } ?? remoteAddress
        let plain = host.hasPrefix("[") ? String(host.dropFirst().prefix { $0 != "]" }) : host
        guard let address = IPAddress(plain) else { return host }
        if address.isVersion4 { return address.description }
        let groups = stride(from: 0, to: 8, by: 2).map { index in
            String(UInt16(address.bytes[index]) << 8 | UInt16(address.bytes[index + 1]), radix: 16)
        }
        return groups.joined(separator: ":") + "::/64"
    }
}
