internal import CCurl

/// One handle of libcurl's "easy" interface with its error text. Only the loop's thread touches it.
struct EasyHandle {
    let pointer: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>

    /// Makes a handle, or `nil` without memory.
    init?() {
        guard let pointer = curl_easy_init() else { return nil }
        self.pointer = pointer
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    func destroy() {
        curl_easy_cleanup(pointer)
        errorText.deallocate()
    }

    /// Forgets all options; connections and name look-ups stay with the loop.
    func reset() {
        curl_easy_reset(pointer)
        errorText[0] = 0
    }

    /// Libcurl's words for a failure.
    func describe(_ code: CURLcode) -> String {
        if errorText[0] != 0 { return String(cString: errorText) }
        return curl_easy_strerror(code).map { String(cString: $0) } ?? "error \(code.rawValue)"
    }

    /// How many redirects were followed.
    var redirectCount: Int {
        var count = 0
        _ = bac_curl_get_long(pointer, CURLINFO_REDIRECT_COUNT, &count)
        return count
    }

    /// The URL of the last request.
    var effectiveURL: String? {
        var text: UnsafeMutablePointer<CChar>?
        guard bac_curl_get_string(pointer, CURLINFO_EFFECTIVE_URL, &text) == CURLE_OK, let text else { return nil }
        return String(cString: text)
    }

    /// The socket of a handle that only connected.
    var socket: Int32? {
        var socket: Int32 = -1
        guard bac_curl_get_socket(pointer, &socket) == CURLE_OK, socket >= 0 else { return nil }
        return socket
    }

    /// Puts the handle's error text in place; needed after every ``reset()``.
    func attachErrorText(_ options: inout OptionSetter) {
        options.set(CURLOPT_ERRORBUFFER, pointer: UnsafeMutableRawPointer(errorText))
    }
}

/// Sets options one after another and keeps the first refusal, so that no option is silently missing.
struct OptionSetter {
    private let handle: UnsafeMutableRawPointer
    private(set) var failure: CURLcode?

    init(_ handle: EasyHandle) {
        self.handle = handle.pointer
    }

    mutating func set(_ option: CURLoption, _ value: Int) {
        note(bac_curl_set_long(handle, option, value))
    }

    mutating func set(_ option: CURLoption, size value: Int64) {
        note(bac_curl_set_offset(handle, option, curl_off_t(value)))
    }

    /// Libcurl copies the text.
    mutating func set(_ option: CURLoption, _ value: String) {
        note(bac_curl_set_string(handle, option, value))
    }

    mutating func set(_ option: CURLoption, pointer value: UnsafeMutableRawPointer?) {
        note(bac_curl_set_pointer(handle, option, value))
    }

    mutating func set(
        _ option: CURLoption,
        callback: @escaping @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int
    ) {
        note(bac_curl_set_function(handle, option, callback))
    }

    mutating func setSeekCallback(
        _ callback: @escaping @convention(c) (UnsafeMutableRawPointer?, curl_off_t, Int32) -> Int32
    ) {
        note(bac_curl_set_seek(handle, callback))
    }

    mutating func setOpenSocketCallback(
        _ callback:
            @escaping @convention(c) (
                UnsafeMutableRawPointer?, curlsocktype, UnsafeMutablePointer<curl_sockaddr>?
            ) -> curl_socket_t
    ) {
        note(bac_curl_set_open_socket(handle, callback))
    }

    private mutating func note(_ code: CURLcode) {
        if code != CURLE_OK, failure == nil { failure = code }
    }
}
