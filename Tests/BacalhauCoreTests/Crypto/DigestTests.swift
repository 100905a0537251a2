import BacalhauCrypto
import Testing

@Suite struct DigestTests {
    /// FIPS 180-4 examples.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func sha256MatchesTheStandard(message: String, expected: String) {
        #expect(SHA256.hexDigest(of: message.utf8) == expected)
        #expect(hexadecimal(SHA256.hash(Array(message.utf8))) == expected)
    }

    @Test func piecesGiveTheDigestOfTheWhole() {
        let message: [UInt8] = (0..<10_000).map { UInt8(truncatingIfNeeded: $0) }
        var digest = SHA256()
        digest.update(message[..<1])
        digest.update([])
        digest.update(message[1..<5000])
        digest.update(AnySequence(message[5000...]))
        #expect(digest.finalize() == SHA256.hash(message))
    }

    @Test func copyGoesOnByItself() {
        var first = SHA256()
        first.update("a".utf8)
        var second = first
        second.update("bc".utf8)
        #expect(first.finalize() == SHA256.hash("a".utf8))
        #expect(second.finalize() == SHA256.hash("abc".utf8))
        first.update("bc".utf8)
        #expect(first.hexDigest() == second.hexDigest())
    }

    @Test func sha1MatchesTheStandard() {
        #expect(hexadecimal(SHA1.hash("abc".utf8)) == "a9993e364706816aba3e25717850c26c9cd0d89d")
    }

    /// RFC 4231, cases 1, 2 and 6.
    @Test func hmacMatchesTheStandard() {
        let first = HMACSHA256.authenticate("Hi There".utf8, key: Array(repeating: 0x0b, count: 20))
        #expect(hexadecimal(first) == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        let second = HMACSHA256.authenticate("what do ya want for nothing?".utf8, key: "Jefe".utf8)
        #expect(hexadecimal(second) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        let long = HMACSHA256.authenticate(
            "Test Using Larger Than Block-Size Key - Hash Key First".utf8, key: Array(repeating: 0xaa, count: 131))
        #expect(hexadecimal(long) == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }

    @Test func hmacTakesEmptyKeyAndMessage() {
        let code = HMACSHA256.authenticate([], key: [])
        #expect(hexadecimal(code) == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    }

    @Test func randomBytesHaveTheLengthAndDiffer() {
        #expect(randomBytes(0) == [])
        #expect(randomBytes(-1) == [])
        #expect(randomBytes(33).count == 33)
        #expect(randomBytes(32) != randomBytes(32))
    }

    @Test func comparisonInConstantTimeIsRight() {
        #expect(constantTimeEqual([1, 2, 3], [1, 2, 3]))
        #expect(!constantTimeEqual([1, 2, 3], [1, 2, 4]))
        #expect(!constantTimeEqual([1, 2, 3], [1, 2]))
        #expect(constantTimeEqual([], []))
    }
}
