/// The pieces of the conversation between the node and a worker: a length (4 bytes, of what follows the kind), a kind
/// (1 byte) and the content. The node sends requests; the worker answers each with `began`, output, and `ended`.
enum WasmFrame {
    enum Kind: UInt8 {
        case request = 1
        case began = 2
        case stdout = 3
        case stderr = 4
        case ended = 5
    }

    static let headerBytes = 5
    /// The most content of an output frame.
    static let outputBytesMax = 64 << 10
    /// The most content of any frame.
    static let contentBytesMax = 8 << 20

    static func header(_ kind: Kind, count: Int) -> [UInt8] {
        var writer = ByteWriter()
        writer.write(UInt32(truncatingIfNeeded: count))
        writer.write(kind.rawValue)
        return writer.bytes
    }

    static func encode(_ kind: Kind, _ content: [UInt8] = []) -> [UInt8] {
        header(kind, count: content.count) + content
    }

    /// The content's length and the kind; `nil` when it cannot be a header.
    static func parseHeader(_ bytes: ArraySlice<UInt8>) -> (kind: Kind, count: Int)? {
        var reader = ByteReader(bytes)
        guard let count = try? reader.integer(UInt32.self), let code = try? reader.integer(UInt8.self),
            let kind = Kind(rawValue: code)
        else { return nil }
        let limit = kind == .stdout || kind == .stderr ? outputBytesMax : contentBytesMax
        return count <= limit ? (kind, Int(count)) : nil
    }
}

// MARK: - Requests

extension WasmWorkerRequest {
    func encoded() -> [UInt8] {
        var writer = ByteWriter()
        switch self {
        case .probe: writer.write(UInt8(0))
        case .prepare(let modules):
            writer.write(UInt8(1))
            modules.write(to: &writer)
        case .run(let job):
            writer.write(UInt8(2))
            job.write(to: &writer)
        }
        return writer.bytes
    }

    init(decoding bytes: ArraySlice<UInt8>) throws(ByteReader.Malformed) {
        var reader = ByteReader(bytes)
        switch try reader.integer(UInt8.self) {
        case 0: self = .probe
        case 1: self = .prepare(try WasmModuleSet(from: &reader))
        case 2: self = .run(try WasmJob(from: &reader))
        default: throw ByteReader.Malformed()
        }
        try reader.finish()
    }
}

extension WasmModuleSet {
    func write(to writer: inout ByteWriter) {
        writer.write([entry] + imports) { $1.write(to: &$0) }
        writer.write(candidates) { $1.write(to: &$0) }
    }

    init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
        let modules = try reader.list { (reader) throws(ByteReader.Malformed) in try Module(from: &reader) }
        guard let first = modules.first else { throw ByteReader.Malformed() }
        entry = first
        imports = Array(modules.dropFirst())
        candidates = try reader.list { (reader) throws(ByteReader.Malformed) in try Module(from: &reader) }
    }
}

extension WasmModuleSet.Module {
    func write(to writer: inout ByteWriter) {
        writer.write(alias)
        writer.write(path)
        writer.write(digest)
    }

    init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
        self.init(alias: try reader.string(), path: try reader.string(), digest: try reader.string())
    }
}

extension WasmJob {
    func write(to writer: inout ByteWriter) {
        modules.write(to: &writer)
        writer.write(entryPoint)
        writer.write(arguments) { $0.write($1) }
        writer.write(environment) {
            $0.write($1.name)
            $0.write($1.value)
        }
        writer.write(files.root)
        writer.write(files.folders) {
            $0.write($1.hostPath)
            $0.write($1.guestPath)
            $0.write($1.isWritable)
        }
        writer.write(files.files) {
            $0.write($1.hostPath)
            $0.write($1.guestPath)
        }
        writer.write(memoryBytesMax)
    }

    init(from reader: inout ByteReader) throws(ByteReader.Malformed) {
        modules = try WasmModuleSet(from: &reader)
        entryPoint = try reader.string()
        arguments = try reader.list { (reader) throws(ByteReader.Malformed) in try reader.string() }
        environment = try reader.list { (reader) throws(ByteReader.Malformed) in
            Variable(name: try reader.string(), value: try reader.string())
        }
        files = WasmFilePlan(
            root: try reader.string(),
            folders: try reader.list { (reader) throws(ByteReader.Malformed) in
                WasmFilePlan.Folder(
                    hostPath: try reader.string(), guestPath: try reader.string(), isWritable: try reader.bool())
            },
            files: try reader.list { (reader) throws(ByteReader.Malformed) in
                WasmFilePlan.File(hostPath: try reader.string(), guestPath: try reader.string())
            })
        memoryBytesMax = try reader.integer()
    }
}

// MARK: - Replies

extension WasmWorkerReply {
    /// Longer messages are cut.
    static let messageBytesMax = 4096

    func encoded() -> [UInt8] {
        var writer = ByteWriter()
        switch self {
        case .ready: writer.write(UInt8(0))
        case .prepared(let digests):
            writer.write(UInt8(1))
            writer.write(digests.sorted { $0.key < $1.key }) {
                $0.write($1.key)
                $0.write($1.value)
            }
        case .exited(let code):
            writer.write(UInt8(2))
            writer.write(code)
        case .returned: writer.write(UInt8(3))
        case .trapped(let message):
            writer.write(UInt8(4))
            writer.write(Self.cut(message))
        case .interrupted: writer.write(UInt8(5))
        case .failed(let failure):
            writer.write(UInt8(6))
            writer.write(Self.cut(failure.reason))
            writer.write(Self.cut(failure.hint))
        case .unavailable(let failure):
            writer.write(UInt8(7))
            writer.write(Self.cut(failure.reason))
            writer.write(Self.cut(failure.hint))
        }
        return writer.bytes
    }

    init(decoding bytes: ArraySlice<UInt8>) throws(ByteReader.Malformed) {
        var reader = ByteReader(bytes)
        switch try reader.integer(UInt8.self) {
        case 0: self = .ready
        case 1:
            let pairs = try reader.list { (reader) throws(ByteReader.Malformed) in
                (try reader.string(), try reader.string())
            }
            self = .prepared(Dictionary(pairs, uniquingKeysWith: { _, last in last }))
        case 2: self = .exited(try reader.integer())
        case 3: self = .returned
        case 4: self = .trapped(try reader.string())
        case 5: self = .interrupted
        case 6: self = .failed(WasmFailure(try reader.string(), hint: try reader.string()))
        case 7: self = .unavailable(WasmFailure(try reader.string(), hint: try reader.string()))
        default: throw ByteReader.Malformed()
        }
        try reader.finish()
    }

    private static func cut(_ text: String) -> String {
        text.utf8.count <= messageBytesMax
            ? text : String(decoding: text.utf8.prefix(messageBytesMax - 3), as: UTF8.self) + "…"
    }
}
