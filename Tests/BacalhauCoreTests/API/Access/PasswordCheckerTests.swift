import BacalhauCrypto
import BacalhauModel
import BacalhauSupport
import BacalhauTestSupport
import Testing

@testable import BacalhauCore

@Suite(.timeLimit(.minutes(1))) struct PasswordCheckerTests {
    private let clock = TurnedClock()
    private let checker: PasswordChecker
    private let users: UserDirectory

    init() throws {
        checker = PasswordChecker(clock: clock)
        let hash = try #require(PasswordHash(password: "right password", cost: 6))
        users = try UserDirectory([
            APIUser(credential: .password(name: "ada", secret: hash.text), actions: [AccessAction(nil, nil)])
        ])
    }

    private func outcome(_ name: String, _ password: String, from client: String) async -> String {
        do throws(BacalhauError) {
            let user = try await checker.user(named: name, password: password, among: users, from: client)
            return user?.name ?? "wrong"
        } catch {
            return error.code.rawValue
        }
    }

    private func outcomes(
        _ count: Int, _ attempt: @escaping @Sendable (Int) -> (name: String, password: String, client: String)
    ) async -> [String: Int] {
        await withTaskGroup(of: String.self) { group in
            for number in 0..<count {
                group.addTask {
                    let (name, password, client) = attempt(number)
                    return await outcome(name, password, from: client)
                }
            }
            return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
    }

    @Test func aBurstOfGuessesGetsNoMoreThanGuessesOneByOne() async {
        let found = await outcomes(200) { ("ada", "guess \($0)", "a") }
        #expect(found == ["wrong": GuessLimit.missesMax, "ResourceExhausted": 200 - GuessLimit.missesMax])
        #expect(await outcome("ada", "right password", from: "a") == "ResourceExhausted")
        #expect(await outcome("ada", "right password", from: "b") == "ada")
    }

    @Test func aBurstOfTheRightPasswordPasses() async {
        #expect(await outcomes(200) { _ in ("ada", "right password", "a") } == ["ada": 200])
    }

    @Test func unknownNamesCountAsGuesses() async {
        let found = await outcomes(50) { ("nobody \($0)", "right password", "a") }
        #expect(found == ["wrong": GuessLimit.missesMax, "ResourceExhausted": 50 - GuessLimit.missesMax])
    }

    /// Whoever guesses elsewhere must not profit from the user's being at work.
    @Test func aRememberedPasswordCountsForItsClientOnly() async {
        #expect(await outcome("ada", "right password", from: "a") == "ada")
        _ = await outcomes(GuessLimit.missesMax) { ("ada", "guess \($0)", "b") }
        #expect(await outcome("ada", "right password", from: "b") == "ResourceExhausted")
        #expect(await outcome("ada", "right password", from: "a") == "ada")
    }

    @Test func evenARememberedPasswordCannotBeFoundByTrying() async {
        #expect(await outcome("ada", "right password", from: "a") == "ada")
        for number in 0..<GuessLimit.triesMax { _ = await outcome("ada", "guess \(number)", from: "a") }
        #expect(await outcome("ada", "right password", from: "a") == "ResourceExhausted")
        clock.turn(.seconds(60))
        #expect(await outcome("ada", "right password", from: "a") == "ada")
    }

    @Test func whoeverGoesBeforeTheAnswerLeavesItToTheOthers() async throws {
        let checker = checker
        let users = users
        let first = Task {
            try await checker.user(named: "ada", password: "right password", among: users, from: "a")
        }
        let second = Task {
            try await checker.user(named: "ada", password: "right password", among: users, from: "a")
        }
        first.cancel()
        #expect(try await second.value?.name == "ada")
        _ = await first.result
    }
}
