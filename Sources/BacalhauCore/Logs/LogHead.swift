/// The beginning of one output stream, for the run result.
struct LogHead {
    private(set) var bytes: [UInt8] = []
    private(set) var total: UInt64 = 0
    private let bytesMax: Int

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    mutating func append(_ piece: UnsafeRawBufferPointer) {
        total += UInt64(piece.count)
        let room = bytesMax - bytes.count
        if room > 0 { bytes.append(contentsOf: piece.prefix(room)) }
    }

    /// Counts bytes that were dropped and whose content is not known.
    mutating func setTotal(_ total: UInt64) { self.total = max(total, UInt64(bytes.count)) }

    var isTruncated: Bool { total > UInt64(bytes.count) }

    /// The bytes as text. A character that the limit would cut in two is left out.
    var text: String {
        String(decoding: isTruncated ? bytes.dropLast(brokenSuffixLength) : bytes[...], as: UTF8.self)
    }

    /// How many bytes at the end are the beginning of an unfinished UTF-8 character.
    private var brokenSuffixLength: Int {
        for (distance, byte) in bytes.suffix(4).reversed().enumerated() where byte & 0xc0 != 0x80 {
            let length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
            return distance + 1 < length ? distance + 1 : 0
        }
        return 0
    }
}
