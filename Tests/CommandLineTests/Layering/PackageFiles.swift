import FoundationEssentials
import Testing

/// The checkout that these tests were built from.
enum PackageFiles {
    /// Path of the package's folder.
    static let root: String = {
        var parts = #filePath.split(separator: "/")
        parts.removeLast(4)
        return "/" + parts.joined(separator: "/")
    }()

    /// The folder of the programs that were built together with these tests: it holds the test bundle, too.
    static let products: String = {
        for argument in CommandLine.arguments {
            let parts = argument.split(separator: "/")
            if let bundle = parts.firstIndex(where: { $0.hasSuffix(".xctest") }) {
                return "/" + parts[..<bundle].joined(separator: "/")
            }
        }
        return root + "/.build/debug"
    }()

    /// Every Swift file below a folder of the package, in a fixed order.
    static func swiftFiles(below folder: String) throws -> [SwiftFile] {
        let files = try folder == "Tests" ? tests.get() : sources.get()
        return files.filter { $0.path.hasPrefix(folder + "/") }
    }

    private static let sources = Result { try read("Sources") }
    private static let tests = Result { try read("Tests") }

    private static func read(_ folder: String) throws -> [SwiftFile] {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: root + "/" + folder)
        return try paths.filter { $0.hasSuffix(".swift") }.sorted().map { path in
            let data = try #require(FileManager.default.contents(atPath: "\(root)/\(folder)/\(path)"))
            return SwiftFile(path: "\(folder)/\(path)", text: String(decoding: data, as: UTF8.self))
        }
    }
}
