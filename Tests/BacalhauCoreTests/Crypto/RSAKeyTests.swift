import BacalhauCrypto
import FoundationEssentials
import Glibc
import Testing

@Suite struct RSAKeyTests {
    @Test(arguments: [RSAVector.pkcs1, RSAVector.pkcs8])
    func knownKeyHasKnownFormsAndSignature(pem: String) throws {
        let key = try RSAKey(pem: pem.utf8)
        #expect(key.publicKey.derBase64 == RSAVector.publicKey)
        #expect(key.publicKey.clientID == RSAVector.clientID)
        #expect(hexadecimal(SHA256.hash(try key.sign("node-1".utf8))) == RSAVector.signatureDigest)
        #expect(String(decoding: try key.pem(), as: UTF8.self) == RSAVector.pkcs1 + "\n")
    }

    @Test func signatureIsBoundToKeyAndMessage() throws {
        let (key, other) = (try RSAKey.generate(), try RSAKey.generate())
        var signature = try key.sign("message".utf8)
        let publicKey = try RSAPublicKey(derBase64: key.publicKey.derBase64)
        #expect(publicKey == key.publicKey)
        #expect(publicKey.clientID == key.publicKey.clientID)
        #expect(publicKey.isValidSignature(signature, for: "message".utf8))
        #expect(!publicKey.isValidSignature(signature, for: "massage".utf8))
        #expect(!other.publicKey.isValidSignature(signature, for: "message".utf8))
        #expect(!publicKey.isValidSignature([], for: "message".utf8))
        signature[0] ^= 1
        #expect(!publicKey.isValidSignature(signature, for: "message".utf8))
    }

    @Test func emptyMessageCanBeSigned() throws {
        let key = try RSAKey(pem: RSAVector.pkcs1.utf8)
        #expect(key.publicKey.isValidSignature(try key.sign([]), for: []))
    }

    @Test func fileIsPrivateAndNeverReplaced() throws {
        let folder = ScratchFolder()
        let path = folder.at("user_id.pem")
        let key = try RSAKey.loadOrGenerate(path: path)
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(status.st_mode & 0o7777 == 0o600)
        #expect(try RSAKey.loadOrGenerate(path: path).publicKey == key.publicKey)
        #expect(throws: CryptoError.file(path: path, code: EEXIST)) { try RSAKey.generate().save(path: path) }
        #expect(try RSAKey(path: path).publicKey == key.publicKey)
    }

    @Test func missingFileIsAnError() {
        #expect(throws: CryptoError.file(path: "/nonexistent/key", code: ENOENT)) {
            try RSAKey(path: "/nonexistent/key")
        }
    }

    @Test(arguments: ["", "hello", RSAVector.encrypted])
    func textWithoutKeyIsMalformed(pem: String) {
        #expect(throws: CryptoError.malformedKey("no private key in PEM form without a passphrase")) {
            try RSAKey(pem: pem.utf8)
        }
    }

    @Test(arguments: [(RSAVector.elliptic, 256), (RSAVector.short, 1024)])
    func otherKeysAreUnsupported(pem: String, bits: Int) {
        #expect(throws: CryptoError.unsupportedKey("RSA with 2048 to 8192 bits is needed, not a key of \(bits) bits")) {
            try RSAKey(pem: pem.utf8)
        }
    }

    @Test(arguments: ["", "!", "AAAA", RSAVector.publicKey.dropLast(4) + "AAAAAAAA"])
    func malformedPublicKeyIsRefused(text: String) {
        #expect(throws: CryptoError.self) { try RSAPublicKey(derBase64: text) }
    }

    /// The client ID names the modulus, which is public: another exponent must not make another's key one's own.
    @Test(arguments: [[1], [3], [1, 0, 3]] as [[UInt8]])
    func aKeyWithAnotherExponentIsRefused(exponent: [UInt8]) throws {
        var der = try #require(Data(base64Encoded: RSAVector.publicKey)).map { $0 }
        #expect(der.suffix(5) == [2, 3, 1, 0, 1])
        der.removeLast(5)
        der += [2, UInt8(exponent.count)] + exponent
        // The length behind 30 82, which every key of 2048 bits has.
        der[3] -= UInt8(3 - exponent.count)
        #expect(throws: CryptoError.unsupportedKey("RSA with the public exponent 65537 is needed")) {
            try RSAPublicKey(derBase64: Data(der).base64EncodedString())
        }
    }
}
