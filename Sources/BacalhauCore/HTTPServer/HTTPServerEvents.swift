import BacalhauHTTPClient
import CHTTPServer
import Synchronization

/// Where the io threads' callbacks end: turns them into requests and events of exchanges. Nothing here blocks.
final class HTTPServerEvents: Sendable {
    private struct DrainState {
        var isDrained = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    let inbox: RequestInbox
    let exchanges: ExchangeTable
    private let drain = Mutex(DrainState())
    private let wantsBody = Mutex<(@Sendable (HTTPRequest) -> Bool)?>(nil)

    init(configuration: HTTPServerConfiguration) {
        inbox = RequestInbox(limit: configuration.maximumWaitingRequests)
        exchanges = ExchangeTable(shards: configuration.ioThreads)
    }

    /// Returns when the last connection is gone. Not cancellable: the server itself bounds the wait by its grace.
    func waitUntilDrained() async {
        await withCheckedContinuation { continuation in
            let isDrained = drain.withLock { state in
                if !state.isDrained { state.waiter = continuation }
                return state.isDrained
            }
            if isDrained { continuation.resume() }
        }
    }

    private func drained() {
        let waiter = drain.withLock { state in
            state.isDrained = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Which bodies are worth waiting for, from now on. The function is called on io threads and must not block.
    func take(bodies wants: @escaping @Sendable (HTTPRequest) -> Bool) { wantsBody.withLock { $0 = wants } }

    private func isBodyWanted(_ source: chs_request) -> Bool {
        guard let wants = wantsBody.withLock({ $0 }), let request = HTTPRequest(source) else { return true }
        return wants(request)
    }

    /// 0, or the status of a refusal.
    private func requested(_ id: UInt64, _ source: chs_request) -> Int32 {
        guard let request = HTTPRequest(source) else { return 400 }
        let exchange = HTTPExchange(id: id, request: request)
        exchanges.insert(exchange)
        if inbox.push(exchange) { return 0 }
        exchanges.remove(id)
        return 503
    }

    /// The C functions. `context` is this object, which its owner keeps alive until the io threads have ended.
    func callbacks() -> chs_callbacks {
        var callbacks = chs_callbacks()
        callbacks.context = Unmanaged.passUnretained(self).toOpaque()
        callbacks.request = { context, id, request in
            guard let events = HTTPServerEvents.at(context), let request else { return 503 }
            return events.requested(id, request.pointee)
        }
        callbacks.wants_body = { context, request in
            guard let events = HTTPServerEvents.at(context), let request else { return 1 }
            return events.isBodyWanted(request.pointee) ? 1 : 0
        }
        callbacks.half_closed = { context, id in
            HTTPServerEvents.at(context)?.exchanges[id]?.cancel()
        }
        callbacks.disconnected = { context, id in
            HTTPServerEvents.at(context)?.exchanges[id]?.disconnect(closeCode: 1006)
        }
        callbacks.sent = { context, id, count in
            HTTPServerEvents.at(context)?.exchanges[id]?.credit(count)
        }
        callbacks.websocket_message = { context, id, isText, bytes, count in
            let buffer = UnsafeBufferPointer(start: bytes, count: count)
            let message =
                isText != 0
                ? WebSocketMessage.text(String(decoding: buffer, as: UTF8.self)) : .binary(Array(buffer))
            HTTPServerEvents.at(context)?.exchanges[id]?.receive(message)
        }
        callbacks.websocket_closed = { context, id, code in
            HTTPServerEvents.at(context)?.exchanges[id]?.disconnect(closeCode: code)
        }
        callbacks.drained = { context in
            HTTPServerEvents.at(context)?.drained()
        }
        return callbacks
    }

    private static func at(_ context: UnsafeMutableRawPointer?) -> HTTPServerEvents? {
        context.map { Unmanaged<HTTPServerEvents>.fromOpaque($0).takeUnretainedValue() }
    }
}

extension HTTPRequest {
    /// `nil` when its target makes no sense.
    fileprivate init?(_ source: chs_request) {
        let fields = UnsafeBufferPointer(start: source.fields, count: source.field_count).map {
            HTTPHeaders.Field(name: String($0.name), value: String($0.value))
        }
        try? self.init(
            method: String(source.method), target: String(source.target), headers: HTTPHeaders(fields),
            body: Array(UnsafeBufferPointer(start: source.body, count: source.body_count)),
            remoteAddress: String(source.remote_address),
            isWebSocketHandshake: source.is_websocket_handshake != 0, lacksBody: source.lacks_body != 0)
    }
}

extension String {
    /// Text of the wire; bytes that are not UTF-8 become U+FFFD.
    fileprivate init(_ text: chs_text) {
        let buffer = UnsafeRawBufferPointer(start: text.bytes, count: text.count)
        self.init(decoding: buffer, as: UTF8.self)
    }
}
