import BacalhauHTTPClient
import CHTTPServer
import Glibc

/// One request's child task: calls the handler and sends what it answers.
struct RequestTask: Sendable {
    let core: HTTPServerCore
    let exchange: HTTPExchange

    func run(_ handler: @Sendable (HTTPRequest) async -> HTTPResponse) async {
        await withUnsafeCurrentTask { task in
            if let task, exchange.begin(task) {
                let response = await handler(exchange.request)
                await send(response)
            }
            exchange.end()
        }
        core.events.exchanges.remove(exchange.id)
    }

    private func send(_ response: HTTPResponse) async {
        guard response.hasValidStatus, let fields = ResponseFields(response.headers) else {
            return sendError("the handler's response is not valid HTTP")
        }
        switch response.body {
        case .bytes(let body):
            reply(status: response.status, fields: fields, body: body)
        case .file(let path, let offset, let length):
            sendFile(response.status, fields, path: path, offset: offset, length: length)
        case .stream(let contentLength, let write):
            await stream(response.status, fields, contentLength: contentLength, write)
        case .webSocket(let converse):
            await webSocket(converse)
        }
    }

    private func reply(status: Int, fields: ResponseFields, body: [UInt8]) {
        fields.bytes.withUnsafeBufferPointer { fieldBytes in
            body.withUnsafeBufferPointer { body in
                chs_reply(
                    core.server, exchange.id, UInt16(status), fieldBytes.baseAddress, fieldBytes.count,
                    body.baseAddress, body.count, fields.closesConnection ? 1 : 0)
            }
        }
    }

    private func sendError(_ message: String, status: Int = 500, headers: HTTPHeaders = [:]) {
        var headers = headers
        headers["Content-Type"] = "application/json; charset=UTF-8"
        // Our own fields are valid, so there is nothing to fall back to.
        guard let fields = ResponseFields(headers) else { return chs_abort(core.server, exchange.id) }
        let body = """
            {
              "error": "code=\(status), message=\(message)",
              "message": "\(message)"
            }

            """
        reply(status: status, fields: fields, body: Array(body.utf8))
    }

    private func sendFile(_ status: Int, _ fields: ResponseFields, path: String, offset: Int, length: Int) {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK)
        guard file >= 0 else { return sendError("the file to send cannot be opened") }
        var info = stat()
        let isRegular = fstat(file, &info) == 0 && info.st_mode & 0o170000 == 0o100000
        guard isRegular, offset >= 0, length >= 0, offset <= info.st_size, length <= info.st_size - offset else {
            close(file)
            return sendError("the file to send is shorter than announced")
        }
        fields.bytes.withUnsafeBufferPointer {
            chs_reply_file(
                core.server, exchange.id, UInt16(status), $0.baseAddress, $0.count, file, UInt64(offset),
                UInt64(length), fields.closesConnection ? 1 : 0)
        }
    }

    private func stream(
        _ status: Int, _ fields: ResponseFields, contentLength: Int?,
        _ write: @Sendable (HTTPBodyWriter) async throws -> Void
    ) async {
        if let contentLength, contentLength < 0 { return sendError("the handler's response is not valid HTTP") }
        fields.bytes.withUnsafeBufferPointer {
            chs_stream_begin(
                core.server, exchange.id, UInt16(status), $0.baseAddress, $0.count, Int64(contentLength ?? -1),
                fields.closesConnection ? 1 : 0)
        }
        let hasBody = exchange.request.method != "HEAD" && status != 204 && status != 304
        do {
            if hasBody { try await write(HTTPBodyWriter(core: core, exchange: exchange)) }
            chs_stream_end(core.server, exchange.id)
        } catch {
            chs_abort(core.server, exchange.id)
        }
    }

    private func webSocket(_ converse: @Sendable (WebSocketConnection) async throws -> Void) async {
        guard exchange.request.isWebSocketHandshake else {
            return sendError(
                "a WebSocket handshake is needed here", status: 426,
                headers: ["Upgrade": "websocket", "Sec-WebSocket-Version": "13"])
        }
        chs_websocket_accept(core.server, exchange.id)
        let connection = WebSocketConnection(core: core, exchange: exchange)
        do {
            try await converse(connection)
            connection.close(code: 1000)
        } catch {
            connection.close(code: 1011)
        }
    }
}

extension HTTPResponse {
    /// A WebSocket's status is not the handler's business.
    fileprivate var hasValidStatus: Bool {
        if case .webSocket = body { true } else { (200...599).contains(status) }
    }
}
