import FoundationEssentials
import Glibc
import Testing

/// What a Linux program needs and defines, read from its section table: the 64-bit little-endian ELF format.
struct ELFFile {
    /// The shared libraries that the dynamic loader looks for.
    private(set) var neededLibraries: Set<String> = []
    /// The names that the tables of symbols refer to, each between zero bytes.
    private var symbolNames: [Data] = []

    private struct Section {
        let type: UInt32
        let bytes: ArraySlice<UInt8>
        let link: Int
    }

    private enum SectionType {
        static let symbolTable: UInt32 = 2
        static let dynamic: UInt32 = 6
        static let dynamicSymbols: UInt32 = 11
        static let withoutBytes: UInt32 = 8
    }

    init(path: String) throws {
        let data = try #require(FileManager.default.contents(atPath: path), "\(path) is missing: build it first")
        let file = [UInt8](data)
        try #require(file.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]), "\(path) is no 64-bit ELF file")
        let tableOffset = Int(Self.number(file[0x28..<0x30]))
        let entrySize = Int(Self.number(file[0x3A..<0x3C]))
        let count = Int(Self.number(file[0x3C..<0x3E]))
        try #require(tableOffset + entrySize * count <= file.count, "\(path) is cut off")
        let sections = (0..<count).map { index in
            Self.section(of: file, at: tableOffset + index * entrySize)
        }
        for section in sections where sections.indices.contains(section.link) {
            let names = sections[section.link].bytes
            switch section.type {
            case SectionType.dynamic:
                // Pairs of a tag and a value; tag 1 is the name of a library.
                for entry in Self.entries(of: section.bytes, size: 16) where Self.number(entry.prefix(8)) == 1 {
                    neededLibraries.insert(Self.name(in: names, at: Int(Self.number(entry.suffix(8)))))
                }
            case SectionType.symbolTable, SectionType.dynamicSymbols:
                symbolNames.append(Data(names))
            default: break
            }
        }
    }

    /// Whether a function or variable of that name is defined or used.
    func hasSymbol(_ name: String) -> Bool {
        symbolNames.contains { names in
            names.withUnsafeBytes { bytes in
                var rest = bytes
                // The format ends every table with a zero byte: a name cannot run over the end.
                while let start = rest.assumingMemoryBound(to: CChar.self).baseAddress, rest.last == 0, !rest.isEmpty {
                    if strcmp(start, name) == 0 { return true }
                    rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(strlen(start) + 1))
                }
                return false
            }
        }
    }

    private static func section(of file: [UInt8], at header: Int) -> Section {
        let type = UInt32(number(file[header + 4..<header + 8]))
        let offset = Int(number(file[header + 0x18..<header + 0x20]))
        let size = Int(number(file[header + 0x20..<header + 0x28]))
        let link = Int(number(file[header + 0x28..<header + 0x2C]))
        let hasBytes = type != SectionType.withoutBytes && offset + size <= file.count
        return Section(type: type, bytes: hasBytes ? file[offset..<offset + size] : [], link: link)
    }

    private static func entries(of bytes: ArraySlice<UInt8>, size: Int) -> [ArraySlice<UInt8>] {
        stride(from: bytes.startIndex, to: bytes.endIndex - size + 1, by: size).map { bytes[$0..<$0 + size] }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func name(in table: ArraySlice<UInt8>, at offset: Int) -> String {
        String(decoding: table.dropFirst(offset).prefix { $0 != 0 }, as: UTF8.self)
    }
}
