import BacalhauModel

/// Brings the unpacked results of one job together in one folder.
///
/// Everything is checked before the first file is moved. The output files of several executions are joined in the order
/// of the results; any other file that two results have, or that is there already, is a conflict.
struct ResultMerge {
    /// The files that several executions may share.
    private static let joinedNames = ResultPath.reservedNames

    private var directories: [String] = []
    private var files: [(source: String, path: String)] = []
    private var taken: Set<String> = []
    private let target: String

    init(into target: String) { self.target = target }

    /// Whether nothing was found.
    var isEmpty: Bool { files.isEmpty && directories.isEmpty }

    /// Adds the content of an unpacked result, or only what is at `wanted` and below.
    mutating func add(directory: String, only wanted: String?) throws(BacalhauError) {
        for item in try LocalFiles.contents(of: directory) where ResultMerge.matches(item.path, wanted) {
            if item.isDirectory {
                directories.append(item.path)
            } else {
                try add(file: "\(directory)/\(item.path)", as: item.path, only: nil)
            }
        }
    }

    /// Adds a file under a path in the target.
    mutating func add(file: String, as path: String, only wanted: String?) throws(BacalhauError) {
        guard ResultMerge.matches(path, wanted) else { return }
        guard taken.insert(path).inserted || ResultMerge.joinedNames.contains(path) else {
            throw ResultMerge.conflict("\(target)/\(path)", "several results of the job have a file of this name")
        }
        files.append((file, path))
    }

    /// Moves everything into the target.
    func run() throws(BacalhauError) {
        for path in taken.sorted() where LocalFiles.exists("\(target)/\(path)") {
            throw ResultMerge.conflict("\(target)/\(path)", "it is there already")
        }
        if let path = directories.first(where: taken.contains) {
            throw ResultMerge.conflict("\(target)/\(path)", "it is a file in one result and a folder in another")
        }
        for directory in directories { try LocalFiles.makeDirectory("\(target)/\(directory)") }
        for file in files {
            let path = "\(target)/\(file.path)"
            if let slash = file.path.lastIndex(of: "/") {
                try LocalFiles.makeDirectory("\(target)/\(file.path[..<slash])")
            }
            if LocalFiles.exists(path) {
                try LocalFiles.append(file.source, to: path)
            } else {
                try LocalFiles.move(file.source, to: path)
            }
        }
    }

    private static func matches(_ path: String, _ wanted: String?) -> Bool {
        guard let wanted else { return true }
        return path == wanted || path.hasPrefix(wanted + "/")
    }

    private static func conflict(_ path: String, _ reason: String) -> BacalhauError {
        BacalhauError(
            .conflict, "cannot merge results as output already exists: \(path) (\(reason))",
            hint: "use another directory, or keep the results apart (raw; bacalhau-cli: --raw)", component: "Client")
    }
}
