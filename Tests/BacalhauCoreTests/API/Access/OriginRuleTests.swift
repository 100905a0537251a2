import BacalhauHTTPClient
import BacalhauModel
import Testing

@testable import BacalhauCore

@Suite struct OriginRuleTests {
    private func admit(
        _ origin: String?, method: String = "PUT", host: String = "127.0.0.1:1234", allowed: [String] = []
    ) throws {
        var settings = AccessSettings()
        settings.allowedOrigins = allowed
        var headers: HTTPHeaders = ["Host": host]
        if let origin { headers["Origin"] = origin }
        try OriginRule(settings).admit(HTTPRequest(method: method, target: "/", headers: headers))
    }

    @Test(arguments: [
        "https://evil.example", "http://evil.example:1234", "null", "http://127.0.0.1.evil.example",
        "http://localhost.evil.example", "http://192.0.2.7:1234", "http://128.0.0.1", "http://[2001:db8::1]", "file://",
        "http://127.0.0.1@evil.example",
    ])
    func aPageOfAnotherSiteIsRefused(origin: String) {
        #expect(throws: BacalhauError.self) { try admit(origin) }
        #expect(throws: BacalhauError.self) { try admit(origin, method: "DELETE") }
        #expect(throws: BacalhauError.self) { try admit(origin, method: "POST", allowed: ["https://ui.example"]) }
        #expect(throws: Never.self) { try admit(origin, allowed: ["*"]) }
    }

    @Test(arguments: [
        nil, "http://localhost:8483", "http://ui.localhost", "http://127.0.0.1:3000", "https://127.8.9.1",
        "http://[::1]:80", "HTTP://LOCALHOST",
    ])
    func programsAndPagesOfThisMachineMay(origin: String?) {
        #expect(throws: Never.self) { try admit(origin) }
    }

    @Test func aPageOfTheNodeItselfMayUnlessItOnlyHasAName() {
        #expect(throws: Never.self) { try admit("http://192.0.2.7:80", host: "192.0.2.7:1234") }
        #expect(throws: Never.self) { try admit("http://[2001:db8::1]:80", host: "[2001:db8::1]:1234") }
        #expect(throws: BacalhauError.self) { try admit("http://evil.example:1234", host: "evil.example:1234") }
    }

    @Test func anAllowedSiteMay() {
        #expect(throws: Never.self) { try admit("https://UI.example:8443", allowed: ["https://ui.example:8443"]) }
        #expect(throws: BacalhauError.self) { try admit("https://ui.example", allowed: ["https://ui.example:8443"]) }
    }
}
