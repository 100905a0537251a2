internal import Glibc

/// Which address other machines find this one at.
///
/// Configurations may say it in words: `private`, `public`, `loopback` (`localhost`, `local`), `linklocal`,
/// `multicast`, `any`. A word stands for the machine's first address of that kind.
public enum HostAddress {
    /// The address that a word stands for, and `127.0.0.1` where the machine has none of that kind; anything that is no
    /// such word stays as it is.
    public static func resolve(_ host: String) -> String {
        resolve(host, addresses: machineAddresses)
    }

    static func resolve(_ host: String, addresses: () -> [String]) -> String {
        let kinds: Set<IPAddress.Kind>
        switch host.trimmingBlanks().lowercased() {
        case "private": kinds = [.privateNetwork]
        case "public": kinds = [.global]
        case "loopback", "localhost", "local": kinds = [.loopback]
        case "linklocal": kinds = [.linkLocal]
        case "multicast": kinds = [.multicast]
        case "any": kinds = Set(IPAddress.Kind.allCases)
        default: return host
        }
        let fitting = addresses().compactMap(IPAddress.init).filter { kinds.contains($0.kind) }
        return (fitting.first { $0.isVersion4 } ?? fitting.first)?.description ?? "127.0.0.1"
    }

    /// A host as it stands in a URL: IPv6 addresses in brackets.
    public static func bracketed(_ host: String) -> String {
        host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
    }

    /// The addresses of all network interfaces, in the order of the system.
    static func machineAddresses() -> [String] {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else { return [] }
        defer { freeifaddrs(first) }
        var texts: [String] = []
        var next = first
        while let interface = next {
            if let address = interface.pointee.ifa_addr, let text = text(address) { texts.append(text) }
            next = interface.pointee.ifa_next
        }
        return texts
    }

    private static func text(_ address: UnsafePointer<sockaddr>) -> String? {
        let size: Int
        switch Int32(address.pointee.sa_family) {
        case AF_INET: size = MemoryLayout<sockaddr_in>.size
        case AF_INET6: size = MemoryLayout<sockaddr_in6>.size
        default: return nil
        }
        var buffer = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let code = getnameinfo(
            address, socklen_t(size), &buffer, socklen_t(buffer.count), nil, 0, NI_NUMERICHOST)
        guard code == 0 else { return nil }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
