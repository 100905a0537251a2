#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif

/// A numeric IPv4 or IPv6 address, and what kind of network it belongs to.
public struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// What an address is reachable from.
    public enum Kind: Hashable, Sendable, CaseIterable {
        /// This machine only.
        case loopback
        /// The machines on the same wire; also where clouds answer questions about the machine (169.254.169.254).
        case linkLocal
        /// An organisation's own network.
        case privateNetwork
        /// Groups of machines (224.0.0.0/4, ff00::/8).
        case multicast
        /// No address at all, broadcasts, and what is set aside for documents and experiments.
        case reserved
        /// The internet.
        case global
    }

    /// 4 or 16 bytes. An IPv4 address in IPv6 form is held as IPv4, so that the disguise changes nothing.
    public let bytes: [UInt8]

    /// Reads an address; `nil` for anything else. A zone (`%eth0`) is dropped.
    public init?(_ text: String) {
        let plain = String(text.prefix { $0 != "%" })
        var version4 = in_addr()
        var version6 = in6_addr()
        if inet_pton(AF_INET, plain, &version4) == 1 {
            bytes = withUnsafeBytes(of: &version4) { Array($0) }
        } else if inet_pton(AF_INET6, plain, &version6) == 1 {
            bytes = Self.unwrapped(withUnsafeBytes(of: &version6) { Array($0) })
        } else {
            return nil
        }
    }

    /// The IPv4 address inside of an IPv6 address that only carries one (mapped, compatible, NAT64, 6to4).
    private static func unwrapped(_ bytes: [UInt8]) -> [UInt8] {
        let last = Array(bytes[12...])
        if bytes[..<10].allSatisfy({ $0 == 0 }) {
            if bytes[10] == 0xff && bytes[11] == 0xff { return last }
            if bytes[10] == 0 && bytes[11] == 0 && last[0] != 0 { return last }
        }
        if bytes[..<12] == [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0] { return last }
        if bytes[0] == 0x20 && bytes[1] == 0x02 { return Array(bytes[2..<6]) }
        return bytes
    }

    /// Whether it is an IPv4 address, also when it was written in IPv6 form.
    public var isVersion4: Bool { bytes.count == 4 }

    /// What it is reachable from, told by its bits alone: nothing is resolved or asked.
    public var kind: Kind { isVersion4 ? kind4 : kind6 }

    private var kind4: Kind {
        switch (bytes[0], bytes[1]) {
        case (127, _): .loopback
        case (169, 254): .linkLocal
        case (10, _), (172, 16...31), (192, 168), (100, 64...127): .privateNetwork
        case (224...239, _): .multicast
        case (0, _), (240...255, _), (198, 18...19): .reserved
        case (192, 0) where bytes[2] == 0 || bytes[2] == 2: .reserved
        case (198, 51) where bytes[2] == 100: .reserved
        case (203, 0) where bytes[2] == 113: .reserved
        default: .global
        }
    }

    private var kind6: Kind {
        let first = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
        if bytes.dropLast().allSatisfy({ $0 == 0 }) { return bytes[15] == 1 ? .loopback : .reserved }
        switch first {
        case 0xfe80...0xfebf: return .linkLocal
        case 0xfc00...0xfdff, 0xfec0...0xfeff: return .privateNetwork
        case 0xff00...0xffff: return .multicast
        case 0x2001 where bytes[2] == 0x0d && bytes[3] == 0xb8: return .reserved
        case 0x2000...0x3fff: return .global
        default: return .reserved
        }
    }

    public var description: String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = isVersion4 ? AF_INET : AF_INET6
        _ = bytes.withUnsafeBytes { inet_ntop(family, $0.baseAddress, &buffer, socklen_t(buffer.count)) }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
