import BacalhauArchive
import BacalhauCrypto
import BacalhauFiles
import Glibc
import Testing

struct TarGzipTests {
    private let folder = ScratchFolder()

    private func unpack(
        limits: ArchiveLimits = ArchiveLimits(), _ build: (inout TarBuilder) -> Void
    ) async throws(ArchiveError) -> UnpackedArchive {
        var tar = TarBuilder()
        build(&tar)
        folder.makeFolder("out")
        return try await TarGzip.unpack(bytes: tar.finished, into: folder.at("out"), limits: limits)
    }

    @Test func aFolderComesOutAsItWentIn() async throws {
        folder.makeFolder("in")
        folder.makeFolder("in/empty")
        folder.makeFolder("in/deep")
        folder.makeFolder("in/deep/er")
        folder.write("in/deep/er/file", String(repeating: "content ", count: 50_000))
        folder.write("in/.hidden", "h")
        folder.write("in/blänk name", "b")
        folder.write("in/" + String(repeating: "long", count: 50), "l")
        folder.write("in/program", "#!")
        chmod(folder.at("in/program"), 0o755)
        symlink("deep/er/file", folder.at("in/link"))
        link(folder.at("in/program"), folder.at("in/same"))
        mkfifo(folder.at("in/pipe"), 0o600)

        let packed = try await TarGzip.pack(folder.at("in"), to: folder.at("a.tar.gz"))
        #expect(packed.skipped == ["pipe"])
        #expect(packed.entries == 11)
        let archive = try #require(folder.read("a.tar.gz"))
        #expect(packed.bytes == UInt64(archive.count))
        #expect(packed.sha256 == SHA256.hexDigest(of: archive))

        folder.makeFolder("out")
        let unpacked = try await TarGzip.unpack(folder.at("a.tar.gz"), into: folder.at("out"))
        #expect(unpacked.entries == 11)
        #expect(unpacked.bytes == 400_007)
        #expect(folder.names("out") == folder.names("in").filter { $0 != "pipe" })
        #expect(folder.read("out/deep/er/file") == folder.read("in/deep/er/file"))
        #expect(folder.text("out/link") == folder.text("in/deep/er/file"))
        #expect(folder.text("out/blänk name") == "b")
        #expect(FileStatus(folder.at("out/program"))?.mode == 0o755)
        let times = ["in", "out"].map { FileStatus(folder.at("\($0)/program")).map { $0.modified / 1_000_000_000 } }
        #expect(times[0] == times[1])
        #expect(FileStatus(folder.at("out/same"))?.linkCount == 1)
    }

    @Test func theSameContentGivesTheSameBytes() async throws {
        folder.makeFolder("in")
        folder.write("in/file", "x")
        let first = try await TarGzip.pack(folder.at("in"), to: folder.at("a"))
        let second = try await TarGzip.pack(folder.at("in"), to: folder.at("b"))
        #expect(first.sha256 == second.sha256)
        let names = try await TarGzip.unpackedSize(bytes: folder.read("a") ?? [])
        #expect(names == 1)
    }

    @Test func aNameThatIsNotUTF8IsPackedAndUnpacked() async throws {
        folder.makeFolder("in")
        let name = FileName(bytes: [0x61, 0xff])
        let directory = try SafeDirectory(folder.at("in"))
        close(name.withCString { openat(directory.descriptor, $0, O_CREAT | O_WRONLY, 0o644) })
        let packed = try await TarGzip.pack(folder.at("in"), to: folder.at("a"))
        #expect(packed.entries == 2)
        folder.makeFolder("out")
        #expect(try await TarGzip.unpack(folder.at("a"), into: folder.at("out")).entries == 2)
    }

