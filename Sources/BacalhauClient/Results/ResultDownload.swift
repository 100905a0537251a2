import BacalhauFiles
import BacalhauModel

/// Fetches, unpacks and merges the results of one job.
struct ResultDownload {
    let fetcher: ResultFetcher
    let unpacker: any ArchiveUnpacking
    let directory: String
    let options: DownloadOptions

    /// Where packed results wait, in the target so that moving is renaming. Kept after a failure, so that the next
    /// call goes on where this one stopped.
    private var scratch: String { options.raw ? "\(directory)/raw" : "\(directory)/.bacalhau-results" }

    func run(_ results: [(result: SpecConfig, source: ResultSource?)]) async throws(BacalhauError) -> DownloadReport {
        let wanted = try wantedPath()
        var report = DownloadReport(directory: directory)
        report.unsupported = results.filter { $0.source == nil }.map(\.result)
        guard !results.isEmpty, report.unsupported.isEmpty else { return report }
        try LocalFiles.makeDirectory(scratch)
        for case (let result, let source?) in results {
            report.results.append(try await fetcher.fetch(result, from: source, to: scratch))
        }
        guard !options.raw else { return report }
        let merge = try await plan(report.results, only: wanted)
        let scratch = scratch
        try await BlockingWork.run { _ throws(BacalhauError) in
            try merge.run()
            try LocalFiles.remove(scratch)
        }
        return report
    }

    private func wantedPath() throws(BacalhauError) -> CheckedPath? {
        guard let path = options.path else { return nil }
        do {
            return try CheckedPath(path)
        } catch {
            throw BacalhauError(
                .badRequest, "\(error)", hint: "name a file or folder of the results, such as outputs/a.csv",
                component: "Client")
        }
    }

    /// Unpacks what was fetched and finds out what goes where.
    private func plan(
        _ results: [DownloadedResult], only wanted: CheckedPath?
    ) async throws(BacalhauError) -> ResultMerge {
        var merge = ResultMerge(into: directory)
        var seen: Set<String> = []
        for result in results where seen.insert(result.path).inserted {
            let name = String(result.path.dropFirst(scratch.count + 1))
            guard ResultSource.isArchive(name) else {
                try merge.add(file: result.path, as: name, only: wanted?.description)
                continue
            }
            // Not the archive's own name: two archives must never share a folder.
            let folder = "\(scratch)/.\(name).unpacked"
            try LocalFiles.remove(folder)
            try LocalFiles.makeDirectory(folder)
            try await unpacker.unpack(result.path, into: folder, selecting: wanted, bytesMax: options.bytesMax)
            try merge.add(directory: folder, only: wanted?.description)
        }
        if let wanted, merge.isEmpty {
            throw BacalhauError(
                .notFound, "the results hold no \(wanted)", hint: "download all of them to see what there is",
                component: "Client")
        }
        return merge
    }
}
