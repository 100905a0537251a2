/// Random bytes that a program makes once and keeps in a file of mode 0600.
public enum SecretFile {
    /// How many bytes: as many as the codes made with them have.
    public static let byteCount = SHA256.byteCount

    /// Reads the bytes, or makes them and their file if there is none. Processes that do so at the same time agree.
    ///
    /// - Throws: `.file` when it cannot be read or made, `.malformedKey` when it is not of that length.
    public static func loadOrCreate(path: String) throws(CryptoError) -> [UInt8] {
        do throws(CryptoError) {
            return try load(path)
        } catch {
            guard isMissing(error) else { throw error }
        }
        let secret = randomBytes(byteCount)
        do throws(CryptoError) {
            try KeyFile.create(path, secret)
            return secret
        } catch {
            guard isPresent(error) else { throw error }
            return try load(path)
        }
    }

    private static func load(_ path: String) throws(CryptoError) -> [UInt8] {
        let secret = try KeyFile.read(path)
        guard secret.count == byteCount else {
            throw .malformedKey("\(path) has \(secret.count) bytes instead of \(byteCount)")
        }
        return secret
    }
}
