import CLinux

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Calls a function for each signal of some kinds, on a thread of its own. One in a process, for its life.
public final class SignalWatch: Sendable {
    private let thread: DedicatedThread?

    /// Takes the signals of this process over; when that fails they keep doing what they did.
    public init(_ numbers: [Int32], _ handle: @escaping @Sendable (_ number: Int32) -> Void) {
        let descriptor = bac_catch_signals(numbers, Int32(clamping: numbers.count))
        guard descriptor >= 0 else {
            thread = nil
            return
        }
        thread = try? DedicatedThread(name: "signals") {
            var byte: UInt8 = 0
            while true {
                let count = read(descriptor, &byte, 1)
                if count == 1 {
                    handle(Int32(byte))
                } else if count == 0 || errno != EINTR {
                    return
                }
            }
        }
    }
}
