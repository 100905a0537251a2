import BacalhauModel

/// Sends the API's requests: addresses, headers, repeats and errors.
final class APIConnection: Sendable {
    let endpoint: String
    let options: BacalhauClientOptions

    init(endpoint: String, options: BacalhauClientOptions) {
        self.endpoint = endpoint
        self.options = options
    }

    func close() {}
}
