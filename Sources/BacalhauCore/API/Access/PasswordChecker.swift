import BacalhauCrypto
import BacalhauFiles
import BacalhauModel
import BacalhauSupport
import Synchronization

/// Checks passwords without letting anybody buy much processor time with wrong ones.
///
/// Hashes are compared one at a time on a thread of their own. A password that was right is remembered for a while as a
/// code under a secret of this process, as clients send it with each request. Who is wrong too often has to wait.
final class PasswordChecker: Sendable {
    private let state = Mutex(State())
    private let secret = randomBytes(32)
    private let clock: any WallClock

    private struct State {
        /// Codes of right passwords, with the uptime until which they count.
        var known: [[UInt8]: Int64] = [:]
        /// Wrong passwords by the client's address.
        var misses: [String: Misses] = [:]
        var waiting = 0
    }

    private struct Misses {
        var count: Int
        let since: Int64
    }

    /// How long a right password is remembered.
    static let memory: Duration = .seconds(300)
    /// How many wrong passwords an address may send within ``missPeriod``.
    static let missesMax = 10
    static let missPeriod: Duration = .seconds(60)
    /// How many checks may wait.
    static let waitingMax = 64
    /// How many right passwords, and how many addresses, are remembered.
    private static let entriesMax = 4096

    init(clock: any WallClock) { self.clock = clock }

    /// Whether `password` is the user's.
    ///
    /// - Parameters:
    ///   - user: `nil` when there is none of that name; takes as long as a wrong password.
    ///   - decoy: what to compare with then.
    ///   - address: where the request comes from.
    /// - Throws: `.exhausted` when the address was wrong too often or too many wait; `.cancelled`.
    func check(
        _ password: String, of user: APIUser?, decoy: PasswordHash?, from address: String
    ) async throws(BacalhauError) -> Bool {
        let code = code(password, user)
        if isKnown(code) { return true }
        try admit(address)
        let isRight: Bool
        switch user?.credential {
        case .password(_, let secret)?:
            if let hash = PasswordHash(text: secret) {
                isRight = try await matches(hash, password, code)
            } else {
                isRight = constantTimeEqual(SHA256.hash(Array(secret.utf8)), SHA256.hash(Array(password.utf8)))
            }
        default:
            if let decoy { _ = try await matches(decoy, password, code) }
            isRight = false
        }
        note(isRight, code, address)
        return isRight
    }

    private func matches(
        _ hash: PasswordHash, _ password: String, _ code: [UInt8]
    ) async throws(BacalhauError) -> Bool {
        try enter()
        defer { state.withLock { $0.waiting -= 1 } }
        let result = await BlockingWork.run(.passwords) { [self] cancellation -> Bool? in
            if cancellation.isCancelled { return nil }
            // The same password may have been checked while this one waited.
            return isKnown(code) || hash.matches(password)
        }
        guard let result else { throw BacalhauError(.cancelled, "nobody waits for the answer any more") }
        return result
    }

    private func enter() throws(BacalhauError) {
        let isFull = state.withLock { state in
            guard state.waiting < PasswordChecker.waitingMax else { return true }
            state.waiting += 1
            return false
        }
        guard isFull else { return }
        throw BacalhauError(
            .exhausted, "too many logins at once", hint: "Try again in a second.", isRetryable: true,
            component: "Authorizer")
    }

    private func admit(_ address: String) throws(BacalhauError) {
        let now = clock.uptime()
        let count = state.withLock { state -> Int in
            guard let misses = state.misses[address] else { return 0 }
            if now - misses.since < PasswordChecker.missPeriod.wholeNanoseconds { return misses.count }
            state.misses[address] = nil
            return 0
        }
        guard count >= PasswordChecker.missesMax else { return }
        throw BacalhauError(
            .exhausted, "too many wrong passwords from \(address)", hint: "Try again in a minute.",
            component: "Authorizer", details: ["RetryAfter": "60"])
    }

    private func note(_ isRight: Bool, _ code: [UInt8], _ address: String) {
        let now = clock.uptime()
        state.withLock { state in
            if isRight {
                PasswordChecker.makeRoom(in: &state.known) { $0 > now }
                state.known[code] = now + PasswordChecker.memory.wholeNanoseconds
            } else {
                PasswordChecker.makeRoom(in: &state.misses) {
                    now - $0.since < PasswordChecker.missPeriod.wholeNanoseconds
                }
                state.misses[address, default: Misses(count: 0, since: now)].count += 1
            }
        }
    }

    private static func makeRoom<Key, Value>(in table: inout [Key: Value], keeping isCurrent: (Value) -> Bool) {
        guard table.count >= entriesMax else { return }
        table = table.filter { isCurrent($0.value) }
        if table.count >= entriesMax { table = [:] }
    }

    private func isKnown(_ code: [UInt8]) -> Bool {
        let now = clock.uptime()
        return state.withLock { $0.known[code].map { $0 > now } ?? false }
    }

    /// With the credential, so that a changed password ends what is remembered.
    private func code(_ password: String, _ user: APIUser?) -> [UInt8] {
        HMACSHA256.authenticate(Array("\(user?.fingerprint ?? "") \(password)".utf8), key: secret)
    }
}
