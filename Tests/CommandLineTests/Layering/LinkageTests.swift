import BacalhauTestSupport
import Testing

/// What the client's program carries with it: an app that imports the client must not get the engine's libraries.
@Suite struct LinkageTests {
    private static let engineLibraries = ["libsqlite3", "libnats", "libwasmtime", "_libwasmtime", "libboost"]

    @Test func clientNeedsNoLibraryOfTheEngine() throws {
        let program = try ELFFile(path: TestPlaces.products + "/bacalhau-cli")
        let unwanted = program.neededLibraries.filter { name in
            Self.engineLibraries.contains { name.hasPrefix($0) }
        }
        #expect(unwanted == [])
    }

    @Test func clientHasNoServerInIt() throws {
        let program = try ELFFile(path: TestPlaces.products + "/bacalhau-cli")
        #expect(!program.hasSymbol("chs_start"))
        #expect(!program.hasSymbol("wt_load"))
    }

    /// Shows that the two tests above would see what they look for.
    @Test func nodeHasTheEngineInIt() throws {
        let program = try ELFFile(path: TestPlaces.products + "/bacalhau-node")
        #expect(program.neededLibraries.contains { $0.hasPrefix("libsqlite3") })
        #expect(program.hasSymbol("chs_start"))
        #expect(program.hasSymbol("wt_load"))
    }
}
