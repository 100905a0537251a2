import BacalhauArchive
import BacalhauCore
import BacalhauFiles
import BacalhauModel
import Testing

/// What holds for every storage provider.
struct StorageContractTests {
    private let folder = ScratchFolder()

    enum Kind: CaseIterable { case noop, inlineFile, inlineArchive, localDirectory, urlDownload }

    /// A provider, a source of it that works, and one that never will.
    private func fixture(_ kind: Kind, _ base: String) async throws -> (any StorageProvider, good: Source, bad: Source)
    {
        switch kind {
        case .noop: return (NoopStorage(), Source(type: "noop"), Source(type: "noop"))
        case .inlineFile:
            return (
                InlineStorage(), Source(type: "inline", params: ["url": "data:,hello"]),
                Source(type: "inline", params: ["URL": "hello"])
            )
        case .inlineArchive:
            folder.makeFolder("pack")
            folder.write("pack/file", "hello")
            _ = try await TarGzip.pack(folder.at("pack"), to: folder.at("pack.tar.gz"))
            let text = base64(folder.read("pack.tar.gz") ?? [])
            return (
                InlineStorage(),
                Source(type: "inline", params: ["URL": .string("data:application/gzip;base64,\(text)")]),
                Source(type: "inline", params: ["URL": "data:application/gzip;base64,H4sI"])
            )
        case .localDirectory:
            folder.makeFolder("local")
            folder.write("local/file", "hello")
            let allowed = try AllowedPaths([folder.at("local")])
            return (
                LocalDirectoryStorage(allowed: allowed),
                Source(type: "localDirectory", params: ["SourcePath": .string(folder.at("local"))]),
                Source(type: "local", params: ["SourcePath": "/etc"])
            )
        case .urlDownload:
            var settings = URLDownloadSettings()
            settings.addresses.allowsAll = true
            return (
                URLDownloadStorage(settings), Source(type: "urlDownload", params: ["URL": .string("\(base)/file")]),
                Source(type: "urlDownload", params: ["URL": "nowhere"])
            )
        }
    }

    private func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = Array(bytes[start..<min(start + 3, bytes.count)])
            let padded = group + [UInt8](repeating: 0, count: 3 - group.count)
            let bits = padded.reduce(0) { $0 << 8 | Int($1) }
            for index in 0..<4 { text.append(index <= group.count ? alphabet[bits >> (18 - 6 * index) & 63] : "=") }
        }
        return text
    }

    private func with(
        _ kind: Kind, _ body: @escaping @Sendable (any StorageProvider, Source, Source) async throws -> Void
    ) async throws {
        folder.makeFolder("input")
        try await WebFixture { _ in .text("hello") }.run { base in
            let (provider, good, bad) = try await fixture(kind, base)
            try await body(provider, good, bad)
        }
    }

    @Test(arguments: Kind.allCases)
    func aGoodSourceIsTakenAndPrepared(_ kind: Kind) async throws {
        try await with(kind) { provider, good, _ in
            #expect(await provider.availability() == .available)
            let size = try await provider.check(good)
            #expect(size == 0 || size == 5)
            let input = InputSource(source: good, alias: "a", target: "/in")
            let prepared = try await provider.prepare(input, in: folder.at("input"), bytesMax: 1 << 20)
            #expect(prepared.source == input)
            #expect(prepared.target.hasPrefix("/in"))
            #expect(prepared.isReadOnly)
            #expect(FileStatus(prepared.hostPath)?.kind == (prepared.isDirectory ? .directory : .file))
            if kind != .noop {
                let file = prepared.isDirectory ? "\(prepared.hostPath)/file" : prepared.hostPath
                #expect(readFile(file) == Array("hello".utf8))
            }
            await provider.cleanUp(prepared)
            if kind == .localDirectory { #expect(folder.names("local") == ["file"]) }
        }
    }

    @Test(arguments: Kind.allCases.filter { $0 != .noop })
    func aBadSourceIsRejectedForGood(_ kind: Kind) async throws {
        try await with(kind) { provider, _, bad in
            for source in [bad, Source(type: bad.type)] {
                await #expect { try await provider.check(source) } throws: { isRejection($0) }
                await #expect {
                    try await provider.prepare(
                        InputSource(source: source, target: "/in"), in: folder.at("input"), bytesMax: 1 << 20)
                } throws: { isRejection($0) }
            }
        }
    }

    @Test(arguments: [Kind.inlineFile, .inlineArchive, .urlDownload])
    func moreBytesThanAllowedAreRejected(_ kind: Kind) async throws {
        try await with(kind) { provider, good, _ in
            await #expect {
                try await provider.prepare(
                    InputSource(source: good, target: "/in"), in: folder.at("input"), bytesMax: 4)
            } throws: { isRejection($0) }
        }
    }

    @Test(arguments: Kind.allCases)
    func cancellingEndsPreparation(_ kind: Kind) async throws {
        try await with(kind) { provider, good, _ in
            let outcome = await withTaskGroup(of: StorageError?.self) { group in
                group.cancelAll()
                group.addTask {
                    do throws(StorageError) {
                        _ = try await provider.prepare(
                            InputSource(source: good, target: "/in"), in: folder.at("input"), bytesMax: 1 << 20)
                        return nil
                    } catch { return error }
                }
                return await group.next() ?? nil
            }
            #expect(outcome == .cancelled)
        }
    }

    @Test(arguments: Kind.allCases)
    func typesAreInLowerCase(_ kind: Kind) async throws {
        try await with(kind) { provider, good, _ in
            #expect(provider.sourceTypes.allSatisfy { $0 == $0.lowercased() })
            #expect(provider.sourceTypes.contains(good.normalizedType))
        }
    }

    private func isRejection(_ error: any Error) -> Bool {
        guard let error = error as? StorageError, case .rejected = error else { return false }
        return !error.isRetryable && !error.description.isEmpty
    }
}
