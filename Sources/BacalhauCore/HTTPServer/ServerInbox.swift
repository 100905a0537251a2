import BacalhauSupport
import CHTTPServer
import Synchronization

/// Where the callbacks of the C server put what they learn. Lives as long as the server.
final class ServerInbox: Sendable {
    struct Arrival: Sendable {
        let id: chs_id
        let request: HTTPRequest
        let exchange: Exchange
    }

    private let exchanges = Mutex<[chs_id: Exchange]>([:])
    private let continuation: AsyncStream<Arrival>.Continuation
    let arrivals: AsyncStream<Arrival>
    let drained = AsyncSignal<Void>()

    init(waitingCountMax: Int) {
        (arrivals, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(waitingCountMax))
    }

    func close() { continuation.finish() }

    /// Takes a request in; `false` when too many wait already.
    func arrive(_ id: chs_id, _ request: HTTPRequest) -> Bool {
        let exchange = Exchange()
        exchanges.withLock { $0[id] = exchange }
        if case .enqueued = continuation.yield(Arrival(id: id, request: request, exchange: exchange)) { return true }
        forget(id)
        return false
    }

    func exchange(_ id: chs_id) -> Exchange? { exchanges.withLock { $0[id] } }
    func forget(_ id: chs_id) { exchanges.withLock { $0[id] = nil } }

    /// The callbacks in C's form; they run on the server's threads and never block.
    func callbacks() -> chs_callbacks {
        chs_callbacks(
            context: Unmanaged.passUnretained(self).toOpaque(),
            request: { context, id, request in
                guard let inbox = ServerInbox.from(context), let request else { return 1 }
                return inbox.arrive(id, HTTPRequest(request.pointee)) ? 0 : 1
            },
            disconnected: { context, id in ServerInbox.from(context)?.exchange(id)?.end(code: nil) },
            sent: { context, id, count in ServerInbox.from(context)?.exchange(id)?.sent(count) },
            websocket_message: { context, id, isText, bytes, count in
                let buffer = UnsafeBufferPointer(start: bytes, count: count)
                let message: WebSocketMessage =
                    isText != 0 ? .text(String(decoding: buffer, as: UTF8.self)) : .binary(Array(buffer))
                ServerInbox.from(context)?.exchange(id)?.received(message)
            },
            websocket_closed: { context, id, code in ServerInbox.from(context)?.exchange(id)?.end(code: code) },
            drained: { context in ServerInbox.from(context)?.drained.raise(()) })
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> ServerInbox? {
        context.map { Unmanaged<ServerInbox>.fromOpaque($0).takeUnretainedValue() }
    }
}

extension HTTPRequest {
    fileprivate init(_ request: chs_request) {
        var headers: [(name: String, value: String)] = []
        headers.reserveCapacity(request.field_count)
        for index in 0..<request.field_count {
            let field = request.fields[index]
            headers.append((String(field.name), String(field.value)))
        }
        self.init(
            method: String(request.method), target: String(request.target), headers: headers,
            body: Array(UnsafeBufferPointer(start: request.body, count: request.body_count)),
            remoteAddress: String(request.remote_address), isWebSocketUpgrade: request.is_websocket_handshake != 0)
    }
}

extension String {
    fileprivate init(_ text: chs_text) {
        self = UnsafeRawBufferPointer(start: text.bytes, count: text.count).withMemoryRebound(to: UInt8.self) {
            String(decoding: $0, as: UTF8.self)
        }
    }
}
