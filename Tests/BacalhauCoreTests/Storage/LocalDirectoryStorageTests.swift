import BacalhauCore
import BacalhauFiles
import BacalhauModel
import Glibc
import Testing

struct LocalDirectoryStorageTests {
    private let folder = ScratchFolder()

    private func storage(_ entries: String...) throws -> LocalDirectoryStorage {
        LocalDirectoryStorage(allowed: try AllowedPaths(entries.map { folder.path + $0 }))
    }

    private func input(_ path: String, _ readWrite: JSONValue? = nil) -> InputSource {
        var params: [String: JSONValue] = ["sourcepath": .string(folder.path + path)]
        if let readWrite { params["readWrite"] = readWrite }
        return InputSource(source: Source(type: "localDirectory", params: params), target: "/inputs")
    }

    private func prepare(_ storage: LocalDirectoryStorage, _ input: InputSource) async throws -> PreparedInput {
        try await storage.prepare(input, in: folder.at("unused"), bytesMax: 0)
    }

    private func refusal(_ path: String, _ verb: String = "read", entry: String? = nil) -> StorageError {
        let path = folder.path + path
        return .rejected(
            reason: "the local path \(path) is not one that jobs may \(verb) on this node: "
                + "Node.AllowListedLocalPaths does not list it, or it leads elsewhere through a link",
            hint: "The node's operator can allow it with --allow-listed-local-paths '\(path + (entry ?? ""))'.")
    }

    @Test func anAllowedFolderIsMountedWhereItIs() async throws {
        folder.makeFolder("data")
        folder.makeFolder("data/a")
        let prepared = try await prepare(storage("/data/*"), input("/data/a"))
        #expect(prepared.hostPath == folder.at("data/a"))
        #expect(prepared.target == "/inputs")
        #expect(prepared.isDirectory)
        #expect(prepared.isReadOnly)
    }

    @Test func pathsAreResolvedBeforeTheyAreComparedAndMounted() async throws {
        folder.makeFolder("data")
        folder.makeFolder("data/a")
        folder.makeFolder("secret")
        symlink(folder.at("secret"), folder.at("data/link"))
        symlink(folder.at("data/a"), folder.at("data/inside"))
        let storage = try storage("/data/*")
        for path in ["/data/..", "/data/../secret", "/data/link", "/data/a/../../secret"] {
            await #expect(throws: refusal(path)) { try await prepare(storage, input(path)) }
            await #expect(throws: refusal(path)) { try await storage.check(#require(input(path).source)) }
        }
        #expect(try await prepare(storage, input("/data/inside")).hostPath == folder.at("data/a"))
        #expect(try await prepare(storage, input("/data/a/../a/")).hostPath == folder.at("data/a"))
    }

    @Test func aListedFolderMayItselfBeALink() async throws {
        folder.makeFolder("real")
        folder.makeFolder("real/a")
        symlink(folder.at("real"), folder.at("data"))
        let storage = try storage("/data/*")
        #expect(try await prepare(storage, input("/data/a")).hostPath == folder.at("real/a"))
        await #expect(throws: refusal("/data")) { try await prepare(storage, input("/data")) }
    }

    @Test(arguments: [JSONValue.bool(true), "true", "True"])
    func writingNeedsAnEntryThatAllowsIt(_ flag: JSONValue) async throws {
        folder.makeFolder("r")
        folder.makeFolder("w")
        let storage = try storage("/r:ro", "/w:rw")
        await #expect(throws: refusal("/r", "write to", entry: ":rw")) { try await prepare(storage, input("/r", flag)) }
        #expect(try await prepare(storage, input("/w", flag)).isReadOnly == false)
        #expect(try await prepare(storage, input("/w", false)).isReadOnly)
        #expect(try await prepare(storage, input("/w", "false")).isReadOnly)
    }

    @Test func whatIsNotThereIsToldOnlyWhereItIsAllowed() async throws {
        let storage = try storage("/data/*")
        await #expect(throws: refusal("/elsewhere")) { try await prepare(storage, input("/elsewhere")) }
        let path = folder.at("data/missing")
        await #expect(
            throws: StorageError.rejected(
                reason: "the local path \(path) cannot be used: No such file or directory",
                hint: "Make it on the node, or name another.")
        ) { try await prepare(storage, input("/data/missing")) }
    }

    @Test func wrongParametersAreNamed() async throws {
        let storage = try storage("/**")
        let cases: [([String: JSONValue], String)] = [
            ([:], "source local needs the parameter SourcePath"),
            (["SourcePath": 3], "parameter SourcePath of source local must be a string, not a number"),
            (["SourcePath": "x"], "parameter SourcePath of source local must be an absolute path, not \"x\""),
            (
                ["SourcePath": "/", "ReadWrite": "maybe"],
                "parameter ReadWrite of source local must be true or false, not \"maybe\""
            ),
        ]
        for (params, reason) in cases {
            await #expect {
                try await storage.check(Source(type: "local", params: params))
            } throws: { "\($0)" == reason }
        }
    }

    @Test func withoutAListNothingIsOffered() async throws {
        let storage = LocalDirectoryStorage(allowed: try AllowedPaths([]))
        #expect(
            await storage.availability()
                == .unavailable(
                    reason: "no local paths are allowed on this node",
                    hint: "The node's operator can allow it with --allow-listed-local-paths '/path'."))
    }

    @Test(arguments: ["data", "/data/[", ""])
    func entriesThatAreNoPatternsOfAbsolutePathsAreRefused(_ entry: String) {
        #expect {
            try AllowedPaths([entry])
        } throws: { "\($0)".hasPrefix("\(entry.debugDescription) in the list of local paths") }
    }
}
