internal import BacalhauFiles
internal import BacalhauHTTPClient
public import BacalhauModel
internal import BacalhauSupport
internal import Glibc

/// Files from web servers.
///
/// Addresses are checked at every hop, also behind redirects; what is checked is what is connected to. The content may
/// be checked with the optional parameter `SHA256`.
public struct URLDownloadStorage: StorageProvider {
    /// `urldownload` alone.
    public let sourceTypes = ["urldownload"]
    private let settings: URLDownloadSettings
    private let client: HTTPClient
    private let pause: @Sendable (Duration) async throws -> Void

    /// Makes a provider with connections of its own.
    ///
    /// - Parameters:
    ///   - settings: limits, and which addresses are allowed.
    ///   - pause: waits between attempts; throws when the task is cancelled.
    public init(
        _ settings: URLDownloadSettings = URLDownloadSettings(),
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.settings = settings
        self.pause = pause
        var configuration = HTTPClientConfiguration()
        configuration.maximumRedirects = settings.redirectsMax
        let addresses = settings.addresses
        configuration.addressPolicy = { address, _ in addresses.allows(address) }
        client = HTTPClient(configuration: configuration)
    }

    /// Always available: whether a server answers shows only when it is asked.
    public func availability() async -> Availability { .available }

    /// Checks the parameters and asks the server for the size. A server that does not say is no reason to refuse: the
    /// download has limits of its own.
    public func check(_ source: Source) async throws(StorageError) -> UInt64 {
        let wanted = try WantedFile(source)
        let request = HTTPClientRequest("HEAD", url: wanted.url, timeout: settings.sizeTimeout)
        do throws(HTTPClientError) {
            let response = try await client.send(request)
            guard response.status == 200 else { return 0 }
            return response.headers["Content-Length"].flatMap { UInt64($0) } ?? 0
        } catch {
            switch error {
            case .addressRefused: throw Self.error(error, wanted)
            case .cancelled: throw .cancelled
            default: return 0
            }
        }
    }

    /// Downloads the file. The workload finds it below its target, under the name that the URL gives.
    public func prepare(
        _ input: InputSource, in directory: String, bytesMax: UInt64
    ) async throws(StorageError) -> PreparedInput {
        guard let source = input.source else { throw .rejected(reason: "the input has no source", hint: "") }
        let wanted = try WantedFile(source)
        let temporary = "\(directory)/.download"
        let name = try await download(wanted, to: temporary, bytesMax: min(bytesMax, settings.bytesMax))
        let path = "\(directory)/\(name)"
        guard rename(temporary, path) == 0 else {
            throw StorageError(FileError.system(action: "rename to", path: path, code: errno))
        }
        let target = input.target.hasSuffix("/") ? input.target + name : "\(input.target)/\(name)"
        return PreparedInput(source: input, hostPath: path, target: target, isDirectory: false)
    }

    /// Nothing to do: the file lies in the folder that the caller removes.
    public func cleanUp(_ input: PreparedInput) async {}

    // MARK: Attempts

    private func download(
        _ wanted: WantedFile, to path: String, bytesMax: UInt64
    ) async throws(StorageError) -> String {
        var attempt = 0
        while true {
            attempt += 1
            switch await tryOnce(wanted, to: path, bytesMax: bytesMax) {
            case .done(let name): return name
            case .failed(let error): throw error
            case .later(let error, let after):
                guard attempt <= settings.retriesMax else { throw error }
                let growing = settings.retryDelay * (1 << min(attempt - 1, 16))
                do { try await pause(min(after ?? growing, settings.retryDelayMax)) } catch { throw .cancelled }
            }
        }
    }

    private enum Outcome {
        case done(name: String)
        case failed(StorageError)
        /// Worth another attempt, after a time that the server may have named.
        case later(StorageError, after: Duration?)
    }

    private func tryOnce(_ wanted: WantedFile, to path: String, bytesMax: UInt64) async -> Outcome {
        let request = HTTPClientRequest(
            url: wanted.url, timeout: settings.requestTimeout, idleTimeout: settings.idleTimeout)
        do throws(HTTPClientError) {
            let response = try await client.stream(request)
            defer { response.body.cancel() }
            guard (200..<300).contains(response.status) else { return refused(response, wanted) }
            let file: DownloadedFile
            do throws(StorageError) {
                file = try DownloadedFile(path: path, bytesMax: bytesMax, computesDigest: wanted.sha256 != nil)
                try file.expect(response.headers["Content-Length"].flatMap { UInt64($0) })
            } catch { return .failed(error) }
            while let piece = try await response.body.next() {
                do throws(StorageError) { try file.append(piece) } catch { return .failed(error) }
            }
            if let failure = mismatch(file, wanted) { return .failed(failure) }
            return .done(name: name(response))
        } catch {
            let storageError = Self.error(error, wanted)
            return Self.isWorthRepeating(error) ? .later(storageError, after: nil) : .failed(storageError)
        }
    }

    private func name(_ response: HTTPStreamingResponse) -> String {
        var identifiers = IdentifierSource.random
        return DownloadName.choose(
            url: response.effectiveURL, isRedirected: response.redirectCount > 0,
            disposition: response.headers["Content-Disposition"]) ?? identifiers.uuid()
    }

    private func mismatch(_ file: DownloadedFile, _ wanted: WantedFile) -> StorageError? {
        guard let expected = wanted.sha256, let actual = file.sha256, actual != expected else { return nil }
        return .rejected(
            reason: "\(wanted.shownURL) has the SHA-256 \(actual), not \(expected)",
            hint: "Either the file was changed, or the parameter SHA256 is wrong.")
    }

    private func refused(_ response: HTTPStreamingResponse, _ wanted: WantedFile) -> Outcome {
        let reason = "\(wanted.shownURL) was answered with status \(response.status)"
        switch response.status {
        case 408, 425, 429, 500...599:
            let after = response.headers["Retry-After"].flatMap { UInt32($0) }.map { Duration.seconds($0) }
            return .later(.unavailable(reason: reason, hint: "The server may work again later."), after: after)
        case 401, 403:
            return .failed(.rejected(reason: reason, hint: "The server wants to know who asks; use a signed URL."))
        default: return .failed(.rejected(reason: reason, hint: "Check the URL."))
        }
    }

    // MARK: Errors

    private static func isWorthRepeating(_ error: HTTPClientError) -> Bool {
        switch error {
        case .couldNotConnect, .timedOut, .interrupted: true
        default: false
        }
    }

    private static func error(_ error: HTTPClientError, _ wanted: WantedFile) -> StorageError {
        let reason = "\(wanted.shownURL) cannot be downloaded: \(error)"
        switch error {
        case .cancelled: return .cancelled
        case .addressRefused:
            return .rejected(
                reason: reason,
                hint: "Jobs may fetch from the internet only; the node's operator can allow other addresses.")
        case .couldNotConnect, .timedOut, .interrupted, .closed, .outOfResources, .file:
            return .unavailable(reason: reason, hint: "Check that the server runs and can be reached from the node.")
        case .invalidRequest, .tls, .protocolViolation, .tooManyRedirects, .tooLarge, .unexpectedStatus,
            .webSocketClosed:
            return .rejected(reason: reason, hint: "Check the URL and its server.")
        }
    }
}
