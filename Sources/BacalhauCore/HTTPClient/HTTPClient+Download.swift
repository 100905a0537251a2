import BacalhauModel

#if canImport(Darwin)
    private import Darwin
#else
    private import Glibc
#endif

extension HTTPClient {
    /// Downloads into a file, which is made if it is missing and cut to ``HTTPDownloadOptions/resumeOffset`` bytes.
    ///
    /// After an error or a cancellation the file keeps what arrived, for another try that resumes at its size. Nothing
    /// is synchronised to the disk or renamed: use a temporary name and rename the file when this returns.
    /// - Throws: ``HTTPClientError/unexpectedStatus(_:body:)`` for any status but 200, 203 and a fitting 206,
    ///   ``HTTPClientError/tooLarge(limit:)`` before the first byte too many is written.
    public func download(
        _ request: HTTPClientRequest, toPath path: String, options: HTTPDownloadOptions = HTTPDownloadOptions()
    ) async throws(HTTPClientError) -> HTTPDownload {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .file(path: path, code: errno) }
        defer { systemClose(descriptor) }
        return try await download(
            request, into: DownloadFile(descriptor: descriptor, path: path, options: options), options)
    }

    /// Downloads into an open file, which must allow reading if a resumed file's digest is asked for. The descriptor
    /// stays open and its position unused. Otherwise like ``download(_:toPath:options:)``.
    public func download(
        _ request: HTTPClientRequest, toDescriptor descriptor: Int32,
        options: HTTPDownloadOptions = HTTPDownloadOptions()
    ) async throws(HTTPClientError) -> HTTPDownload {
        try await download(
            request, into: DownloadFile(descriptor: descriptor, path: "descriptor \(descriptor)", options: options),
            options)
    }

    private func download(
        _ request: HTTPClientRequest, into file: consuming DownloadFile, _ options: HTTPDownloadOptions
    ) async throws(HTTPClientError) -> HTTPDownload {
        var request = request
        try file.keep(options.resumeOffset)
        if options.resumeOffset > 0 {
            request.headers["Range"] = "bytes=\(options.resumeOffset)-"
            if let entityTag = options.entityTag { request.headers["If-Range"] = entityTag }
        }
        let response = try await stream(request)
        defer { response.body.cancel() }
        try await accept(response, file: &file)
        let start = file.size
        let total = response.headers["Content-Length"].flatMap { Int($0) }
        if let total { try file.checkLimit(adding: total) }
        while let piece = try await response.body.next() {
            try file.append(piece)
            options.progress?(file.size, total.map { start + $0 })
        }
        return HTTPDownload(
            headers: response.headers, effectiveURL: response.effectiveURL, size: file.size,
            receivedBytes: file.size - start, sha256: file.hexDigest())
    }

    /// Finds out whether the body is the whole file or the missing rest, and refuses everything else.
    private func accept(_ response: HTTPStreamingResponse, file: inout DownloadFile) async throws(HTTPClientError) {
        switch response.status {
        case 200, 203:
            if file.size > 0 { try file.restart() }
        case 206 where response.headers["Content-Range"]?.hasPrefix("bytes \(file.size)-") == true && file.size > 0:
            break
        case 206:
            throw .protocolViolation(
                host: hostName(of: response.effectiveURL),
                detail:
                    "sends range \(response.headers["Content-Range"]?.excerpt() ?? "unknown"), not from byte \(file.size)"
            )
        default:
            throw .unexpectedStatus(response.status, body: await excerpt(of: response.body))
        }
    }

    /// The start of an error page, for people.
    private func excerpt(of body: HTTPResponseBody) async -> String {
        var bytes: [UInt8] = []
        while bytes.count < 4096, let piece = try? await body.next() { bytes += piece }
        return String(decoding: bytes.prefix(4096), as: UTF8.self)
    }
}

/// The system's call, under a name that the type above does not have.
private func systemClose(_ descriptor: Int32) { close(descriptor) }
