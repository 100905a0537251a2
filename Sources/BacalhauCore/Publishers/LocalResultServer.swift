internal import BacalhauHTTPClient
internal import BacalhauModel

/// Answers requests for the archives of a ``ResultStore``: `GET /<token>/<execution>.tar.gz`.
///
/// Everything else is "not found". Only who has an execution's token learns that its results were here.
public struct LocalResultServer: Sendable {
    private let store: ResultStore

    /// Serves the archives of `store`; listening is the caller's part.
    public init(store: ResultStore) { self.store = store }

    /// Answers one request; `HEAD` is answered as `GET`, and its body left out by the server.
    ///
    /// Knows ranges (`Range: bytes=`, one at a time, with `If-Range`) and `If-None-Match`. `ETag` and `Digest` carry
    /// the archive's SHA-256. Looks at two small files; never blocks for long.
    public func respond(to request: HTTPRequest) -> HTTPResponse {
        guard request.method == "GET" || request.method == "HEAD" else {
            return HTTPResponse(
                status: 405, headers: [("Allow", "GET, HEAD"), ("Content-Type", "text/plain")],
                body: .bytes(Array("only GET and HEAD are answered here\n".utf8)))
        }
        guard let id = execution(at: request.path) else { return Self.notFound("not found\n") }
        guard let entry = store.find(id) else {
            return Self.notFound(
                "the results of execution \(id) are not kept here any more: they are deleted after a time "
                    + "(--result-retention-age of the node)\n")
        }
        return answer(entry, request)
    }

    /// The archive of an execution for somebody who may have it, with ranges and all; `nil` when it is not here.
    func archive(of execution: ExecutionID, for request: HTTPRequest) -> HTTPResponse? {
        store.find(execution).map { answer($0, request) }
    }

    private func answer(_ entry: ResultStore.Entry, _ request: HTTPRequest) -> HTTPResponse {
        var headers = [
            ("Content-Type", "application/gzip"), ("Accept-Ranges", "bytes"), ("Cache-Control", "private, no-cache"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        let tag = entry.sha256.map { "\"\($0)\"" }
        if let tag, let sha256 = entry.sha256 {
            headers.append(("ETag", tag))
            headers.append(("Digest", "sha-256=\(Self.base64(hexadecimal: sha256))"))
        }
        if let tag, let wanted = request.headers["If-None-Match"], Self.list(wanted).contains(tag) {
            return HTTPResponse(status: 304, headers: headers)
        }
        return slice(entry, request, tag: tag, headers)
    }

    private func slice(
        _ entry: ResultStore.Entry, _ request: HTTPRequest, tag: String?, _ headers: [(String, String)]
    ) -> HTTPResponse {
        var range = ByteRange.Answer.whole
        // A range of another archive would not fit to what the client has.
        if let text = request.headers["Range"], request.headers["If-Range"].map({ $0 == tag }) ?? true {
            range = ByteRange.parse(text, size: entry.bytes)
        }
        switch range {
        case .whole:
            return HTTPResponse(
                status: 200, headers: headers,
                body: .file(path: entry.path, offset: 0, length: Int(clamping: entry.bytes)))
        case .part(let offset, let length):
            let content = "bytes \(offset)-\(offset + length - 1)/\(entry.bytes)"
            return HTTPResponse(
                status: 206, headers: headers + [("Content-Range", content)],
                body: .file(path: entry.path, offset: Int(clamping: offset), length: Int(clamping: length)))
        case .unsatisfiable:
            return HTTPResponse(status: 416, headers: [("Content-Range", "bytes */\(entry.bytes)")])
        }
    }

    private static func notFound(_ text: String) -> HTTPResponse {
        HTTPResponse(status: 404, headers: [("Content-Type", "text/plain")], body: .bytes(Array(text.utf8)))
    }

    /// The execution that a path names, if its token is right.
    private func execution(at path: String) -> ExecutionID? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].isEmpty, parts[2].hasSuffix(ResultStore.suffix) else { return nil }
        let id = ExecutionID(rawValue: String(parts[2].dropLast(ResultStore.suffix.count)))
        // The token first: without it, not even how long the answer takes tells what is here.
        return store.accepts(String(parts[1]), for: id) ? id : nil
    }

    private static func list(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.trimmingPrefix { $0 == " " }.description }
    }

    private static func base64(hexadecimal text: String) -> String {
        let digits = Array(text)
        let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(digits[$0...$0 + 1]), radix: 16)
        }
        return Base64.encode(bytes)
    }
}

/// One range of bytes that a client asks for (RFC 9110, 14.2).
enum ByteRange {
    enum Answer: Hashable, Sendable {
        case whole
        case part(offset: UInt64, length: UInt64)
        case unsatisfiable
    }

    /// What `Range` means for a file of `size` bytes. Several ranges, and what cannot be read, give the whole file.
    static func parse(_ text: String, size: UInt64) -> Answer {
        guard text.lowercased().hasPrefix("bytes=") else { return .whole }
        let sides = text.dropFirst(6).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            .map { String($0).trimmingBlanks() }
        guard sides.count == 2, sides.allSatisfy({ $0.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }) else {
            return .whole
        }
        switch (UInt64(sides[0]), UInt64(sides[1])) {
        case (nil, let count?) where sides[0].isEmpty:
            guard count > 0, size > 0 else { return .unsatisfiable }
            let length = min(count, size)
            return .part(offset: size - length, length: length)
        case (let first?, nil) where sides[1].isEmpty:
            return first < size ? .part(offset: first, length: size - first) : .unsatisfiable
        case (let first?, let last?) where first <= last:
            return first < size ? .part(offset: first, length: min(last, size - 1) - first + 1) : .unsatisfiable
        default: return .whole
        }
    }
}
