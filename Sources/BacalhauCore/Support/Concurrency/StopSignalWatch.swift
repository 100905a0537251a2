import CLinux

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Calls a function for each SIGINT, and SIGTERM where asked, on a thread of its own. One in a process, for its life.
public final class StopSignalWatch: Sendable {
    private let thread: DedicatedThread?

    /// Takes the signals of this process over; when that fails they keep ending it.
    public init(withSIGTERM: Bool, _ handle: @escaping @Sendable () -> Void) {
        let descriptor = bac_catch_stop_signals(withSIGTERM ? 1 : 0)
        guard descriptor >= 0 else {
            thread = nil
            return
        }
        thread = try? DedicatedThread(name: "signals") {
            var byte: UInt8 = 0
            while true {
                let count = read(descriptor, &byte, 1)
                if count == 1 {
                    handle()
                } else if count == 0 || errno != EINTR {
                    return
                }
            }
        }
    }
}
