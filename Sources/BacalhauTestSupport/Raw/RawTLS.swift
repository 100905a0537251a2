import CCurl
import Glibc

/// The TLS under a ``RawClient``: libcurl connects and then only encrypts.
final class RawTLS {
    private var handle: UnsafeMutableRawPointer?
    let descriptor: Int32

    init(port: Int) throws {
        guard let handle = curl_easy_init() else { throw RawClient.Failure.system(call: "curl", code: ENOMEM) }
        self.handle = handle
        _ = bac_curl_set_string(handle, CURLOPT_URL, "https://127.0.0.1:\(port)/")
        _ = bac_curl_set_long(handle, CURLOPT_CONNECT_ONLY, 1)
        _ = bac_curl_set_long(handle, CURLOPT_SSL_VERIFYPEER, 0)
        _ = bac_curl_set_long(handle, CURLOPT_SSL_VERIFYHOST, 0)
        _ = bac_curl_set_long(handle, CURLOPT_SSL_ENABLE_ALPN, 0)
        _ = bac_curl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        // Programs that tests start must not inherit the connection.
        _ = bac_curl_set_open_socket(handle) { _, _, address in
            guard let address else { return -1 }
            return socket(
                address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue),
                address.pointee.protocol)
        }
        _ = bac_curl_set_string(handle, CURLOPT_CAINFO, nil)
        _ = bac_curl_set_string(handle, CURLOPT_CAPATH, nil)
        var descriptor: curl_socket_t = -1
        let code = curl_easy_perform(handle)
        guard code == CURLE_OK, bac_curl_get_socket(handle, &descriptor) == CURLE_OK else {
            curl_easy_cleanup(handle)
            self.handle = nil
            throw RawClient.Failure.system(call: "connect", code: Int32(code.rawValue))
        }
        self.descriptor = descriptor
    }

    deinit { close() }

    func close() {
        if let handle { curl_easy_cleanup(handle) }
        handle = nil
    }

    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            var count = 0
            let code = rest.withUnsafeBytes { curl_easy_send(handle, $0.baseAddress, $0.count, &count) }
            if code == CURLE_AGAIN {
                try wait(for: POLLOUT)
                continue
            }
            guard code == CURLE_OK else { throw RawClient.Failure.system(call: "send", code: Int32(code.rawValue)) }
            rest = rest.dropFirst(count)
        }
    }

    /// 0 at the end of the connection; a reset and an end without a word of TLS count as one.
    func receive(_ chunk: inout [UInt8]) throws -> Int {
        while true {
            var count = 0
            let code = curl_easy_recv(handle, &chunk, chunk.count, &count)
            if code == CURLE_AGAIN {
                try wait(for: POLLIN)
                continue
            }
            return code == CURLE_OK ? count : 0
        }
    }

    private func wait(for events: Int32) throws {
        var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        guard poll(&entry, 1, 120_000) > 0 else { throw RawClient.Failure.system(call: "poll", code: ETIMEDOUT) }
    }
}
