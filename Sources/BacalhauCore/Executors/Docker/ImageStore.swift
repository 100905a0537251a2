internal import BacalhauModel
internal import FoundationEssentials

/// Sees to it that images are on the node.
final class ImageStore: Sendable {
    private let api: DockerAPI
    private let configuration: DockerConfiguration
    private let pulls = SharedCalls<String, Void>()

    init(_ api: DockerAPI, _ configuration: DockerConfiguration) {
        self.api = api
        self.configuration = configuration
    }

    /// Refuses an image that is on the node and made for another platform. An absent one is left to ``bring(_:)``.
    func checkPlatform(_ parameters: DockerParameters) async throws(ExecutorError) {
        let mismatch: String?
        do throws(DockerFailure) {
            let engine = try await api.engine()
            mismatch = try await api.image(parameters.image).flatMap { Self.mismatch($0, engine) }
        } catch {
            throw error.executorError("inspect image \(parameters.image)", image: parameters.image)
        }
        guard let mismatch else { return }
        throw .rejected(
            reason: "image \(parameters.image) is \(mismatch)",
            hint: "use an image for this node's platform, or remove it from the node")
    }

    /// Pulls an image unless it is on the node. Calls for one image at the same time share one pull.
    func bring(_ parameters: DockerParameters) async throws(ExecutorError) {
        let name = parameters.image
        do throws(DockerFailure) {
            if try await api.image(name) != nil { return }
        } catch {
            throw error.executorError("inspect image \(name)", image: name)
        }
        guard !configuration.skipsPull else {
            throw .rejected(
                reason: "image \(name) is not on this node, and the node pulls no images (SKIP_IMAGE_PULL)",
                hint: "put the image on the node with docker pull or docker load, or unset SKIP_IMAGE_PULL")
        }
        let reference = parameters.reference
        let credentials = Self.credentials(for: reference, configuration)
        try await pulls.run(name) { [api] () async throws(ExecutorError) in
            do throws(DockerFailure) {
                try await api.pull(reference, credentials: credentials)
            } catch {
                throw error.pullError(image: name)
            }
        }
    }

    /// Why an image does not run on an engine; `nil` when it does.
    static func mismatch(_ image: DockerAPI.LocalImage, _ engine: DockerAPI.Engine) -> String? {
        guard image.os != engine.os || image.architecture != engine.architecture else { return nil }
        return "made for \(image.os)/\(image.architecture), and this node is \(engine.os)/\(engine.architecture)"
    }

    /// The registry header: name and password, for images of Docker Hub only. Another registry must not see them.
    static func credentials(for reference: ImageReference, _ configuration: DockerConfiguration) -> String? {
        guard reference.isOnDockerHub, !configuration.username.isEmpty, !configuration.password.isEmpty else {
            return nil
        }
        let document: JSONValue = [
            "username": .string(configuration.username), "password": .string(configuration.password),
            "serveraddress": "https://index.docker.io/v1/",
        ]
        let base64 = Data(document.serialized).base64EncodedString()
        return String(base64.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
    }
}
