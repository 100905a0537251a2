internal import CCurl

/// Runs transfers on the loop's thread; nothing of it is touched from elsewhere.
final class LoopWorker {
    /// Handles kept for later requests: making one costs more than a small request.
    private static let maximumIdleHandles = 64

    private let loop: EventLoop
    private let multi: UnsafeMutableRawPointer
    private let configuration: HTTPClientConfiguration
    private var active: [UnsafeMutableRawPointer: Transfer] = [:]
    private var idleHandles: [EasyHandle] = []
    private var webSockets = WebSocketSet()

    init(loop: EventLoop, multi: UnsafeMutableRawPointer, configuration: HTTPClientConfiguration) {
        self.loop = loop
        self.multi = multi
        self.configuration = configuration
    }

    /// Works until the loop is closed.
    func run() {
        while true {
            switch loop.nextTurn() {
            case .run(let commands):
                for command in commands { execute(command) }
                if !webSockets.isEmpty { poll(mayBlock: false) }
            case .sleep:
                poll(mayBlock: true)
                loop.woke()
            case .stop(let commands):
                stop(commands)
                return
            }
            perform()
        }
    }

    /// Waits for sockets, time limits and commands, and lets the WebSockets that are ready go on.
    private func poll(mayBlock: Bool) {
        for transfer in webSockets.poll(multi, mayBlock: mayBlock) { advance(transfer) }
    }

    private func perform() {
        var running: Int32 = 0
        curl_multi_perform(multi, &running)
        var remaining: Int32 = 0
        while let message = curl_multi_info_read(multi, &remaining) {
            guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else { continue }
            complete(handle, message.pointee.data.result)
        }
    }

    private func execute(_ command: EventLoop.Command) {
        switch command {
        case .start(let transfer, let continuation):
            transfer.begin(continuation)
            start(transfer)
        case .cancel(let transfer):
            transfer.isCancelled = true
            end(transfer, .cancelled)
        case .resume(let transfer):
            guard let easy = transfer.easy else { return }
            curl_easy_pause(easy.pointer, CURLPAUSE_CONT)
        case .webSocket(let transfer, let action):
            guard case .connection(let connection) = transfer.sink else { return }
            connection.handle(action)
            advance(transfer)
        }
    }

    private func advance(_ transfer: Transfer) {
        guard case .connection(let connection) = transfer.sink, let easy = transfer.easy else { return }
        let verdict = connection.advance(CurlTransport(easy: easy))
        if let head = connection.takeOpenedHead() { transfer.opened(head) }
        switch verdict {
        case .end(let error): end(transfer, error)
        case .again: webSockets.update(transfer, connection, isReady: true)
        case .wait(let readable, let writable):
            webSockets.update(transfer, connection, readable: readable, writable: writable)
        }
    }

    private func start(_ transfer: Transfer) {
        guard !transfer.isCancelled else { return transfer.finish(.cancelled) }
        guard let easy = idleHandles.popLast() ?? EasyHandle() else {
            return transfer.finish(.outOfResources("libcurl has no memory"))
        }
        transfer.easy = easy
        active[easy.pointer] = transfer
        if let error = transfer.configure(easy, with: configuration) { return end(transfer, error) }
        guard curl_multi_add_handle(multi, easy.pointer) == CURLM_OK else {
            return end(transfer, .outOfResources("libcurl takes no more transfers"))
        }
    }

    private func complete(_ handle: UnsafeMutableRawPointer, _ code: CURLcode) {
        guard let transfer = active[handle], let easy = transfer.easy else { return }
        guard code == CURLE_OK else { return end(transfer, transfer.error(for: code, of: easy, with: configuration)) }
        guard case .connection(let connection) = transfer.sink else { return end(transfer, nil) }
        guard let socket = easy.socket else {
            return end(transfer, .interrupted(host: connection.host, detail: "the connection is gone"))
        }
        webSockets.add(transfer, connection, socket)
        connection.connected()
        advance(transfer)
    }

    /// Takes a transfer out, answers its caller and keeps the handle for another.
    private func end(_ transfer: Transfer, _ error: HTTPClientError?) {
        guard let easy = transfer.easy else { return }
        curl_multi_remove_handle(multi, easy.pointer)
        active[easy.pointer] = nil
        webSockets.remove(transfer)
        transfer.finish(error)
        transfer.easy = nil
        easy.reset()
        curl_slist_free_all(transfer.headerList)
        transfer.headerList = nil
        if idleHandles.count < Self.maximumIdleHandles {
            idleHandles.append(easy)
        } else {
            easy.destroy()
        }
    }

    private func stop(_ commands: [EventLoop.Command]) {
        for transfer in active.values { end(transfer, .closed) }
        for command in commands { refuse(command) }
        for handle in idleHandles { handle.destroy() }
        curl_multi_cleanup(multi)
    }

    /// Answers a command that came too late.
    private func refuse(_ command: EventLoop.Command) {
        switch command {
        case .start(let transfer, let continuation):
            transfer.begin(continuation)
            transfer.finish(.closed)
        case .webSocket(let transfer, let action):
            guard case .connection(let connection) = transfer.sink else { return }
            connection.handle(action)
        case .cancel, .resume: break
        }
    }
}
