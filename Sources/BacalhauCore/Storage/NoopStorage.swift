public import BacalhauModel

/// Brings nothing: the input is an empty folder. For tests and measurements.
public struct NoopStorage: StorageProvider {
    /// `noop` alone.
    public let sourceTypes = ["noop"]
    /// `true`: there is nothing to fetch.
    public let servesLocalData = true

    /// Makes a provider; there is nothing to configure.
    public init() {}

    /// Always available.
    public func availability() async -> Availability { .available }

    /// Takes any parameters.
    ///
    /// - Returns: 0.
    public func check(_ source: Source) async throws(StorageError) -> UInt64 { 0 }

    /// Gives out the empty folder itself.
    ///
    /// - Throws: `.cancelled` only.
    public func prepare(
        _ input: InputSource, in directory: String, bytesMax: UInt64
    ) async throws(StorageError) -> PreparedInput {
        if Task.isCancelled { throw .cancelled }
        return PreparedInput(source: input, hostPath: directory, target: input.target, isDirectory: true)
    }

    /// Nothing to do: the folder is the caller's.
    public func cleanUp(_ input: PreparedInput) async {}
}
