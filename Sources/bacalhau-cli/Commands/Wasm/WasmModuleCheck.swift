/// Looks at the imports and exports of a WebAssembly module, not at its code.
enum WasmModuleCheck {
    private static let systemInterface = "wasi_snapshot_preview1"
    private static let magic: [UInt8] = [0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00]

    /// - Throws: the first reason why the module cannot run.
    static func check(_ bytes: [UInt8], entryPoint: String) throws(ValueError) {
        guard bytes.starts(with: magic) else { throw ValueError(message: "the file is not a WebAssembly module") }
        var module = Module()
        var reader = Reader(bytes[magic.count...])
        while !reader.isAtEnd {
            let id = try reader.byte()
            let size = try reader.number()
            try module.read(section: id, Reader(try reader.slice(size)))
        }
        for name in module.imports where name != systemInterface {
            throw ValueError(message: "the module imports from \(Values.quoted(name)), which is not there")
        }
        guard let function = module.exports[entryPoint] else {
            throw ValueError(message: "the module does not export a function \(Values.quoted(entryPoint))")
        }
        guard function < module.functionTypes.count, module.functionTypes[function] < module.isPlainType.count,
            module.isPlainType[module.functionTypes[function]]
        else {
            throw ValueError(
                message: "the function \(Values.quoted(entryPoint)) must have no parameters and no results")
        }
    }

    private struct Module {
        /// For each type whether it has neither parameters nor results.
        var isPlainType: [Bool] = []
        /// The type of each function, imported ones first.
        var functionTypes: [Int] = []
        var imports: [String] = []
        var exports: [String: Int] = [:]

        mutating func read(section: UInt8, _ content: Reader) throws(ValueError) {
            var reader = content
            switch section {
            case 1: for _ in 0..<(try reader.number()) { try readType(&reader) }
            case 2: for _ in 0..<(try reader.number()) { try readImport(&reader) }
            case 3: for _ in 0..<(try reader.number()) { functionTypes.append(try reader.number()) }
            case 7: for _ in 0..<(try reader.number()) { try readExport(&reader) }
            default: break
            }
        }

        private mutating func readType(_ reader: inout Reader) throws(ValueError) {
            guard try reader.byte() == 0x60 else { throw ValueError(message: "the module has an unknown kind of type") }
            let parameters = try reader.number()
            _ = try reader.slice(parameters)
            let results = try reader.number()
            _ = try reader.slice(results)
            isPlainType.append(parameters == 0 && results == 0)
        }

        private mutating func readImport(_ reader: inout Reader) throws(ValueError) {
            let name = try reader.text()
            _ = try reader.text()
            imports.append(name)
            switch try reader.byte() {
            case 0: functionTypes.append(try reader.number())
            case 1:
                _ = try reader.byte()
                try reader.skipLimits()
            case 2: try reader.skipLimits()
            case 3: _ = try reader.slice(2)
            default: throw ValueError(message: "the module has an unknown kind of import")
            }
        }

        private mutating func readExport(_ reader: inout Reader) throws(ValueError) {
            let name = try reader.text()
            let kind = try reader.byte()
            let index = try reader.number()
            if kind == 0 { exports[name] = index }
        }
    }

    private struct Reader {
        private var rest: ArraySlice<UInt8>

        init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

        var isAtEnd: Bool { rest.isEmpty }

        mutating func byte() throws(ValueError) -> UInt8 {
            guard let byte = rest.popFirst() else { throw ValueError(message: "the module is cut off") }
            return byte
        }

        mutating func number() throws(ValueError) -> Int {
            var value = 0
            for shift in stride(from: 0, to: 35, by: 7) {
                let byte = try byte()
                value |= Int(byte & 0x7F) << shift
                if byte & 0x80 == 0 { return value }
            }
            throw ValueError(message: "the module has a number that is too long")
        }

        mutating func slice(_ count: Int) throws(ValueError) -> ArraySlice<UInt8> {
            guard count <= rest.count else { throw ValueError(message: "the module is cut off") }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }

        mutating func text() throws(ValueError) -> String { String(decoding: try slice(try number()), as: UTF8.self) }

        mutating func skipLimits() throws(ValueError) {
            let flags = try number()
            _ = try number()
            if flags & 1 == 1 { _ = try number() }
        }
    }
}
