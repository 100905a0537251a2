import BacalhauTestSupport
import FoundationEssentials
import Testing

/// The source files of the checkout that these tests were built from.
enum PackageFiles {
    /// Every Swift file below a folder of the package, in a fixed order.
    static func swiftFiles(below folder: String) throws -> [SwiftFile] {
        let files = try folder == "Tests" ? tests.get() : sources.get()
        return files.filter { $0.path.hasPrefix(folder + "/") }
    }

    private static let sources = Result { try read("Sources") }
    private static let tests = Result { try read("Tests") }

    private static func read(_ folder: String) throws -> [SwiftFile] {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: TestPlaces.package + "/" + folder)
        return try paths.filter { $0.hasSuffix(".swift") }.sorted().map { path in
            let data = try #require(FileManager.default.contents(atPath: "\(TestPlaces.package)/\(folder)/\(path)"))
            return SwiftFile(path: "\(folder)/\(path)", text: String(decoding: data, as: UTF8.self))
        }
    }
}
