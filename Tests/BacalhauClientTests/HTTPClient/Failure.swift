import BacalhauHTTPClient

/// The client's error of a call, or `nil` if it succeeds.
func failure<Value>(of call: @Sendable () async throws -> Value) async -> HTTPClientError? {
    do {
        _ = try await call()
        return nil
    } catch {
        return error as? HTTPClientError
    }
}
