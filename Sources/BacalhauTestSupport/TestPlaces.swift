import FoundationEssentials
import Glibc

/// Where tests find what was built and what they read.
public enum TestPlaces {
    /// The root of the package.
    public static let package: String = {
        var parts = #filePath.split(separator: "/")
        parts.removeLast(3)
        return "/" + parts.joined(separator: "/")
    }()

    /// Job files and programs of Bacalhau v1.4.0; `BACALHAU_TESTDATA` says where when they are not beside the package.
    public static let testData =
        environment["BACALHAU_TESTDATA"] ?? package + "/../shared/testdata/bacalhau-v1.4.0"

    /// The virtual environment of the Python programs.
    public static let python = package + "/.tools/python"

    /// The folder of the built executables: that of the test bundle, whose path is among the process's arguments.
    public static let products: String = {
        for argument in CommandLine.arguments {
            let parts = argument.split(separator: "/")
            if let bundle = parts.firstIndex(where: { $0.hasSuffix(".xctest") }) {
                return "/" + parts[..<bundle].joined(separator: "/")
            }
        }
        return package + "/.build/debug"
    }()

    public static let environment = ProcessInfo.processInfo.environment

    /// Makes an empty folder; the caller removes it.
    public static func makeDirectory() throws -> String {
        var template = Array("/tmp/bacalhau-test.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw CocoaError(.fileWriteUnknown) }
        return String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

extension TestPlaces {
    /// The content of a text file.
    public static func text(of path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }

    /// Writes a text file.
    public static func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    /// Removes a folder with everything in it.
    public static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
}
