internal import CCurl

/// What moving bytes led to.
enum TransportStep {
    case moved(Int)
    case wouldBlock
    /// The other side closed.
    case ended
    case failed(String)
}

/// A connection that never blocks.
protocol WebSocketTransport {
    func send(_ bytes: UnsafeRawBufferPointer) -> TransportStep
    /// Calls `take` with the bytes that are there, if any.
    func receive(_ take: (UnsafeRawBufferPointer) -> Void) -> TransportStep
}

/// The connection of a libcurl handle that only connected, with TLS where the URL asks for it.
struct CurlTransport: WebSocketTransport {
    private static let bufferBytes = 64 << 10

    let easy: EasyHandle

    func send(_ bytes: UnsafeRawBufferPointer) -> TransportStep {
        var count = 0
        let code = curl_easy_send(easy.pointer, bytes.baseAddress, bytes.count, &count)
        switch code {
        case CURLE_OK where count > 0: return .moved(count)
        case CURLE_OK, CURLE_AGAIN: return .wouldBlock
        default: return .failed(easy.describe(code))
        }
    }

    func receive(_ take: (UnsafeRawBufferPointer) -> Void) -> TransportStep {
        withUnsafeTemporaryAllocation(byteCount: Self.bufferBytes, alignment: 1) { buffer in
            var count = 0
            let code = curl_easy_recv(easy.pointer, buffer.baseAddress, buffer.count, &count)
            switch code {
            case CURLE_OK where count > 0:
                take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                return .moved(count)
            case CURLE_OK: return .ended
            case CURLE_AGAIN: return .wouldBlock
            default: return .failed(easy.describe(code))
            }
        }
    }
}
