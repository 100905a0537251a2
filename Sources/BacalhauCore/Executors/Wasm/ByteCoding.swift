/// Writes numbers and strings into bytes that ``ByteReader`` takes apart: little-endian numbers, strings with their
/// length in front.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func write(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func write(_ value: Bool) { bytes.append(value ? 1 : 0) }

    mutating func write(_ text: String) {
        write(UInt32(truncatingIfNeeded: text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    mutating func write<Element>(_ list: [Element], _ each: (inout ByteWriter, Element) -> Void) {
        write(UInt32(truncatingIfNeeded: list.count))
        for element in list { each(&self, element) }
    }
}

/// Takes apart what ``ByteWriter`` wrote; anything else ends in ``Malformed``, never in reading past the end.
struct ByteReader {
    struct Malformed: Error {}

    private let bytes: ArraySlice<UInt8>
    private var index: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    mutating func integer<Integer: FixedWidthInteger>(_: Integer.Type = Integer.self) throws(Malformed) -> Integer {
        let part = try take(Integer.bitWidth / 8)
        var value: Integer = 0
        for (place, byte) in part.enumerated() { value |= Integer(truncatingIfNeeded: byte) << (8 * place) }
        return value
    }

    mutating func bool() throws(Malformed) -> Bool { try integer(UInt8.self) != 0 }

    mutating func string() throws(Malformed) -> String {
        let count = try integer(UInt32.self)
        return String(decoding: try take(Int(count)), as: UTF8.self)
    }

    mutating func list<Element>(
        _ each: (inout ByteReader) throws(Malformed) -> Element
    ) throws(Malformed) -> [Element] {
        let count = try integer(UInt32.self)
        var result: [Element] = []
        // No reservation by a number that came from outside: each element takes at least one byte.
        for _ in 0..<count { result.append(try each(&self)) }
        return result
    }

    /// - Throws: when anything is left over.
    func finish() throws(Malformed) {
        guard index == bytes.endIndex else { throw Malformed() }
    }

    private mutating func take(_ count: Int) throws(Malformed) -> ArraySlice<UInt8> {
        guard count <= bytes.endIndex - index else { throw Malformed() }
        defer { index += count }
        return bytes[index..<index + count]
    }
}
