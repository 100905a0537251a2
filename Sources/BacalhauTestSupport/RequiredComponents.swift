internal import Glibc

/// Something outside of this package that tests need: an engine, a server, a library.
///
/// Where it is missing, tests that need it are skipped, so that they run on any developer's machine. Where the
/// environment variable `BACALHAU_REQUIRE` names it (a list with commas), they run all the same and fail.
///
///     @Suite(.enabled(if: RequiredComponent.docker.isWanted))
public struct RequiredComponent: Sendable {
    /// The name in `BACALHAU_REQUIRE`.
    public let name: String
    private let probe: @Sendable () -> Bool

    /// Makes a component.
    /// - Parameter isPresent: looks whether it is there; must be quick.
    public init(_ name: String, isPresent: @escaping @Sendable () -> Bool) {
        self.name = name
        probe = isPresent
    }

    /// Whether it is there now.
    public var isPresent: Bool { probe() }

    /// Whether the environment asks for it.
    public var isRequired: Bool {
        Self.variable("BACALHAU_REQUIRE").split(separator: ",").contains { entry in
            entry.drop { $0 == " " }.prefix { $0 != " " }.lowercased() == name
        }
    }

    /// Whether its tests run: when it is there, and when it has to be.
    public var isWanted: Bool { isRequired || isPresent }

    /// The value of an environment variable; empty when it is not set.
    static func variable(_ name: String) -> String {
        getenv(name).map { String(cString: $0) } ?? ""
    }
}

extension RequiredComponent {
    /// The Docker engine on its unix socket.
    public static let docker = RequiredComponent("docker") {
        let host = variable("DOCKER_HOST")
        guard host.isEmpty || host.hasPrefix("unix://") else { return false }
        return acceptsConnections(host.isEmpty ? "/var/run/docker.sock" : String(host.dropFirst("unix://".count)))
    }

    /// The wasmtime library where `scripts/bootstrap` puts it, or where the environment says.
    public static let wasmtime = RequiredComponent("wasmtime") {
        let given = variable("BACALHAU_WASMTIME_LIBRARY")
        return access(given.isEmpty ? TestPlaces.package + "/.tools/wasmtime/_libwasmtime.so" : given, R_OK) == 0
    }

    /// The job files and programs of Bacalhau v1.4.0, which are not part of this package.
    public static let testData = RequiredComponent("testdata") { access(TestPlaces.testData, R_OK) == 0 }

    /// The Python clients of Bacalhau v1.4.0 and the API checker, where `scripts/bootstrap --with-python` puts them.
    public static let python = RequiredComponent("python") {
        access(TestPlaces.python + "/requirements.txt", R_OK) == 0
    }

    /// Whether somebody listens on a unix socket.
    static func acceptsConnections(_ path: String) -> Bool {
        var address = sockaddr_un()
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }
}
