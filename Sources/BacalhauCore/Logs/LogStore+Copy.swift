internal import BacalhauFiles
internal import BacalhauModel
internal import Glibc

extension LogStore {
    /// Copies what an execution wrote to one stream into a file, replacing it; an execution without output gives an
    /// empty one. Of a log that is still written, what is there now.
    ///
    /// - Returns: how many bytes the file has.
    /// - Throws: `.cancelled` when the task is cancelled; the file is then incomplete.
    @discardableResult
    func writeStream(_ stream: StandardStream, of id: ExecutionID, to path: String) async throws(LogError)
        -> UInt64
    {
        let source = try source(id)
        return try await BlockingWork.run { cancellation throws(LogError) in
            let copy = try StreamCopy(path: path)
            guard let file = source.view(follows: false).file else { return 0 }
            return try copy.run(from: file, end: source.startTail.end, stream, cancellation)
        }
    }
}

/// Picks the bytes of one stream out of a log.
private struct StreamCopy: ~Copyable {
    private let path: String
    private let descriptor: Int32

    init(path: String) throws(LogError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw .file(path: path, code: errno) }
    }

    deinit {
        close(descriptor)
    }

    func run(
        from file: LogFile, end: UInt64, _ stream: StandardStream, _ cancellation: BlockingWork.Cancellation
    ) throws(LogError) -> UInt64 {
        var offset = LogFormat.start
        var total: UInt64 = 0
        while offset < end {
            if cancellation.isCancelled { throw .cancelled }
            let chunk = try file.read(count: Int(min(end - offset, UInt64(LogFormat.chunk))), at: offset)
            let (bytes, used) = chunk.withUnsafeBytes { pick(stream, from: $0) }
            guard used > 0 else { throw .damaged(path: file.path, offset: offset) }
            try write(bytes)
            offset += UInt64(used)
            total += UInt64(bytes.count)
        }
        return total
    }

    private func pick(_ stream: StandardStream, from chunk: UnsafeRawBufferPointer) -> ([UInt8], used: Int) {
        var picked: [UInt8] = []
        picked.reserveCapacity(chunk.count)
        var offset = 0
        while offset + LogHeader.size <= chunk.count {
            guard let header = LogHeader(UnsafeRawBufferPointer(rebasing: chunk[offset...])) else { break }
            let payload = offset + LogHeader.size
            guard payload + header.length <= chunk.count else { break }
            offset = payload + header.length
            if header.kind == stream.rawValue { picked.append(contentsOf: chunk[payload..<offset]) }
        }
        return (picked, offset)
    }

    private func write(_ bytes: [UInt8]) throws(LogError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + written }, $0.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw .file(path: path, code: errno) }
            written += count
        }
    }
}
