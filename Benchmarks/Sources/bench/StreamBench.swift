import BacalhauClient
import Glibc

@testable import BacalhauCore

/// Logs and results of 200 MB: how fast they go out, and what a slow reader costs the node.
enum StreamBench {
    private static let size = 200_000_000
    private static let line = [UInt8](repeating: UInt8(ascii: "x"), count: 99) + [UInt8(ascii: "\n")]

    static func report(_ node: BenchNode, _ client: BacalhauClient) async throws {
        var job = Report.noop
        job.tasks[0].publisher = SpecConfig(type: "local")
        let id = try await client.jobs.submit(job).jobID.rawValue
        _ = try await client.jobs.wait(for: id)
        guard let execution = try await client.jobs.get(id, including: [.executions]).executions?.first?.id else {
            throw BenchNode.Failure(description: "job \(id) has no execution")
        }
        let path = "/api/v1/orchestrator/jobs/\(id)"
        try writeLog(of: execution, node)
        try logs(node, path + "/logs")
        try await followed(node, client)
        try results(node, path + "/results/\(execution)", of: execution)
    }

    /// In the place of the job's own log, one of 100-byte records.
    private static func writeLog(of execution: ExecutionID, _ node: BenchNode) throws {
        let store = try LogStore(directory: node.directory + "/data/logs")
        try store.remove(execution)
        let log = try store.open(execution)
        line.withUnsafeBytes { line in
            for _ in 0..<(size / line.count) { log.append(.stdout, line) }
        }
        log.finish()
    }

    private static func logs(_ node: BenchNode, _ path: String) throws {
        let socket = try BenchSocket(endpoint: node.endpoint)
        try socket.follow(path)
        let start = ContinuousClock.now
        try readLog(socket)
        Report.row(
            "kept log, lines of 100 bytes", "\(rate(since: start)) MB/s", "50 MB/s")
        let slow = try BenchSocket(endpoint: node.endpoint)
        try slow.follow(path)
        let growth = memoryGrowth(node, while: { slow.read(into: &$0) }, upTo: size)
        Report.row("memory growth, 200 MB log, reader of 20 MB/s", growth, "16 MB")
    }

    private static func readLog(_ socket: BenchSocket) throws {
        var frames = FrameCounter()
        var buffer = [UInt8](repeating: 0, count: 256 * 1024)
        while !frames.isClosed {
            let count = socket.read(into: &buffer)
            guard count > 0 else { break }
            frames.take(buffer[..<count])
        }
        guard frames.payload >= size else {
            throw BenchNode.Failure(description: "a log of \(size) bytes came as \(frames.payload)")
        }
    }

    /// A program that writes line by line, from its start to the last line at the follower.
    private static func followed(_ node: BenchNode, _ client: BacalhauClient) async throws {
        let name = "followed log of a running WASM job"
        guard try await Report.offers("wasm", client) else {
            Report.row(name, "not offered", "-")
            return
        }
        let id = try await client.jobs.submit(Report.wasmJob(url: writerURL)).jobID.rawValue
        let socket = try BenchSocket(endpoint: node.endpoint)
        try socket.follow("/api/v1/orchestrator/jobs/\(id)/logs?follow=true")
        let start = ContinuousClock.now
        try readLog(socket)
        Report.row(name, "\(rate(since: start)) MB/s", "50 MB/s")
    }

    private static func results(_ node: BenchNode, _ path: String, of execution: ExecutionID) throws {
        let archive = "\(node.directory)/data/results/\(execution).tar.gz"
        let block = (0..<1_000_000).map { _ in UInt8.random(in: 0...255) }
        try BenchFile.write(block, to: archive, times: size / block.count)
        let slow = try BenchSocket(endpoint: node.endpoint)
        try slow.get(path)
        let growth = memoryGrowth(node, while: { slow.read(into: &$0) }, upTo: size)
        Report.row("memory growth, 200 MB result, reader of 20 MB/s", growth, "16 MB")
        let name = "download of a 200 MB result with curl"
        guard let nginx = try Nginx(program: BenchProgram.find("nginx"), directory: node.directory) else {
            Report.row(name, "not measured: no nginx", "scripts/bootstrap --with-bench")
            return
        }
        guard link(archive, nginx.directory + "/result") == 0 else {
            throw BenchNode.Failure(description: "cannot link \(archive)")
        }
        var ours: [Double] = []
        var theirs: [Double] = []
        for _ in 0..<7 {
            theirs.append(try curl(nginx.endpoint + "/result"))
            ours.append(try curl(node.endpoint + path))
        }
        let mine = ReadBench.median(ours)
        let base = ReadBench.median(theirs)
        Report.row(
            name, "\(Report.text(mine)) MB/s (\(Report.hundredths(mine / base)) x)",
            "\(Report.text(base * 0.8)) MB/s (0.8 x nginx)")
    }

    /// MB per second.
    private static func curl(_ url: String) throws -> Double {
        let format = "%{size_download} %{speed_download}"
        let text = try BenchProgram.output(["/usr/bin/env", "curl", "-s", "-o", "/dev/null", "-w", format, url])
        let words = text.split(separator: " ").compactMap { Double($0) }
        guard words.count == 2, words[0] == Double(size) else {
            throw BenchNode.Failure(description: "curl \(url) says \(text)")
        }
        return words[1] / 1e6
    }

    /// What the node's memory grows by at most while somebody reads 20 MB a second.
    private static func memoryGrowth(
        _ node: BenchNode, while read: (inout [UInt8]) -> Int, upTo size: Int
    ) -> String {
        let before = node.residentKilobytes
        var most = before
        var received = 0
        var measured = 0
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while received < size {
            let count = read(&buffer)
            guard count > 0 else { break }
            received += count
            // 20 MB/s: a byte in a twentieth of a microsecond.
            usleep(UInt32(count / 20))
            guard received - measured > 1_000_000 else { continue }
            measured = received
            most = max(most, node.residentKilobytes)
        }
        guard received >= size else { return "cut after \(received) bytes" }
        return Report.text(Double(most - before) / 1024) + " MB"
    }

    private static func rate(since start: ContinuousClock.Instant) -> String {
        Report.text(Double(size) / 1000 / Report.milliseconds(ContinuousClock.now - start))
    }

    /// Writes two million lines of 100 bytes to its standard output, forty with each call, as a program with a buffer
    /// of a page does.
    private static let writerURL =
        "data:application/wasm;base64,"
        + "AGFzbQEAAAABDAJgBH9/f38Bf2AAAAIjARZ3YXNpX3NuYXBzaG90X3ByZXZpZXcxCGZkX3dyaXRlAAADAgEBBQMBAAEHEwIG"
        + "bWVtb3J5AgAGX3N0YXJ0AAEKRgFEAQF/QRBB+ABBoB/8CwADQCAAQQo6AHMgAEHkAGoiAEGgH0kNAAtB0IYDIQADQEEBQQBB"
        + "AUEIEAAaIABBAWsiAA0ACwsLDgEAQQALCBAAAACgDwAA"
}
