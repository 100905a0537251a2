/// How many passwords each client has tried and may still try.
struct GuessLimit: Sendable {
    /// How many wrong passwords a client may send within ``period``; those that are being compared count, too.
    static let missesMax = 10
    /// Beyond so many tries within ``period`` not even what is remembered as right is looked at: it could be guessed.
    static let triesMax = 1000
    static let periodNanoseconds: Int64 = 60_000_000_000

    private struct Record {
        /// Wrong and refused ones.
        var tries = 0
        var pending = 0
        var since: Int64
    }

    private var records: [String: Record] = [:]
    private let clientsMax: Int

    /// Why a client may not try.
    enum Refusal: Hashable, Sendable {
        /// Too many were wrong.
        case misses
        /// Together with those being compared it could become too many.
        case pending
    }

    /// - Parameter clientsMax: how many clients are remembered, besides those whose passwords are being compared.
    init(clientsMax: Int) { self.clientsMax = clientsMax }

    /// Whether nothing that the client sends is looked at.
    func isShutOut(_ client: String, at now: Int64) -> Bool {
        guard let record = records[client], now - record.since < GuessLimit.periodNanoseconds else { return false }
        return record.tries >= GuessLimit.triesMax
    }

    /// Begins a comparison, which ``end(of:wasWrong:at:)`` ends; or says why not, which counts as a try.
    mutating func begin(of client: String, at now: Int64) -> Refusal? {
        var record = current(client, now)
        defer { records[client] = record }
        guard record.tries + record.pending < GuessLimit.missesMax else {
            if record.tries < GuessLimit.missesMax { return .pending }
            record.tries += 1
            return .misses
        }
        record.pending += 1
        return nil
    }

    mutating func end(of client: String, wasWrong: Bool, at now: Int64) {
        var record = current(client, now)
        record.pending = max(0, record.pending - 1)
        if wasWrong { record.tries += 1 }
        records[client] = record.tries + record.pending == 0 ? nil : record
        makeRoom()
    }

    private func current(_ client: String, _ now: Int64) -> Record {
        var record = records[client] ?? Record(since: now)
        if now - record.since >= GuessLimit.periodNanoseconds { (record.tries, record.since) = (0, now) }
        return record
    }

    /// Forgets first who tried least, then who tried longest ago: many addresses of one guesser must not wash each other
    /// out.
    private mutating func makeRoom() {
        guard records.count > clientsMax else { return }
        let least = records.lazy.filter { $0.value.pending == 0 }.min {
            ($0.value.tries, $0.value.since) < ($1.value.tries, $1.value.since)
        }
        if let least { records[least.key] = nil }
    }
}
