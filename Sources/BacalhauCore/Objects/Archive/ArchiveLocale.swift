#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif

/// libarchive converts names by the locale of the thread, and a program that never set one has the locale `C`, in
/// which a name that is not ASCII cannot be written or read.
enum ArchiveLocale {
    /// Runs `body` with UTF-8 names on this thread.
    static func run<Value, Failure: Error>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
        // The mask is a macro of shifts that is not imported: LC_CTYPE is the first category.
        guard let utf8 = newlocale(1 << LC_CTYPE, "C.UTF-8", nil) else { return try body() }
        defer { freelocale(utf8) }
        let previous = uselocale(utf8)
        defer { _ = uselocale(previous) }
        return try body()
    }
}
