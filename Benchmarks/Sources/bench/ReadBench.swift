import BacalhauClient
import Glibc

/// `GET` of one job beside nginx with a file of the same size, asked by the same load generator.
enum ReadBench {
    static func report(_ node: BenchNode, _ client: BacalhauClient) async throws {
        guard let wrk = BenchProgram.find("wrk"), let program = BenchProgram.find("nginx") else {
            let missing = BenchProgram.find("nginx") == nil ? "no nginx" : "no wrk"
            Report.row("GET of one job", "not measured: \(missing)", "scripts/bootstrap --with-bench")
            return
        }
        let id = try await client.jobs.submit(Report.noop).jobID.rawValue
        _ = try await client.jobs.wait(for: id)
        let url = "\(node.endpoint)/api/v1/orchestrator/jobs/\(id)"
        let size = Int(
            try BenchProgram.output(["/usr/bin/env", "curl", "-s", "-o", "/dev/null", "-w", format, url]))
        guard let nginx = try Nginx(program: program, directory: node.directory), let size else { return }
        try BenchFile.write([UInt8](repeating: UInt8(ascii: "x"), count: size), to: nginx.directory + "/job")
        for connections in [16, 64] {
            // In turns, so that what else the machine does meets both.
            var ours: [Wrk.Figures] = []
            var others: [Wrk.Figures] = []
            for _ in 0..<3 {
                others.append(try Wrk.run(wrk, url: "\(nginx.endpoint)/job", connections: connections))
                ours.append(try Wrk.run(wrk, url: url, connections: connections))
            }
            let mine = median(ours.map(\.requestsPerSecond))
            let base = median(others.map(\.requestsPerSecond))
            let name = "GET of one job, \(connections) connections"
            Report.row(
                "\(name), requests/s", "\(Report.text(mine)) (\(Report.text(mine / base * 100)) %)",
                "\(Report.text(base / 4)) (25 % of nginx)")
            let p99 = median(ours.map(\.p99Milliseconds))
            let theirs = median(others.map(\.p99Milliseconds))
            Report.row("\(name), p99", Report.text(p99) + " ms", "10 ms (nginx: \(Report.text(theirs)) ms)")
        }
    }

    private static let format = "%{size_download}"

    static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
