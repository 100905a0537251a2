internal import CCurl

/// The WebSockets of a loop: what each waits for, and until when. Only the loop's thread touches it.
struct WebSocketSet {
    private struct Entry {
        let transfer: Transfer
        let connection: WebSocketConnection
        let socket: Int32
        var readable = false
        var writable = false
        var isReady = false
    }

    private var entries: [ObjectIdentifier: Entry] = [:]

    var isEmpty: Bool { entries.isEmpty }

    mutating func add(_ transfer: Transfer, _ connection: WebSocketConnection, _ socket: Int32) {
        entries[ObjectIdentifier(transfer)] = Entry(transfer: transfer, connection: connection, socket: socket)
    }

    mutating func remove(_ transfer: Transfer) {
        entries[ObjectIdentifier(transfer)] = nil
    }

    /// Notes what a connection waits for; `isReady` is another turn at once.
    mutating func update(
        _ transfer: Transfer, _ connection: WebSocketConnection, readable: Bool = false, writable: Bool = false,
        isReady: Bool = false
    ) {
        guard var entry = entries.removeValue(forKey: ObjectIdentifier(transfer)) else { return }
        entry.readable = readable
        entry.writable = writable
        entry.isReady = isReady
        entries[ObjectIdentifier(transfer)] = entry
    }

    /// Waits for these sockets and for everything of libcurl, and tells which connections can go on.
    func poll(_ multi: UnsafeMutableRawPointer, mayBlock: Bool) -> [Transfer] {
        guard !entries.isEmpty else {
            curl_multi_poll(multi, nil, 0, mayBlock ? Int32.max : 0, nil)
            return []
        }
        var polled: [Transfer] = []
        var sockets: [curl_waitfd] = []
        // A socket that waits for nothing is left out: its end would wake the thread over and over.
        for entry in entries.values where entry.readable || entry.writable {
            let events =
                (entry.readable ? Int16(CURL_WAIT_POLLIN) : 0) | (entry.writable ? Int16(CURL_WAIT_POLLOUT) : 0)
            sockets.append(curl_waitfd(fd: entry.socket, events: events, revents: 0))
            polled.append(entry.transfer)
        }
        let timeout = mayBlock ? self.timeout : 0
        curl_multi_poll(multi, &sockets, UInt32(sockets.count), timeout, nil)
        let now = ContinuousClock.now
        let due = entries.values.filter { $0.isReady || $0.connection.deadline.map { $0 <= now } == true }
        return zip(polled, sockets).filter { $0.1.revents != 0 }.map(\.0) + due.map(\.transfer)
    }

    /// Milliseconds to the next deadline, rounded up.
    private var timeout: Int32 {
        if entries.values.contains(where: \.isReady) { return 0 }
        guard let next = entries.values.compactMap(\.connection.deadline).min() else { return Int32.max }
        return Int32(clamping: (next - .now).wholeMilliseconds + 1)
    }
}
