import Glibc

/// A folder of this process in memory.
enum FuzzFolder {
    static let path: String = {
        let path = "/dev/shm/bacalhau-fuzz.\(getpid())"
        FuzzTarget.claim(mkdir(path, 0o700) == 0, "a folder can be made")
        atexit { rmdir(FuzzFolder.path) }
        return path
    }()

    static func write(_ bytes: [UInt8], to name: String) -> String {
        let path = path + "/" + name
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        let written = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
        close(file)
        FuzzTarget.claim(written == bytes.count, "a file can be written")
        return path
    }
}