    @Test func anExistingFileIsNotOverwrittenAndAFailedArchiveLeavesNoFile() async throws {
        folder.makeFolder("in")
        folder.write("in/file", String(repeating: "x", count: 100))
        folder.write("there", "old")
        await #expect(throws: ArchiveError.file(.system(action: "create", path: folder.at("there"), code: EEXIST))) {
            try await TarGzip.pack(folder.at("in"), to: folder.at("there"))
        }
        await #expect(throws: ArchiveError.limitExceeded("\"file\" has more than 99 bytes")) {
            try await TarGzip.pack(folder.at("in"), to: folder.at("a"), limits: ArchiveLimits(fileBytesMax: 99))
        }
        #expect(folder.names() == ["in", "there"])
    }

    @Test func cancellingEndsPackingAndLeavesNoFile() async throws {
        folder.makeFolder("in")
        folder.write("in/file", "x")
        let outcome = await withTaskGroup(of: ArchiveError?.self) { group in
            group.cancelAll()
            group.addTask { [folder] in
                do throws(ArchiveError) {
                    _ = try await TarGzip.pack(folder.at("in"), to: folder.at("a"))
                    return nil
                } catch { return error }
            }
            return await group.next() ?? nil
        }
        #expect(outcome == .cancelled)
        #expect(folder.names() == ["in"])
    }

    @Test(arguments: ["../x", "a/../../x", "..", "/abs.txt"])
    func membersThatLeadOutsideAreRefused(_ name: String) async {
        let reason = name.hasPrefix("/") ? PathError.absolute(name) : .leadsOutside(name)
        await #expect(throws: ArchiveError.unsafeMember(name: name, reason: reason.description)) {
            try await unpack { $0.add(name, content: "evil") }
        }
        #expect(folder.names() == ["out"])
        #expect(folder.names("out") == [])
    }

    @Test func parentsThatAreNotMentionedAreMade() async throws {
        let result = try await unpack { $0.add("a/b.txt", content: "b") }
        #expect(result.entries == 1)
        #expect(folder.text("out/a/b.txt") == "b")
    }

    @Test func aMemberCannotBeWrittenThroughALink() async {
        await #expect(throws: ArchiveError.file(.leadsThroughLink(path: folder.at("out/l")))) {
            try await unpack {
                $0.add("d", type: "5", mode: 0o755)
                $0.add("l", type: "2", link: "d")
                $0.add("l/x", content: "evil")
            }
        }
        #expect(folder.names("out/d") == [])
    }

    @Test func aFileReplacesALinkInsteadOfWritingThroughIt() async throws {
        folder.write("victim", "kept")
        _ = try await unpack {
            $0.add("v", content: "old")
            $0.add("l", type: "2", link: "v")
            $0.add("l", content: "new")
        }
        #expect(folder.text("out/v") == "old")
        #expect(folder.text("out/l") == "new")
    }

    @Test(arguments: ["/etc/passwd", "../x", "a/../../x", "a/.."])
    func linksThatMayLeadOutsideAreRefused(_ target: String) async {
        let reason = "its link target \(target.debugDescription) may lead out of the folder"
        await #expect(throws: ArchiveError.unsafeMember(name: "l", reason: reason)) {
            try await unpack { $0.add("l", type: "2", link: target) }
        }
    }

    @Test func linksInsideAreMade() async throws {
        _ = try await unpack {
            $0.add("a/b/l", type: "2", link: "../../f")
            $0.add("f", content: "f")
            $0.add("hard", type: "1", link: "f")
        }
        #expect(folder.text("out/a/b/l") == "f")
        #expect(folder.text("out/hard") == "f")
    }

    @Test func aHardLinkCannotMoveASymbolicLink() async {
        await #expect(throws: ArchiveError.file(.system(action: "link to", path: folder.at("out/a/l"), code: EINVAL))) {
            try await unpack {
                $0.add("a/l", type: "2", link: "../x")
                $0.add("l", type: "1", link: "a/l")
            }
        }
    }

    @Test func devicesAreLeftOut() async throws {
        let result = try await unpack {
            $0.add("null", type: "3")
            $0.add("pipe", type: "6")
            $0.add("file", content: "x", mode: 0o4755)
        }
        #expect(result.skipped == ["null", "pipe"])
        #expect(folder.names("out") == ["file"])
        #expect(FileStatus(folder.at("out/file"))?.mode == 0o755)
    }

    @Test func limitsHoldWhileUnpacking() async {
        await #expect(throws: ArchiveError.limitExceeded("more than 2 entries")) {
            try await unpack(limits: ArchiveLimits(entriesMax: 2)) { tar in
                for name in ["a", "b", "c"] { tar.add(name) }
            }
        }
        await #expect(throws: ArchiveError.limitExceeded("\"a\" has more than 3 bytes")) {
            try await unpack(limits: ArchiveLimits(fileBytesMax: 3)) { $0.add("a", content: "1234") }
        }
        await #expect(throws: ArchiveError.limitExceeded("more than 7 bytes in all")) {
            try await unpack(limits: ArchiveLimits(totalBytesMax: 7)) { tar in
                for name in ["a", "b"] { tar.add(name, content: "1234") }
            }
        }
    }

    @Test func damagedArchivesAreAnError() async throws {
        folder.makeFolder("out")
        folder.makeFolder("in")
        folder.write("in/file", (0..<100_000).map { _ in UInt8.random(in: 0...255) })
        _ = try await TarGzip.pack(folder.at("in"), to: folder.at("a"))
        let whole = try #require(folder.read("a"))
        for bytes in [Array(whole.dropLast(1000)), Array("H4sI, not really".utf8), [0x1f, 0x8b, 8, 0]] {
            await #expect {
                try await TarGzip.unpack(bytes: bytes, into: folder.at("out"))
            } throws: { error in
                if case .damaged? = error as? ArchiveError { true } else { false }
            }
        }
    }

    @Test func onlyTheSelectedPartIsUnpacked() async throws {
        folder.makeFolder("in")
        folder.makeFolder("in/a")
        folder.write("in/a/1", "1")
        folder.write("in/ab", "2")
        _ = try await TarGzip.pack(folder.at("in"), to: folder.at("a.tgz"))
        folder.makeFolder("out")
        let result = try await TarGzip.unpack(
            folder.at("a.tgz"), into: folder.at("out"), selecting: CheckedPath("a"))
        #expect(result.entries == 2)
        #expect(folder.names("out") == ["a"])
    }
}
