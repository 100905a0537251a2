import BacalhauFiles
import Glibc
import Testing

struct SafeDirectoryTests {
    private let folder = ScratchFolder()

    private func open(_ path: String) throws -> String {
        let directory = try SafeDirectory(folder.path)
        let descriptor = try directory.open(CheckedPath(path), flags: O_RDONLY)
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }

    @Test func filesBelowAreOpened() throws {
        folder.makeFolder("a")
        folder.write("a/b", "content")
        #expect(try open("a/b") == "content")
        #expect(throws: FileError.system(action: "open", path: folder.at("a/c"), code: ENOENT)) { try open("a/c") }
    }

    @Test func linksAreNotFollowedWhereverTheyLie() throws {
        folder.makeFolder("a")
        folder.write("a/b", "content")
        symlink("/etc", folder.at("etc"))
        symlink("a/b", folder.at("inside"))
        symlink("a", folder.at("folder"))
        for path in ["etc/passwd", "inside", "folder/b"] {
            #expect(throws: FileError.leadsThroughLink(path: folder.at(path))) { try open(path) }
        }
        let directory = try SafeDirectory(folder.path)
        #expect(throws: FileError.leadsThroughLink(path: folder.at("etc/x"))) {
            try directory.makeDirectory(CheckedPath("etc/x"))
        }
    }

    @Test func missingParentsAreMade() throws {
        let directory = try SafeDirectory(folder.path)
        try directory.makeDirectory(CheckedPath("a/b/c"))
        try directory.makeDirectory(CheckedPath("a/b/c"))
        #expect(folder.names("a/b") == ["c"])
    }

    @Test func removingATreeLeavesWhatItsLinksPointAt() throws {
        folder.makeFolder("kept")
        folder.write("kept/file", "x")
        folder.makeFolder("tree")
        folder.makeFolder("tree/closed")
        folder.write("tree/closed/file", "x")
        chmod(folder.at("tree/closed"), 0)
        symlink(folder.at("kept"), folder.at("tree/link"))
        try FileTree.remove(folder.at("tree"))
        try FileTree.remove(folder.at("tree"))
        #expect(folder.names() == ["kept"])
        #expect(folder.names("kept") == ["file"])
        symlink(folder.at("kept"), folder.at("link"))
        try FileTree.remove(folder.at("link"))
        #expect(folder.names("kept") == ["file"])
    }

    @Test func treesDeeperThanAnyPathMayBeAreRemoved() throws {
        var current = try SafeDirectory(folder.path)
        let step = try CheckedPath("a-folder-with-a-long-name")
        for _ in 0..<500 { current = try current.makeDirectory(step) }
        try FileTree.remove(folder.at(step.description))
        #expect(folder.names() == [])
    }

    @Test func aTreeIsMeasuredWithoutFollowingLinks() throws {
        folder.makeFolder("tree")
        folder.makeFolder("tree/inner")
        folder.write("tree/inner/file", [UInt8](repeating: 1, count: 100_000))
        link(folder.at("tree/inner/file"), folder.at("tree/again"))
        symlink("/", folder.at("tree/root"))
        let usage = try FileTree.usage(folder.at("tree"))
        #expect(usage.entries == 4)
        #expect((100_000..<130_000).contains(usage.bytes))
    }

    @Test func aFileIsReplacedAsAWhole() throws {
        try AtomicFile.write(Array("one".utf8), to: folder.at("file"))
        try AtomicFile.write(Array("two".utf8), to: folder.at("file"), mode: 0o600)
        #expect(folder.text("file") == "two")
        #expect(folder.names() == ["file"])
        #expect(FileStatus(folder.at("file"))?.mode == 0o600)
        #expect(throws: FileError.self) { try AtomicFile.write([], to: folder.at("missing/file")) }
    }

    @Test func blockingWorkRunsManyPiecesAndHearsOfCancellation() async throws {
        let sum = await withTaskGroup(of: Int.self) { group in
            for number in 0..<200 { group.addTask { await BlockingWork.run { _ in number } } }
            return await group.reduce(0, +)
        }
        #expect(sum == 19_900)
        let heard = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await BlockingWork.run { cancellation in
                    while !cancellation.isCancelled { sched_yield() }
                    return true
                }
            }
            group.cancelAll()
            return await group.next()
        }
        #expect(heard == true)
    }
}
