internal import Glibc

/// Finds out why nothing answers on the engine's socket.
enum SocketProbe {
    /// The reason, by looking at the file.
    static func diagnose(_ path: String) -> DockerFailure {
        if access(path, F_OK) != 0, errno != EACCES {
            return .unreachable(
                reason: "no Docker engine: there is no socket at \(path)",
                hint: "install and start Docker (systemctl start docker), or set DOCKER_HOST to its unix:// socket")
        }
        if access(path, R_OK | W_OK) != 0 {
            return .unreachable(
                reason: "the node may not use the Docker engine's socket at \(path)",
                hint: "add the node's user to the group docker, or run the node as root")
        }
        return .unreachable(
            reason: "the Docker engine does not run: nothing answers at \(path)",
            hint: "start it with: systemctl start docker")
    }
}
