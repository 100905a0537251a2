import BacalhauCrypto
import BacalhauModel
import BacalhauSupport

/// The users of the API, found by what they show.
struct UserDirectory: Sendable {
    /// In the order they were given in.
    let all: [APIUser]
    /// By ``APIUser/name``.
    private let byName: [String: APIUser]
    /// By digest: a look-up by the key itself would tell by its time how much of a guess was right.
    private let byKey: [[UInt8]: APIUser]
    private let byClientID: [String: APIUser]
    private let byPasswordName: [String: APIUser]
    /// Those with a password, in an order that does not change by itself.
    let passwordUsers: [APIUser]

    /// Larger tables are a mistake.
    static let countMax = 10_000

    /// - Throws: `.configuration` with every problem of every user.
    init(_ users: [APIUser]) throws(BacalhauError) {
        var problems = users.enumerated().flatMap { index, user in
            UserDirectory.problems(of: user).map { "user \(index + 1)\(UserDirectory.suffix(user)): \($0)" }
        }
        if users.count > UserDirectory.countMax { problems.append("more than \(UserDirectory.countMax) users") }
        var (names, keys, clients, passwords) =
            ([String: APIUser](), [[UInt8]: APIUser](), [String: APIUser](), [String: APIUser]())
        for (index, user) in users.enumerated() {
            var isNew = names.updateValue(user, forKey: user.name) == nil
            switch user.credential {
            case .password(let name, _):
                isNew = passwords.updateValue(user, forKey: name.lowercased()) == nil && isNew
            case .apiKey(let key): isNew = keys.updateValue(user, forKey: UserDirectory.digest(key)) == nil && isNew
            case .clientID(let id): isNew = clients.updateValue(user, forKey: id.lowercased()) == nil && isNew
            }
            if !isNew { problems.append("user \(index + 1): another user has the same name or credential") }
        }
        guard problems.isEmpty else {
            throw BacalhauError(
                .configuration, problems.joined(separator: "\n"), hint: "Correct the users of the API.",
                component: "Authorizer")
        }
        (byName, byKey, byClientID, byPasswordName) = (names, keys, clients, passwords)
        all = users
        passwordUsers = passwords.values.sorted { $0.name < $1.name }
    }

    var isEmpty: Bool { byName.isEmpty }
    var hasPasswords: Bool { !byPasswordName.isEmpty }
    var hasKeys: Bool { !byKey.isEmpty }
    var hasClients: Bool { !byClientID.isEmpty }

    func user(named name: String) -> APIUser? { byName[name] }
    func user(withKey key: String) -> APIUser? { byKey[UserDirectory.digest(key)] }
    func user(withClientID id: String) -> APIUser? { byClientID[id.lowercased()] }
    func user(withPasswordOf name: String) -> APIUser? { byPasswordName[name.lowercased()] }

    private static func digest(_ key: String) -> [UInt8] { SHA256.hash(Array(key.utf8)) }

    private static func suffix(_ user: APIUser) -> String {
        user.alias.isEmpty ? "" : " (\(user.alias.excerpt()))"
    }

    private static func problems(of user: APIUser) -> [String] {
        var problems: [String] = []
        switch user.credential {
        case .password(let name, let secret):
            if !isName(name) {
                problems.append("a user name has 1 to 100 letters, digits, dots, underscores, hyphens or @")
            }
            if secret.hasPrefix("$2") {
                if PasswordHash(text: secret) == nil {
                    problems.append("the password begins like a bcrypt hash but is none")
                }
            } else if !(10...255).contains(secret.count) {
                problems.append("a password has 10 to 255 characters")
            }
        case .apiKey(let key):
            if !(20...255).contains(key.utf8.count) || !key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) {
                problems.append("an API key has 20 to 255 visible ASCII characters")
            }
        case .clientID(let id):
            if id.utf8.count != 64 || !id.allSatisfy(\.isHexDigit) {
                problems.append("a client ID has 64 hexadecimal digits")
            }
        }
        if user.actions.isEmpty { problems.append("may do nothing: give at least one action") }
        if user.alias.utf8.count > 200 || user.alias.unicodeScalars.contains(where: { $0.value < 0x20 }) {
            problems.append("an alias has at most 200 bytes, none of them a control character")
        }
        return problems
    }

    private static func isName(_ name: String) -> Bool {
        (1...100).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"),
                    UInt8(ascii: "@"):
                    true
                default: false
                }
            }
    }
}
