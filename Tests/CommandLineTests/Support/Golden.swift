import BacalhauTestSupport
import FoundationEssentials
import Testing

/// Compares text with a file of `Tests/Golden/CommandLine`. `BACALHAU_UPDATE_GOLDEN=1` writes the files instead.
enum Golden {
    static func expect(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let path = "\(TestPlaces.package)/Tests/Golden/CommandLine/\(name)"
        if TestPlaces.environment["BACALHAU_UPDATE_GOLDEN"] == "1" {
            try Data(text.utf8).write(to: URL(filePath: path))
        }
        #expect(try TestPlaces.text(of: path) == text, "\(name)", sourceLocation: sourceLocation)
    }
}
