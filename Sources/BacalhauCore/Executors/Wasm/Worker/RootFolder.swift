import FoundationEssentials
import Glibc

/// Builds the folder that a program sees as `/`.
struct RootFolder {
    private let path: String

    /// Places the plan's single files and, so that they are listed, a folder wherever another is found.
    static func build(_ plan: WasmFilePlan) throws(WasmFailure) {
        let root = RootFolder(path: plan.root)
        try root.makeFolder("")
        for folder in plan.folders where folder.guestPath != "/" { try root.makeFolder(folder.guestPath) }
        for file in plan.files {
            try root.makeFolder(
                String(file.guestPath[..<(file.guestPath.lastIndex(of: "/") ?? file.guestPath.startIndex)]))
            try root.place(file)
        }
    }

    private func makeFolder(_ guestPath: String) throws(WasmFailure) {
        var current = path
        for part in [""] + guestPath.split(separator: "/").map(String.init) {
            if !part.isEmpty { current += "/" + part }
            guard mkdir(current, 0o755) == 0 || errno == EEXIST else { throw failure("create the folder", guestPath) }
        }
    }

    /// By a second name for the same file where the file system allows it, otherwise by copying.
    private func place(_ file: WasmFilePlan.File) throws(WasmFailure) {
        let target = path + file.guestPath
        unlink(target)
        var status = stat()
        // A link would lead out of the folder, and other kinds have no content that could be placed.
        guard lstat(file.hostPath, &status) == 0 else { throw failure("find the input", file.guestPath) }
        guard status.st_mode & S_IFMT == 0o100000 else {
            throw WasmFailure("the input \(file.guestPath) is neither a file nor a folder")
        }
        if link(file.hostPath, target) == 0 { return }
        try copy(file, to: target)
    }

    private func copy(_ file: WasmFilePlan.File, to target: String) throws(WasmFailure) {
        let source = open(file.hostPath, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard source >= 0 else { throw failure("open the input", file.guestPath) }
        defer { close(source) }
        let copy = open(target, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard copy >= 0 else { throw failure("create the input", file.guestPath) }
        defer { close(copy) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = read(source, buffer.baseAddress, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure("read the input", file.guestPath) }
            guard count > 0 else { return }
            guard writeAll(UnsafeRawBufferPointer(rebasing: buffer[..<count]), to: copy) else {
                throw failure("write the input", file.guestPath)
            }
        }
    }

    private func failure(_ what: String, _ guestPath: String) -> WasmFailure {
        let number = errno
        return WasmFailure("cannot \(what) \(guestPath): \(String(cString: strerror(number)))")
    }
}
