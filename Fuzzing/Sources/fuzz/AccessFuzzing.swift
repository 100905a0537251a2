import BacalhauModel
import BacalhauSupport

@testable import BacalhauCore

/// What a stranger shows to be let in, and the file that says who may.
enum AccessFuzzing {
    private static let tokens = AccessTokens(
        secret: (0..<32).map { _ in UInt8.random(in: .min ... .max) }, nodeID: NodeID(rawValue: "n-1"),
        lifetime: .seconds(3600))
    private static let origins = OriginRule(AccessSettings())

    /// The first line of the input is a header, the rest the file.
    static func run(_ bytes: [UInt8]) {
        let parts = bytes.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
        let header = String(decoding: parts.first ?? [], as: UTF8.self)
        FuzzTarget.claim(tokens.claim(of: header, at: .zero) == nil, "nobody makes a token without the secret")
        if let (name, _) = Authorizer.basic(header) {
            FuzzTarget.claim(!name.contains(":"), "a name has no colon")
        }
        if let request = try? HTTPRequest(method: "PUT", target: "/", headers: ["Origin": header, "Host": header]) {
            _ = try? origins.admit(request)
        }
        guard let settings = try? AccessFile.parse(Array(parts.dropFirst().first ?? []), named: "users") else { return }
        FuzzTarget.claim(!settings.users.isEmpty, "a file without users is refused")
        _ = try? UserDirectory(settings.users)
    }
}
