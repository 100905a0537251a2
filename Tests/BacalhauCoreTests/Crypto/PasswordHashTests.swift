import BacalhauCrypto
import Testing

@Suite struct PasswordHashTests {
    /// From the test vectors of crypt_blowfish.
    @Test(arguments: [
        ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        ("U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"),
    ])
    func knownHashesMatchTheirPasswordsOnly(password: String, text: String) throws {
        let hash = try #require(PasswordHash(text: text))
        #expect(hash.matches(password))
        #expect(!hash.matches(password + "x"))
        #expect(!hash.matches(""))
    }

    @Test func aNewHashMatchesItsPasswordAndHasItsOwnSalt() throws {
        let first = try #require(PasswordHash(password: "correct horse", cost: 4))
        let second = try #require(PasswordHash(password: "correct horse", cost: 4))
        #expect(first.text.hasPrefix("$2b$04$"))
        #expect(first != second)
        #expect(PasswordHash(text: first.text) == first)
        #expect(first.matches("correct horse"))
        #expect(!first.matches("Correct horse"))
    }

    @Test func aPasswordThatBcryptWouldCutIsRefused() throws {
        let longest = String(repeating: "a", count: 72)
        let hash = try #require(PasswordHash(password: longest, cost: 4))
        #expect(hash.matches(longest))
        #expect(!hash.matches(longest + "b"))
        #expect(PasswordHash(password: longest + "b", cost: 4) == nil)
        #expect(PasswordHash(password: "a\0b", cost: 4) == nil)
        #expect(PasswordHash(password: "", cost: 4) == nil)
        #expect(PasswordHash(password: "a", cost: 3) == nil)
        #expect(PasswordHash(password: "a", cost: 32) == nil)
    }

    @Test(arguments: [
        "", "$2b$", "$1$abc$def", "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2a$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe",
        "$2a$05$CCCCCCCCCCCCCCCCCCCCC:E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
    ])
    func otherTextsAreNoHashes(text: String) {
        #expect(PasswordHash(text: text) == nil)
    }
}
