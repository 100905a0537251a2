import Glibc

/// A limit on the memory of the whole process while a program runs, behind the engine's own limit on each memory.
struct MemoryWall {
    /// For what the engine needs beside the program's memory.
    private static let slackBytes: UInt64 = 256 << 20
    private let previous: rlimit?

    /// Allows `extraBytes` on top of what the process has now, and some slack.
    init(extraBytes: UInt64) {
        var limit = rlimit()
        guard let used = Self.dataBytes(), getrlimit(Self.resource, &limit) == 0 else {
            previous = nil
            return
        }
        previous = limit
        let wanted = used.addingReportingOverflow(extraBytes).partialValue + Self.slackBytes
        limit.rlim_cur = min(limit.rlim_max, rlim_t(wanted))
        setrlimit(Self.resource, &limit)
    }

    func remove() {
        guard var previous else { return }
        setrlimit(Self.resource, &previous)
    }

    // Writable private memory, unlike address space: the engine reserves gigabytes of the latter for each memory.
    private static var resource: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_DATA.rawValue) }

    /// The sixth number of `statm`: data and stack, in pages.
    private static func dataBytes() -> UInt64? {
        let fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard fd >= 0 else { return nil }
        defer { close(fd) }
        var bytes = [UInt8](repeating: 0, count: 128)
        let count = read(fd, &bytes, bytes.count)
        guard count > 0 else { return nil }
        let fields = bytes[..<count].split(separator: UInt8(ascii: " "))
        guard fields.count > 5, let pages = UInt64(String(decoding: fields[5], as: UTF8.self)) else { return nil }
        return pages * UInt64(sysconf(Int32(_SC_PAGESIZE)))
    }
}
