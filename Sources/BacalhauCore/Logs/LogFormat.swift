internal import BacalhauModel

/// The bytes of a log file, all numbers little-endian.
///
/// A file is an 8-byte mark and records. A record is a header and its payload. Each header repeats the payload length
/// of the record before it, so that a file can be walked from its end. A finished log ends with a record of its own
/// kind, ``LogTotals``.
enum LogFormat {
    /// Name and version of the format.
    static let mark: [UInt8] = [UInt8(ascii: "B"), UInt8(ascii: "L"), UInt8(ascii: "O"), UInt8(ascii: "G"), 0, 0, 0, 1]
    /// Where the first record begins.
    static let start = UInt64(mark.count)
    /// The longest payload of a record; longer pieces of output become several records.
    static let payloadMax = 64 << 10
    /// How much is read at once; holds the longest record.
    static let chunk = 256 << 10
    /// The kind of the record that ends a finished log. Other kinds are the raw values of ``StandardStream``.
    static let totalsKind: UInt8 = 0xff

    static func load<Number: FixedWidthInteger>(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Number {
        Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }

    static func store(_ number: some FixedWidthInteger, in bytes: UnsafeMutableRawBufferPointer, at offset: Int) {
        bytes.storeBytes(of: number.littleEndian, toByteOffset: offset, as: type(of: number))
    }
}

/// What stands in front of each payload.
struct LogHeader: Equatable {
    static let size = 24

    var kind: UInt8
    var length: Int
    /// The payload length of the record before; 0 in the first one.
    var previousLength: Int
    var sequence: UInt64
    var time: Timestamp

    init(kind: UInt8, length: Int, previousLength: Int, sequence: UInt64, time: Timestamp) {
        self.kind = kind
        self.length = length
        self.previousLength = previousLength
        self.sequence = sequence
        self.time = time
    }

    /// `nil` when the bytes cannot be a header.
    init?(_ bytes: UnsafeRawBufferPointer) {
        let first: UInt32 = LogFormat.load(bytes, at: 0)
        kind = UInt8(first >> 24)
        length = Int(first & 0xff_ffff)
        previousLength = Int(LogFormat.load(bytes, at: 4) as UInt32)
        sequence = LogFormat.load(bytes, at: 8)
        time = Timestamp(nanoseconds: LogFormat.load(bytes, at: 16))
        let isKnown = StandardStream(rawValue: kind) != nil || kind == LogFormat.totalsKind
        guard isKnown, length > 0, length <= LogFormat.payloadMax, previousLength <= LogFormat.payloadMax, sequence > 0
        else { return nil }
    }

    func encode(into bytes: UnsafeMutableRawBufferPointer) {
        LogFormat.store(UInt32(kind) << 24 | UInt32(length), in: bytes, at: 0)
        LogFormat.store(UInt32(previousLength), in: bytes, at: 4)
        LogFormat.store(sequence, in: bytes, at: 8)
        LogFormat.store(time.nanoseconds, in: bytes, at: 16)
    }
}

/// How much was written, kept or not: the payload of the record that ends a finished log.
struct LogTotals: Equatable {
    static let size = 24

    var stdout: UInt64 = 0
    var stderr: UInt64 = 0
    var dropped: UInt64 = 0

    init() {}

    /// `nil` when the payload has another size.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Self.size else { return nil }
        stdout = LogFormat.load(bytes, at: 0)
        stderr = LogFormat.load(bytes, at: 8)
        dropped = LogFormat.load(bytes, at: 16)
    }

    /// Bytes that the file holds; `nil` when the numbers cannot be right.
    var kept: UInt64? {
        let (written, isTooMuch) = stdout.addingReportingOverflow(stderr)
        return isTooMuch || written > UInt64(Int64.max) || dropped > written ? nil : written - dropped
    }

    func encode(into bytes: UnsafeMutableRawBufferPointer) {
        LogFormat.store(stdout, in: bytes, at: 0)
        LogFormat.store(stderr, in: bytes, at: 8)
        LogFormat.store(dropped, in: bytes, at: 16)
    }

    mutating func count(_ stream: StandardStream, _ bytes: Int) {
        switch stream {
        case .stdout: stdout += UInt64(bytes)
        case .stderr: stderr += UInt64(bytes)
        }
    }
}
