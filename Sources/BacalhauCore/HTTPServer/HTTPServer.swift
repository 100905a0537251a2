import BacalhauSupport
import CHTTPServer
import Glibc

/// An HTTP/1.1 and WebSocket server. Listens from its creation; answers while `run` runs.
public final class HTTPServer: Sendable {
    /// The port that is listened on.
    public let port: UInt16
    private let settings: HTTPServerSettings
    private let handle: ServerHandle
    private let inbox: ServerInbox

    /// Binds and listens.
    ///
    /// - Throws: `.cannotListen` with the system's reason.
    public init(_ settings: HTTPServerSettings) throws(HTTPServerError) {
        self.settings = settings
        inbox = ServerInbox(waitingCountMax: settings.waitingCountMax)
        var bound: UInt16 = 0
        var message = [CChar](repeating: 0, count: 256)
        let callbacks = inbox.callbacks()
        let started = HTTPServer.start(settings, callbacks, &bound, &message)
        guard let started else {
            let text = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw .cannotListen("\(settings.host):\(settings.port): \(text)")
        }
        handle = ServerHandle(started)
        port = bound
    }

    private static func start(
        _ settings: HTTPServerSettings, _ callbacks: chs_callbacks, _ port: inout UInt16, _ message: inout [CChar]
    ) -> OpaquePointer? {
        var host = settings.host
        return host.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { text in
                var config = chs_config(
                    host: chs_text(bytes: text.baseAddress, count: text.count), port: settings.port,
                    threads: UInt32(clamping: settings.threadCount),
                    max_connections: UInt32(clamping: settings.connectionCountMax),
                    max_header_bytes: settings.headerBytesMax, max_body_bytes: settings.bodyBytesMax,
                    max_buffered_body_bytes: settings.bufferedBodyBytesMax,
                    max_websocket_message_bytes: settings.messageBytesMax,
                    header_timeout_ms: milliseconds(settings.headerTimeout),
                    request_timeout_ms: milliseconds(settings.requestTimeout),
                    idle_timeout_ms: milliseconds(settings.idleTimeout),
                    write_timeout_ms: milliseconds(settings.writeTimeout),
                    websocket_ping_ms: milliseconds(settings.pingInterval))
                var callbacks = callbacks
                return chs_start(&config, &callbacks, &port, &message, message.count)
            }
        }
    }

    private static func milliseconds(_ duration: Duration) -> UInt32 {
        UInt32(clamping: duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000)
    }

    /// Answers requests until the calling task is cancelled, then lets running ones end within the grace. Call once.
    public func run(_ handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse) async {
        await withDiscardingTaskGroup { group in
            for await arrival in inbox.arrivals {
                group.addTask { await self.serve(arrival, handler) }
            }
            handle.drain(graceMilliseconds: HTTPServer.milliseconds(settings.stopGrace))
            group.cancelAll()
        }
        handle.stop()
        inbox.close()
    }

    private func serve(_ arrival: ServerInbox.Arrival, _ handler: @Sendable (HTTPRequest) async -> HTTPResponse) async {
        defer { inbox.forget(arrival.id) }
        let response = await handler(arrival.request)
        let fields = HTTPServer.fields(response.headers)
        switch response.body {
        case .bytes(let bytes): handle.reply(arrival.id, response.status, fields, bytes)
        case .file(let path, let offset, let length):
            sendFile(arrival.id, response.status, fields, path, offset, length)
        case .stream(let length, let write):
            handle.begin(arrival.id, response.status, fields, length: length)
            do {
                try await write(HTTPBodyWriter(server: handle, id: arrival.id, exchange: arrival.exchange))
                handle.end(arrival.id)
            } catch {
                handle.abort(arrival.id)
            }
        case .webSocket(let serve): await serveWebSocket(arrival, serve)
        }
    }

    private func sendFile(
        _ id: chs_id, _ status: Int, _ fields: [UInt8], _ path: String, _ offset: UInt64, _ length: UInt64
    ) {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        if file >= 0 {
            handle.replyFile(id, status, fields, file, offset, length)
        } else {
            handle.reply(id, 404, [], Array("Not Found\n".utf8))
        }
    }

    /// Runs the handler until it returns or the peer is gone.
    private func serveWebSocket(
        _ arrival: ServerInbox.Arrival, _ serve: @escaping @Sendable (WebSocketConnection) async -> Void
    ) async {
        handle.accept(arrival.id)
        let socket = WebSocketConnection(server: handle, id: arrival.id, exchange: arrival.exchange)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await serve(socket) }
            group.addTask { _ = await arrival.exchange.gone.wait() }
            await group.next()
            group.cancelAll()
        }
        handle.close(arrival.id, code: 1000, reason: "")
    }

    private static func fields(_ headers: [(name: String, value: String)]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(headers.count * 48)
        for (name, value) in headers {
            bytes += name.utf8
            bytes += [UInt8(ascii: ":"), UInt8(ascii: " ")]
            bytes += value.utf8.filter { $0 != 0x0D && $0 != 0x0A }
            bytes += [0x0D, 0x0A]
        }
        return bytes
    }
}
