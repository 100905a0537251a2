import BacalhauCrypto
import BacalhauFiles
import Glibc
import Testing

@testable import BacalhauCore

@Suite struct SecretFileTests {
    private let folder = ScratchFolder()

    @Test func aSecretIsMadeOnceAndIsItsOwnersOnly() throws {
        let path = folder.at("secret")
        let made = try SecretFile.loadOrCreate(path: path)
        #expect(made.count == 32)
        #expect(try SecretFile.loadOrCreate(path: path) == made)
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
    }

    @Test func aFileOfAnotherLengthIsNotTaken() throws {
        let path = folder.at("secret")
        try AtomicFile.write([1, 2, 3], to: path)
        #expect(throws: CryptoError.malformedKey("\(path) has 3 bytes instead of 32")) {
            try SecretFile.loadOrCreate(path: path)
        }
    }
}
