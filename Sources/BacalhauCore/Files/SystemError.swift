#if canImport(Darwin)
    internal import Darwin
#else
    internal import Glibc
#endif

/// The system's text for an error number, as in `No space left on device`.
public func describe(systemError code: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
