/// Cuts what a worker sends into frames.
struct FrameParser {
    private var buffer: [UInt8] = []

    /// Takes the next bytes and hands every complete frame to `handle`, in order.
    ///
    /// - Returns: `false` when they are not frames; then nothing more can be read from this worker.
    mutating func feed(
        _ bytes: UnsafeRawBufferPointer, _ handle: (WasmFrame.Kind, ArraySlice<UInt8>) -> Void
    ) -> Bool {
        buffer.append(contentsOf: bytes)
        var start = 0
        defer { buffer.removeSubrange(..<start) }
        while buffer.count - start >= WasmFrame.headerBytes {
            let content = start + WasmFrame.headerBytes
            guard let header = WasmFrame.parseHeader(buffer[start..<content]), header.kind != .request else {
                return false
            }
            guard buffer.count - content >= header.count else { return true }
            handle(header.kind, buffer[content..<content + header.count])
            start = content + header.count
        }
        return true
    }
}
