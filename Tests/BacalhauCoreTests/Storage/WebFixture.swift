import BacalhauCore

/// A web server on a free port of the loopback interface.
struct WebFixture: Sendable {
    private let handler: @Sendable (HTTPRequest) async -> HTTPResponse

    init(_ handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse) { self.handler = handler }

    /// Serves while `body` runs.
    @discardableResult
    func run<Value: Sendable>(
        _ body: @escaping @Sendable (_ baseURL: String) async throws -> Value
    ) async throws -> Value {
        var settings = HTTPServerConfiguration(host: "127.0.0.1", port: 0)
        settings.stopGrace = .milliseconds(1)
        let server = HTTPServer(configuration: settings)
        let port = try server.start()
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                try await server.run(handler: handler)
                return nil
            }
            group.addTask { try await body("http://127.0.0.1:\(port)") }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }
}

extension HTTPResponse {
    static func text(_ text: String, _ headers: [(String, String)] = []) -> HTTPResponse {
        HTTPResponse(status: 200, headers: headers, body: .bytes(Array(text.utf8)))
    }

    static func redirect(to place: String) -> HTTPResponse {
        HTTPResponse(status: 302, headers: [("Location", place)])
    }
}
