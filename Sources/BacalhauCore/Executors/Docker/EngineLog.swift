internal import BacalhauHTTPClient
internal import BacalhauModel

/// The output that the engine keeps of a container, read from where the log of the execution ends.
///
/// Of a short log that the engine still has from the beginning, bytes are counted. Otherwise the engine is asked for what
/// came lately, and where that fits to the end of the execution's log is found by comparing the two.
struct EngineLog {
    /// Output to go on with, and how many bytes of each stream at its beginning the execution's log has already.
    struct Reading {
        let body: HTTPResponseBody
        let known: [StandardStream: UInt64]
    }

    /// How far apart the times of engine and log may be. When the engine's first output is later than that, it has lost the
    /// beginning: before it loses any, ``DockerConfiguration/engineLogBytesMax`` have to come, which takes longer.
    static let timeTolerance = Duration.milliseconds(200)
    /// How much the engine is asked for from the beginning.
    static let countedBytesMax: UInt64 = 8 << 20
    /// How much of the end is compared: more than what may be on its way between engine and log, which is 1 MiB in the
    /// engine's buffers, 256 KiB in the client's, and what sockets hold.
    static let comparedBytesMax = 4 << 20
    /// The same for slow output, on a machine that has too much to do.
    static let comparedTime = Duration.seconds(60)

    let api: DockerAPI
    let containerID: String
    let log: any ExecutionLogWriter

    /// Begins to read what the engine has, or, when it `follows`, all up to the program's end.
    func open(follows: Bool) async throws -> Reading {
        func read(since: Timestamp? = nil, known: [StandardStream: UInt64] = [:]) async throws -> Reading {
            let body = try await api.timedLogs(containerID, since: since, follows: follows)
            return Reading(body: body, known: known)
        }
        let written = log.written
        guard let first = written.firstTime, let last = written.lastTime else { return try await read() }
        guard let kept = try await api.firstOutputTime(containerID) else { return try await read() }
        let isShort = written.bytes.values.reduce(0, &+) <= Self.countedBytesMax
        if isShort, kept <= first + Self.timeTolerance { return try await read(known: written.bytes) }

        let start = last + (.zero - Self.comparedTime)
        let recent = log.recentOutput(since: start, bytesMax: Self.comparedBytesMax)
        let since = recent.firstTime ?? start
        let theirs = try await output(since: since, until: last + Self.timeTolerance)
        // What the engine has of that time came to the log at that time, or hardly before.
        let more = log.recentOutput(since: .zero, bytesMax: 2 * Self.comparedBytesMax)
        var known: [StandardStream: UInt64] = [:]
        for (stream, end) in more.bytes {
            known[stream] = UInt64(Self.known(of: theirs[stream] ?? [], in: [recent.bytes[stream] ?? [], end]))
        }
        return try await read(since: since, known: known)
    }

    /// What the engine has of some time, or the beginning of it.
    private func output(since: Timestamp, until: Timestamp) async throws -> [StandardStream: [UInt8]] {
        let body = try await api.logs(containerID, since: since, until: until)
        defer { body.cancel() }
        var demultiplexer = FrameDemultiplexer()
        var output: [StandardStream: [UInt8]] = [:]
        while let piece = try await body.next() {
            try demultiplexer.feed(piece) { stream, bytes, _ in output[stream, default: []].append(contentsOf: bytes) }
            if output.values.contains(where: { $0.count > 2 * Self.comparedBytesMax }) { break }
        }
        return output
    }

    /// How much of what the engine has, and will have, is at the end of the execution's log.
    ///
    /// The engine has whole lines, and gives a line the time at which it is complete.
    /// - Parameter ends: more and more of the end of the log. The first that fits counts, so that of lines that look alike
    ///   not too many are taken for known.
    static func known(of theirs: [UInt8], in ends: [[UInt8]]) -> Int {
        var rest = 0
        for end in ends {
            let lines = end.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            rest = end.count - lines
            let overlap = overlap(of: Array(end[..<lines]), with: theirs)
            if overlap > 0 { return overlap + rest }
        }
        return rest
    }

    /// The length of the longest beginning of `next` that `end` ends with. Takes time in proportion to both.
    static func overlap(of end: [UInt8], with next: [UInt8]) -> Int {
        let pattern = next.prefix(end.count)
        guard !pattern.isEmpty else { return 0 }
        // Knuth, Morris and Pratt: for each beginning of the pattern, the longest shorter one that it ends with.
        var shorter = [Int](repeating: 0, count: pattern.count)
        var length = 0
        for index in 1..<pattern.count {
            while length > 0, pattern[index] != pattern[length] { length = shorter[length - 1] }
            if pattern[index] == pattern[length] { length += 1 }
            shorter[index] = length
        }
        length = 0
        for byte in end {
            if length == pattern.count { length = shorter[length - 1] }
            while length > 0, byte != pattern[length] { length = shorter[length - 1] }
            if byte == pattern[length] { length += 1 }
        }
        return length
    }
}
