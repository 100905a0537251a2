import BacalhauCrypto
import BacalhauFiles
import BacalhauModel
import BacalhauSupport
import Synchronization

/// Checks passwords without letting anybody buy much processor time with wrong ones, or find the right one by trying.
///
/// Hashes are compared one at a time on a thread of their own, in turn of the clients. A password that was right is
/// remembered for a while as a code under a secret of this process, as clients send it with each request. Who is wrong
/// too often has to wait. A client here is an address (``ClientNetwork``).
final class PasswordChecker: Sendable {
    private let state = Mutex(State())
    private let turn = FairTurn(waitingMax: waitingMax)
    private let secret = randomBytes(32)
    private let clock: any WallClock

    private struct State {
        /// Codes of right passwords, with the uptime until which they count.
        var known: [[UInt8]: Int64] = [:]
        /// Codes that are being compared; those who ask for the same one share the answer, `nil` without one.
        var running: [[UInt8]: AsyncSignal<Bool?>] = [:]
        var guesses = GuessLimit(clientsMax: entriesMax)
    }

    /// How to get to know whether a code is right.
    private enum Way {
        case known
        case share(AsyncSignal<Bool?>)
        case compare(AsyncSignal<Bool?>)
        case refused(BacalhauError)
    }

    /// How long a right password is remembered.
    static let memory: Duration = .seconds(300)
    /// How many comparisons may wait.
    static let waitingMax = 64
    /// How many right passwords, and how many clients, are remembered.
    private static let entriesMax = 4096

    init(clock: any WallClock) { self.clock = clock }

    /// The user of that name, when `password` is theirs.
    ///
    /// An unknown name takes the time of some user, always the same one, so that the time does not tell whether there
    /// is one of that name.
    ///
    /// - Parameter client: where the request comes from.
    /// - Throws: `.exhausted` when the client was wrong too often or too many wait; `.cancelled`.
    func user(
        named name: String, password: String, among users: UserDirectory, from client: String
    ) async throws(BacalhauError) -> APIUser? {
        let user = users.user(withPasswordOf: name)
        guard let compared = user ?? decoy(name, users), case .password(_, let stored) = compared.credential else {
            return nil
        }
        let code = code(client, name, password, isKnownName: user != nil, stored)
        return try await isRight(code, client) { stored.isPassword(password) && user != nil } ? user : nil
    }

    private func isRight(
        _ code: [UInt8], _ client: String, _ compare: @escaping @Sendable () -> Bool
    ) async throws(BacalhauError) -> Bool {
        while true {
            switch way(code, client) {
            case .known: return true
            case .refused(let refusal): throw refusal
            case .compare(let signal): return try await lead(code, client, signal, compare)
            case .share(let signal):
                guard let answer = await signal.wait() else { throw PasswordChecker.cancelled }
                // Whoever compared may have gone before the answer; then another one has to.
                if let answer { return answer }
            }
        }
    }

    private func way(_ code: [UInt8], _ client: String) -> Way {
        let now = clock.uptime()
        return state.withLock { state in
            if state.guesses.isShutOut(client, at: now) { return .refused(PasswordChecker.refusal(.misses, client)) }
            if let end = state.known[code], end > now { return .known }
            if let signal = state.running[code] { return .share(signal) }
            if let refusal = state.guesses.begin(of: client, at: now) {
                return .refused(PasswordChecker.refusal(refusal, client))
            }
            let signal = AsyncSignal<Bool?>()
            state.running[code] = signal
            return .compare(signal)
        }
    }

    private func lead(
        _ code: [UInt8], _ client: String, _ signal: AsyncSignal<Bool?>, _ compare: @escaping @Sendable () -> Bool
    ) async throws(BacalhauError) -> Bool {
        let answer: Bool?
        do {
            answer = try await inTurn(client, compare)
        } catch {
            end(code, client, nil)
            signal.raise(nil)
            throw error
        }
        end(code, client, answer)
        signal.raise(answer)
        guard let answer else { throw PasswordChecker.cancelled }
        return answer
    }

    private func inTurn(
        _ client: String, _ compare: @escaping @Sendable () -> Bool
    ) async throws(BacalhauError) -> Bool? {
        try await turn.begin(for: client)
        defer { turn.end() }
        return await BlockingWork.run(.passwords) { $0.isCancelled ? nil : compare() }
    }

    private func end(_ code: [UInt8], _ client: String, _ answer: Bool?) {
        let now = clock.uptime()
        state.withLock { state in
            state.running[code] = nil
            state.guesses.end(of: client, wasWrong: answer == false, at: now)
            guard answer == true else { return }
            if state.known.count >= PasswordChecker.entriesMax { state.known = state.known.filter { $0.value > now } }
            if state.known.count >= PasswordChecker.entriesMax { state.known = [:] }
            state.known[code] = now + PasswordChecker.memory.wholeNanoseconds
        }
    }

    private func decoy(_ name: String, _ users: UserDirectory) -> APIUser? {
        guard !users.passwordUsers.isEmpty else { return nil }
        let digest = HMACSHA256.authenticate(Array("decoy \(name.lowercased())".utf8), key: secret)
        let number = digest.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
        return users.passwordUsers[Int(number) % users.passwordUsers.count]
    }

    /// With the stored password, so that a changed one ends what is remembered; with the client, so that others who
    /// guess do not profit from it. The lengths keep the parts apart.
    private func code(
        _ client: String, _ name: String, _ password: String, isKnownName: Bool, _ stored: String
    ) -> [UInt8] {
        let text = "\(client)\n\(name.utf8.count) \(name.lowercased()) \(isKnownName) \(stored.utf8.count) \(stored)"
        return HMACSHA256.authenticate(Array("\(text) \(password)".utf8), key: secret)
    }

    private static let cancelled = BacalhauError(.cancelled, "nobody waits for the answer any more")

    private static func refusal(_ refusal: GuessLimit.Refusal, _ client: String) -> BacalhauError {
        switch refusal {
        case .misses:
            BacalhauError(
                .exhausted, "too many wrong passwords from \(client)", hint: "Try again in a minute.",
                component: "Authorizer", details: ["RetryAfter": "60"])
        case .pending:
            BacalhauError(
                .exhausted, "too many logins at once from \(client)", hint: "Try again in a second.",
                isRetryable: true, component: "Authorizer")
        }
    }
}

extension String {
    /// Whether this is the password, or a hash of it.
    fileprivate func isPassword(_ password: String) -> Bool {
        if let hash = PasswordHash(text: self) { return hash.matches(password) }
        return constantTimeEqual(SHA256.hash(Array(utf8)), SHA256.hash(Array(password.utf8)))
    }
}
