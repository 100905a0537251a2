public import BacalhauModel

extension JobsAPI {
    /// Where the results of a job's completed executions are; empty when nothing was published.
    public func results(_ id: some JobReference) async throws(BacalhauError) -> [SpecConfig] {
        try await connection.page(of: .get(try JobsAPI.path(of: id) + "/results")).items
    }

    /// Fetches one published result into a directory, as it was published (an archive stays packed).
    ///
    /// The bytes go to a temporary name first; a broken download is continued by the next call. A result that is there
    /// already is not fetched again. The token is not sent: a result may be on any host.
    ///
    /// - Parameters:
    ///   - result: from ``results(_:)``.
    ///   - directory: has to be there.
    ///   - progress: called for each piece that arrives.
    public func download(
        _ result: SpecConfig, to directory: String, progress: DownloadOptions.Progress? = nil
    ) async throws(BacalhauError) -> DownloadedResult {
        try await ResultFetcher(connection: connection, bytesMax: DownloadOptions().bytesMax, progress: progress)
            .fetch(result, to: directory)
    }

    /// Fetches, unpacks and merges all results of a job into a directory, which is made if it does not exist.
    ///
    /// - Throws: `conflict` before anything is moved when a result would replace a file that is there.
    public func downloadResults(
        of id: some JobReference, into directory: String, options: DownloadOptions = .init()
    ) async throws(BacalhauError) -> DownloadReport {
        let results = try await results(id)
        var sources: [(result: SpecConfig, source: ResultSource?)] = []
        switch options.route {
        case .automatic: sources = try await automaticSources(of: results, job: id)
        case .published: sources = results.map { ($0, ResultSource($0)) }
        case .orchestrator: sources = try await orchestratorSources(of: results, job: id)
        }
        return try await ResultDownload(
            fetcher: ResultFetcher(connection: connection, bytesMax: options.bytesMax, progress: options.progress),
            unpacker: connection.unpacker, directory: directory, options: options
        ).run(sources)
    }

    /// The orchestrator's addresses of what nodes keep, with the published ones behind them.
    private func automaticSources(
        of results: [SpecConfig], job id: some JobReference
    ) async throws(BacalhauError) -> [(result: SpecConfig, source: ResultSource?)] {
        let published = results.map { (result: $0, source: ResultSource($0)) }
        guard results.contains(where: { $0.normalizedType == "urldownload" }) else { return published }
        let offered: [(result: SpecConfig, source: ResultSource?)]
        do {
            offered = try await orchestratorSources(of: results, job: id)
        } catch {
            guard error.code == .notFound else { throw error }
            return published
        }
        return zip(offered, published).map { offered, published in
            guard var source = offered.source, published.result.normalizedType == "urldownload" else {
                return published
            }
            source.alternatives = published.source.map { [$0] } ?? []
            return (published.result, source)
        }
    }

    /// The addresses at which the orchestrator hands out results, in their order.
    private func orchestratorSources(
        of results: [SpecConfig], job id: some JobReference
    ) async throws(BacalhauError) -> [(result: SpecConfig, source: ResultSource?)] {
        guard !results.isEmpty else { return [] }
        let base = connection.endpoint + (try JobsAPI.path(of: id)) + "/results/"
        var headers: [(name: String, value: String)] = []
        if let credential = try connection.authorization() { headers.append(("Authorization", credential)) }
        var executions = try await executions(id).items
        return results.map { result in
            guard let index = executions.firstIndex(where: { $0.publishedResult == result }) else {
                return (result, nil)
            }
            let execution = executions.remove(at: index).id.rawValue
            return (
                result,
                ResultSource(
                    url: base + URLText.escaped(execution), name: execution + ".tar.gz", headers: headers)
            )
        }
    }
}
