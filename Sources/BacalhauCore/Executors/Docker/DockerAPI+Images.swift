internal import BacalhauHTTPClient
internal import BacalhauModel

extension DockerAPI {
    /// An image that is on the node.
    struct LocalImage: Hashable, Sendable {
        var os: String
        var architecture: String
    }

    /// An image by its name as written; `nil` when it is not on the node.
    func image(_ name: String) async throws(DockerFailure) -> LocalImage? {
        do throws(DockerFailure) {
            let response = try await call("GET", "/images/\(percentEncoded(name, keeping: "/:@"))/json")
            guard let members = JSONValue(parsing: response.body)?.object else { throw DockerFailure.unreadable }
            return LocalImage(
                os: members["Os"]?.string ?? "",
                architecture: Self.normalizedArchitecture(members["Architecture"]?.string ?? ""))
        } catch {
            if error.isNotFound { return nil }
            throw error
        }
    }

    /// Brings an image from its registry; may take minutes.
    /// - Parameter credentials: the value of the header `X-Registry-Auth`; `nil` for none.
    func pull(_ reference: ImageReference, credentials: String?) async throws(DockerFailure) {
        var headers = HTTPHeaders()
        headers["X-Registry-Auth"] = credentials
        let body = try await stream(
            "POST", "/images/create",
            query: [("fromImage", reference.writtenName), ("tag", reference.pullVersion)], headers: headers,
            idleTimeout: .seconds(300))
        var progress = PullProgress()
        do throws(HTTPClientError) {
            while let piece = try await body.next() { progress.feed(piece) }
        } catch {
            throw failure(error)
        }
        progress.finish()
        if let message = progress.failure { throw .refused(status: 500, message: message) }
    }
}
