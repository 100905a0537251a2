#if canImport(Darwin)
    private import Darwin
#else
    private import Glibc
#endif

/// The system's words for an error number.
func describeSystemError(_ code: Int32) -> String {
    String(unsafeUninitializedCapacity: 256) { buffer in
        buffer.withMemoryRebound(to: CChar.self) { buffer in
            // Unlike `strerror`, this one is safe to call from several threads.
            guard let base = buffer.baseAddress, strerror_r(code, base, buffer.count) == 0 else { return 0 }
            return strnlen(base, buffer.count)
        }
    }
}
