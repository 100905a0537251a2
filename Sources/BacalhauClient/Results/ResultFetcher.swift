import BacalhauCrypto
import BacalhauHTTPClient
import BacalhauModel

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// Fetches published results into files.
struct ResultFetcher: Sendable {
    let connection: APIConnection
    let bytesMax: Int
    let progress: DownloadOptions.Progress?

    /// A download may take long, but not stand still this long.
    static let idleTimeout: Duration = .seconds(60)
    static let redirectsMax = 10

    /// Fetches a result to a file named after its address. What is there already is not fetched again.
    func fetch(_ result: SpecConfig, to directory: String) async throws(BacalhauError) -> DownloadedResult {
        guard let source = ResultSource(result) else {
            throw BacalhauError(
                .notImplemented, "results of the type \"\(result.type)\" cannot be downloaded",
                hint: "urlDownload and s3PreSigned can", component: "Client")
        }
        return try await fetch(result, from: source, to: directory)
    }

    /// Fetches a result from an address of our choice, or from the next one that has it.
    func fetch(
        _ result: SpecConfig, from source: ResultSource, to directory: String
    ) async throws(BacalhauError) -> DownloadedResult {
        var rest = [source] + source.alternatives
        while true {
            let next = rest.removeFirst()
            do {
                return try await fetchOnly(result, from: next, to: directory)
            } catch {
                guard error.code == .notFound, !rest.isEmpty else { throw error }
            }
        }
    }

    private func fetchOnly(
        _ result: SpecConfig, from source: ResultSource, to directory: String
    ) async throws(BacalhauError) -> DownloadedResult {
        let name = source.fileName
        let path = "\(directory)/\(name)"
        if let size = LocalFiles.fileSize(path) {
            return DownloadedResult(source: result, path: path, sizeBytes: size, receivedBytes: 0)
        }
        let part = "\(directory)/.\(name).part"
        let download = try await fetch(source, to: part)
        if let digest = ContentDigest(download.headers), digest.sha256 != download.sha256 {
            try LocalFiles.remove(part)
            throw BacalhauError(
                .network, "\(source.url): the digest of what arrived is not the one the server names",
                hint: "try again", isRetryable: true, component: "Client")
        }
        try LocalFiles.setMode(0o644, of: part)
        try LocalFiles.move(part, to: path)
        return DownloadedResult(
            source: result, path: path, sizeBytes: download.size, receivedBytes: download.receivedBytes)
    }

    /// Tries as often as the retry policy allows, each time from where the last try ended.
    private func fetch(_ source: ResultSource, to part: String) async throws(BacalhauError) -> HTTPDownload {
        var attempt = 1
        var received = 0
        while true {
            let offset = source.isImmutable ? LocalFiles.fileSize(part) ?? 0 : 0
            let failure: HTTPClientError
            switch await download(source, to: part, from: offset) {
            case .success(var download):
                download.receivedBytes += received
                return download
            case .failure(.unexpectedStatus(416, _)) where offset > 0:
                // There is nothing behind the part: it is not a part of this file.
                try LocalFiles.remove(part)
                continue
            case .failure(let error): failure = error
            }
            if source.isImmutable { received += max(0, (LocalFiles.fileSize(part) ?? 0) - offset) }
            guard attempt < connection.options.retry.attemptsMax, failure.mayPass else {
                throw BacalhauError(download: failure, url: source.url)
            }
            try await connection.sleep(
                connection.options.retry.pause(after: attempt, random: connection.pauses.random()))
            attempt += 1
        }
    }

    private func download(
        _ source: ResultSource, to part: String, from offset: Int
    ) async -> Result<HTTPDownload, HTTPClientError> {
        var headers = HTTPHeaders()
        for header in source.headers { headers.add(name: header.name, value: header.value) }
        let request = HTTPClientRequest(
            url: source.url, headers: headers, idleTimeout: ResultFetcher.idleTimeout,
            maximumRedirects: ResultFetcher.redirectsMax)
        do {
            return .success(
                try await connection.transport.download(
                    request, toPath: part,
                    options: HTTPDownloadOptions(
                        limit: bytesMax, resumeOffset: offset, computesSHA256: true, progress: progress)))
        } catch {
            return .failure(error)
        }
    }
}

extension HTTPClientError {
    fileprivate var mayPass: Bool {
        switch self {
        case .couldNotConnect, .interrupted, .unexpectedStatus(429, _), .unexpectedStatus(503, _): true
        default: false
        }
    }
}

extension BacalhauError {
    /// A result that did not arrive.
    fileprivate init(download failure: HTTPClientError, url: String) {
        // Without the query: that of a signed address is a secret.
        self.init(failure, endpoint: String(url.prefix { $0 != "?" }))
        switch failure {
        case .couldNotConnect:
            hint = "the node that keeps the results is not reachable from here"
        case .unexpectedStatus(403, _): hint = "a signed address ends after a while; ask for the results again"
        case .unexpectedStatus(404, _):
            hint = "the node keeps results for a limited time (see its --result-retention-age)"
        case .tooLarge: hint = "the result is larger than this download allows"
        case .tls, .protocolViolation, .tooManyRedirects, .invalidRequest: hint = ""
        default: break
        }
    }
}

/// The SHA-256 that a server names for a whole file.
struct ContentDigest {
    /// Lower-case hexadecimal digits.
    var sha256: String

    /// Reads `Repr-Digest` (RFC 9530), `Digest` (RFC 3230) or the S3 checksum; `nil` when none is there.
    init?(_ headers: HTTPHeaders) {
        let dictionary = headers.values(of: "Repr-Digest") + headers.values(of: "Digest")
        var text: Substring?
        for item in dictionary.flatMap({ $0.split(separator: ",") }) {
            let pair = String(item).trimmingBlanks().split(separator: "=", maxSplits: 1)
            guard pair.count == 2, pair[0].lowercased() == "sha-256" else { continue }
            text = pair[1]
        }
        let found = text.map { $0.filter { $0 != ":" } } ?? headers["x-amz-checksum-sha256"]
        // The checksum of an object that was uploaded in parts is not that of its bytes; it has a dash.
        guard let found, let digest = Data(base64Encoded: found), digest.count == 32 else { return nil }
        sha256 = hexadecimal(digest)
    }
}
