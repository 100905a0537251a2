import BacalhauTestSupport
import Testing

@testable import BacalhauCore

/// The write-ahead log does not stay large.
@Suite struct WriteAheadLogTests {
    @Test func aLogThatReadersKeptGrowingIsCutOnceTheyAreGone() throws {
        let folder = try TestPlaces.makeDirectory()
        defer { TestPlaces.remove(folder) }
        let writer = try SQLiteConnection(path: folder + "/db")
        try writer.execute("CREATE TABLE t(value BLOB)")
        let reader = try SQLiteConnection(path: folder + "/db", isReadOnly: true)
        try reader.execute("BEGIN; SELECT COUNT(*) FROM t")
        for _ in 0..<20 { try writer.execute("INSERT INTO t VALUES(zeroblob(1000000))") }
        // The reader needs what is in the log.
        try writer.truncateLog()
        #expect(writer.logBytes > 20_000_000)
        try reader.execute("COMMIT")
        try writer.truncateLog()
        #expect(writer.logBytes == 0)
    }
}
