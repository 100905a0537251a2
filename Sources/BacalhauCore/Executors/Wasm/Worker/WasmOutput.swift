import CWasmtime
import Glibc

/// Sends frames to the node; ends the process when the node is gone. Waits while the node is slow, so that a program
/// cannot write faster than its output is taken.
final class WasmOutput {
    private let socket: Int32

    init(socket: Int32) { self.socket = socket }

    func send(_ kind: WasmFrame.Kind, _ content: [UInt8] = []) {
        content.withUnsafeBytes { send(kind, $0) }
    }

    /// Gives a program this as its output streams. Must outlive the program's store.
    func attach(to config: OpaquePointer) {
        let this = Unmanaged.passUnretained(self).toOpaque()
        wt_wasi_set_stdout(config, { WasmOutput.take($0, .stdout, $1, $2) }, this)
        wt_wasi_set_stderr(config, { WasmOutput.take($0, .stderr, $1, $2) }, this)
    }

    private static func take(
        _ data: UnsafeMutableRawPointer?, _ kind: WasmFrame.Kind, _ bytes: UnsafePointer<UInt8>?, _ count: Int
    ) -> Int {
        guard let data, let bytes else { return count }
        let this = Unmanaged<WasmOutput>.fromOpaque(data).takeUnretainedValue()
        var rest = UnsafeRawBufferPointer(start: bytes, count: count)
        while !rest.isEmpty {
            let part = rest.prefix(WasmFrame.outputBytesMax)
            this.send(kind, UnsafeRawBufferPointer(rebasing: part))
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(part.count))
        }
        return count
    }

    private func send(_ kind: WasmFrame.Kind, _ content: UnsafeRawBufferPointer) {
        let header = WasmFrame.header(kind, count: content.count)
        header.withUnsafeBytes { header in
            var parts = [
                iovec(iov_base: UnsafeMutableRawPointer(mutating: header.baseAddress), iov_len: header.count),
                iovec(iov_base: UnsafeMutableRawPointer(mutating: content.baseAddress), iov_len: content.count),
            ]
            while parts[0].iov_len + parts[1].iov_len > 0 {
                let count = writev(socket, &parts, 2)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { _exit(0) }
                Self.advance(&parts, by: count)
            }
        }
    }

    private static func advance(_ parts: inout [iovec], by count: Int) {
        var rest = count
        for index in parts.indices {
            let taken = min(rest, parts[index].iov_len)
            parts[index].iov_base = parts[index].iov_base.map { $0 + taken }
            parts[index].iov_len -= taken
            rest -= taken
        }
    }
}
