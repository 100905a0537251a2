public import BacalhauModel

/// Brings nothing: the input is an empty folder. For tests and measurements.
public struct NoopStorage: StorageProvider {
    public let sourceTypes = ["noop"]
    public let servesLocalData = true

    public init() {}

    public func availability() async -> Availability { .available }

    /// Takes any parameters.
    ///
    /// - Returns: 0.
    public func check(_ source: Source) async throws(StorageError) -> UInt64 { 0 }

    public func prepare(
        _ input: InputSource, in directory: String, bytesMax: UInt64
    ) async throws(StorageError) -> PreparedInput {
        if Task.isCancelled { throw .cancelled }
        return PreparedInput(source: input, hostPath: directory, target: input.target, isDirectory: true)
    }

    public func cleanUp(_ input: PreparedInput) async {}
}
