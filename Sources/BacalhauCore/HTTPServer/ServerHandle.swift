import CHTTPServer
import Glibc
import Synchronization

/// Owns the C server. Calls after `stop()` do nothing.
final class ServerHandle: Sendable {
    private struct Pointer: @unchecked Sendable {
        // Unchecked because the C interface may be called from any thread; see its header.
        let value: OpaquePointer
    }

    private let pointer: Pointer

    init(_ server: OpaquePointer) { pointer = Pointer(value: server) }

    deinit { chs_free(pointer.value) }

    func drain(graceMilliseconds: UInt32) { chs_drain(pointer.value, graceMilliseconds) }
    func stop() { chs_stop(pointer.value) }
    func abort(_ id: chs_id) { chs_abort(pointer.value, id) }
    func accept(_ id: chs_id) { chs_websocket_accept(pointer.value, id) }
    func credit(_ id: chs_id, _ count: Int) { chs_websocket_received(pointer.value, id, count) }
    func end(_ id: chs_id) { chs_stream_end(pointer.value, id) }

    func reply(_ id: chs_id, _ status: Int, _ fields: [UInt8], _ body: [UInt8]) {
        chs_reply(pointer.value, id, UInt16(clamping: status), fields, fields.count, body, body.count, 0)
    }

    func replyFile(_ id: chs_id, _ status: Int, _ fields: [UInt8], _ file: Int32, _ offset: UInt64, _ length: UInt64) {
        chs_reply_file(pointer.value, id, UInt16(clamping: status), fields, fields.count, file, offset, length, 0)
    }

    func begin(_ id: chs_id, _ status: Int, _ fields: [UInt8], length: Int64?) {
        chs_stream_begin(pointer.value, id, UInt16(clamping: status), fields, fields.count, length ?? -1, 0)
    }

    func write(_ id: chs_id, _ bytes: [UInt8]) { chs_stream_write(pointer.value, id, bytes, bytes.count) }

    func send(_ id: chs_id, isText: Bool, _ bytes: [UInt8]) {
        chs_websocket_send(pointer.value, id, isText ? 1 : 0, bytes, bytes.count)
    }

    func close(_ id: chs_id, code: UInt16, reason: String) {
        let bytes = Array(reason.utf8)
        chs_websocket_close(pointer.value, id, code, bytes, bytes.count)
    }
}
