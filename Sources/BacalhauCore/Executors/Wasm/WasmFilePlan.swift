import BacalhauModel

/// What a program finds at which path: made by the node from the request, carried out by the worker.
struct WasmFilePlan: Hashable, Sendable {
    /// A folder that the program gets at an absolute path.
    struct Folder: Hashable, Sendable {
        var hostPath: String
        var guestPath: String
        var isWritable: Bool
    }

    /// A single file at an absolute path; it is placed below the root folder.
    struct File: Hashable, Sendable {
        var hostPath: String
        var guestPath: String
    }

    /// The folder that becomes `/` unless an input takes that place; holds the single files and, so that listing
    /// `/` shows them, empty folders where others are found.
    var root: String
    var folders: [Folder] = []
    var files: [File] = []

    /// Lays out the inputs at their targets and each result folder at its name and its path.
    ///
    /// - Throws: what collides with what, or which path cannot be used.
    init(_ request: ExecutionRequest) throws(WasmFailure) {
        root = request.scratchDirectory + "/root"
        for input in request.inputs {
            let path = try Self.guestPath(input.target, of: "input")
            if input.isDirectory {
                folders.append(Folder(hostPath: input.hostPath, guestPath: path, isWritable: !input.isReadOnly))
            } else {
                files.append(File(hostPath: input.hostPath, guestPath: path))
            }
        }
        for result in request.task.resultPaths {
            let host = request.resultsDirectory + "/" + result.name
            let byName = try Self.guestPath(result.name, of: "result")
            let byPath = try Self.guestPath(result.path, of: "result")
            folders.append(Folder(hostPath: host, guestPath: byName, isWritable: true))
            if byPath != byName { folders.append(Folder(hostPath: host, guestPath: byPath, isWritable: true)) }
        }
        try checkCollisions()
    }

    init(root: String, folders: [Folder], files: [File]) {
        self.root = root
        self.folders = folders
        self.files = files
    }

    /// Whether `/` is the root folder and not an input.
    var usesRoot: Bool { !folders.contains { $0.guestPath == "/" } }

    private func checkCollisions() throws(WasmFailure) {
        var taken: Set<String> = []
        for path in folders.map(\.guestPath) + files.map(\.guestPath) where !taken.insert(path).inserted {
            throw Self.collision("two inputs or results have the path \(path)")
        }
        for file in files {
            // A folder answers for everything below it, so that the file could never be seen.
            if let folder = folders.first(where: { Self.isBelow(file.guestPath, $0.guestPath) }) {
                throw Self.collision("the input file \(file.guestPath) lies in the folder \(folder.guestPath)")
            }
            if let other = folders.map(\.guestPath).first(where: { Self.isBelow($0, file.guestPath) })
                ?? files.map(\.guestPath).first(where: { Self.isBelow($0, file.guestPath) })
            {
                throw Self.collision("the path \(other) lies below the input file \(file.guestPath)")
            }
        }
    }

    private static func collision(_ reason: String) -> WasmFailure {
        WasmFailure("the paths of the task collide: \(reason)", hint: "Give each input and result a path of its own.")
    }

    private static func isBelow(_ path: String, _ folder: String) -> Bool {
        path != folder && path.hasPrefix(folder == "/" ? "/" : folder + "/")
    }

    /// An absolute path without empty and `.` components; with or without a leading slash is the same.
    static func guestPath(_ text: String, of what: String) throws(WasmFailure) -> String {
        let parts = text.split(separator: "/", omittingEmptySubsequences: true).filter { $0 != "." }
        guard !text.isEmpty, !parts.contains(".."), !text.utf8.contains(0), text.utf8.count < 4096 else {
            throw WasmFailure(
                "\"\(text)\" cannot be the path of an \(what)",
                hint: "Use a path like /inputs, without \"..\" and shorter than 4096 bytes.")
        }
        return "/" + parts.joined(separator: "/")
    }
}

/// Why a run failed before or beside the program itself; becomes the report's message and hint.
struct WasmFailure: Error, Hashable, Sendable {
    var reason: String
    var hint: String

    init(_ reason: String, hint: String = "") {
        self.reason = reason
        self.hint = hint
    }
}
