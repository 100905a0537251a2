internal import CCurl

#if canImport(Darwin)
    private import Darwin
#else
    private import Glibc
#endif

extension Transfer {
    /// Makes libcurl deliver to this transfer. The loop holds the transfer for as long as the handle has these.
    func setCallbacks(_ options: inout OptionSetter) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        options.set(CURLOPT_HEADERFUNCTION, callback: receiveHeader)
        options.set(CURLOPT_HEADERDATA, pointer: context)
        options.set(CURLOPT_WRITEFUNCTION, callback: receiveBody)
        options.set(CURLOPT_WRITEDATA, pointer: context)
        if upload != nil {
            options.set(CURLOPT_READFUNCTION, callback: sendBody)
            options.set(CURLOPT_READDATA, pointer: context)
            options.setSeekCallback(rewindBody)
            options.set(CURLOPT_SEEKDATA, pointer: context)
        }
        options.setOpenSocketCallback(openSocket)
        options.set(CURLOPT_OPENSOCKETDATA, pointer: context)
    }

    fileprivate static func from(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }
}

private typealias Bytes = UnsafeMutablePointer<CChar>

/// A count other than the given one makes libcurl stop.
private func receiveHeader(_ bytes: Bytes?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?) -> Int {
    guard let transfer = Transfer.from(context) else { return 0 }
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    switch transfer.head.add(line, followsRedirects: transfer.limits.redirects > 0) {
    case .more: break
    case .ended: transfer.headEnded()
    case .tooLarge:
        transfer.failure = .protocolViolation(
            host: hostName(of: transfer.request.url), detail: "a head of more than \(ResponseHead.maximumBytes) bytes")
        return 0
    }
    return line.count
}

private func receiveBody(_ bytes: Bytes?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?) -> Int {
    guard let transfer = Transfer.from(context) else { return 0 }
    let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
    switch transfer.sink {
    case .buffer(let limit):
        guard transfer.body.count + piece.count <= limit else {
            transfer.failure = .tooLarge(limit: limit)
            return 0
        }
        transfer.body.append(contentsOf: piece)
        return piece.count
    case .stream(let channel):
        return channel.offer(piece) == .accepted ? piece.count : Int(CURL_WRITEFUNC_PAUSE)
    case .connection: return 0
    }
}

private func sendBody(_ bytes: Bytes?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?) -> Int {
    guard let transfer = Transfer.from(context), let upload = transfer.upload else { return Int(CURL_READFUNC_ABORT) }
    switch upload.read(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count)) {
    case .success(let count): return count
    case .failure(let error):
        transfer.failure = error
        return Int(CURL_READFUNC_ABORT)
    }
}

private func rewindBody(_ context: UnsafeMutableRawPointer?, _ offset: curl_off_t, _ origin: Int32) -> Int32 {
    guard let upload = Transfer.from(context)?.upload, origin == SEEK_SET else { return CURL_SEEKFUNC_CANTSEEK }
    upload.seek(to: Int64(offset))
    return CURL_SEEKFUNC_OK
}

/// Opens the socket of a connection, unless the address policy forbids the address.
private func openSocket(
    _ context: UnsafeMutableRawPointer?, _ purpose: curlsocktype, _ address: UnsafeMutablePointer<curl_sockaddr>?
) -> curl_socket_t {
    guard let transfer = Transfer.from(context), let address else { return -1 }
    let target = address.pointee
    if let isAllowed = transfer.addressPolicy {
        guard let (name, port) = numericAddress(address), isAllowed(name, port) else {
            transfer.refusedAddress = numericAddress(address)?.0 ?? "of family \(target.family)"
            return -1
        }
    }
    // Not inherited by the programs that this process starts.
    #if canImport(Darwin)
        let descriptor = socket(target.family, target.socktype, target.protocol)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    #else
        return socket(target.family, target.socktype | Int32(SOCK_CLOEXEC.rawValue), target.protocol)
    #endif
}

/// The address and port that libcurl is about to connect to.
private func numericAddress(_ address: UnsafeMutablePointer<curl_sockaddr>) -> (String, Int)? {
    guard let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else { return nil }
    let socketAddress = (UnsafeRawPointer(address) + offset).assumingMemoryBound(to: sockaddr.self)
    var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    var service = [CChar](repeating: 0, count: Int(NI_MAXSERV))
    let code = getnameinfo(
        socketAddress, address.pointee.addrlen, &host, socklen_t(host.count), &service, socklen_t(service.count),
        NI_NUMERICHOST | NI_NUMERICSERV)
    guard code == 0, let port = Int(text(service)) else { return nil }
    return (text(host), port)
}

private func text(_ characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
