import BacalhauModel
import BacalhauSupport
import Glibc

/// Reads the users of the API from a file (YAML or JSON) in the form of v1.9's configuration:
///
///     API:
///       Auth:
///         Users:
///           - Alias: Operators
///             Username: admin
///             Password: $2b$12$…
///             Capabilities:
///               - Actions: ["*"]
///
/// `APIKey`, or `ClientID` (ours), stand instead of name and password. `TokenLifetime` beside `Users` (ours) says how
/// long a login lasts. The outer two levels may be left out.
public enum AccessFile {
    /// Larger files are a mistake.
    static let bytesMax = 4 << 20

    /// Reads a file.
    ///
    /// - Throws: `.configuration` when it cannot be read, when everybody on the machine can read it, and with every
    ///   problem of its content and its place.
    public static func read(_ path: String) throws(BacalhauError) -> AccessSettings {
        let settings = try parse(try contents(path), named: path)
        _ = try UserDirectory(settings.users)
        return settings
    }

    static func parse(_ bytes: [UInt8], named path: String) throws(BacalhauError) -> AccessSettings {
        do {
            let document = try parse(bytes)
            var context = WireContext(root: "Auth")
            reportDoubled(in: document, &context)
            let content = Content(from: try section(document), in: &context)
            try context.check()
            guard !content.settings.users.isEmpty else {
                throw DocumentError("there are no users: an API that asks for credentials needs one")
            }
            return content.settings
        } catch {
            throw failure("\(path): \(error)", "Correct the file of the API's users.")
        }
    }

    /// The parser quotes what it cannot read, and here that may be a secret without its quotation marks. Its words without
    /// quotes and the place have to do.
    private static func parse(_ bytes: [UInt8]) throws(DocumentError) -> DocumentNode {
        do throws(DocumentError) { return try YAMLParser.parse(bytes) } catch {
            throw DocumentError(
                issues: error.issues.map { DocumentIssue(message: $0.message.withoutQuoted, position: $0.position) })
        }
    }

    /// Elsewhere the last of several members of one name counts. Here it would hide users, or rights, without a word.
    private static func reportDoubled(in node: DocumentNode, _ context: inout WireContext) {
        switch node.content {
        case .array(let nodes): for node in nodes { reportDoubled(in: node, &context) }
        case .object(let members):
            var seen: Set<String> = []
            for member in members {
                if !seen.insert(member.name.lowercased()).inserted {
                    context.report("'\(member.name.nameOnly)' stands here twice", at: member.position)
                }
                reportDoubled(in: member.value, &context)
            }
        default: break
        }
    }

    /// What stands under `API.Auth`, or the whole document when it has no `API`.
    private static func section(_ document: DocumentNode) throws(DocumentError) -> DocumentNode {
        guard case .object(let members) = document.content else {
            throw DocumentError("the file holds keys and values at its top", at: document.position)
        }
        guard let api = document.member("API") else { return document }
        if let other = members.first(where: { !$0.name.equalsIgnoringASCIICase("API") }) {
            throw DocumentError("unknown field: '\(other.name.nameOnly)' beside 'API'", at: other.position)
        }
        guard let auth = api.member("Auth") else {
            throw DocumentError("'API' has no 'Auth'", at: api.position)
        }
        return auth
    }

    private static func contents(_ path: String) throws(BacalhauError) -> [UInt8] {
        // Without waiting: a pipe of that name would hold up everything that comes after.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure("\(path): \(String(cString: strerror(errno)))", "") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw failure("\(path) is not a file", "")
        }
        guard status.st_mode & 0o007 == 0 else {
            throw failure(
                "\(path) holds credentials, and everybody on this machine may use it", "Try chmod 600 \(path).")
        }
        guard status.st_size <= bytesMax else { throw failure("\(path) is larger than \(bytesMax) bytes", "") }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count == bytes.count else { throw failure("\(path) cannot be read as a whole", "Try again.") }
        return bytes
    }

    private static func failure(_ message: String, _ hint: String) -> BacalhauError {
        BacalhauError(.configuration, message, hint: hint, component: "Authorizer")
    }

    private struct Content: WireDecodable {
        var settings = AccessSettings()

        init(from node: DocumentNode, in context: inout WireContext) {
            let reader = ObjectReader(node, named: "Auth", in: &context)
            reader.allow(["Users", "TokenLifetime"], in: "Auth", &context)
            let users: [User] = reader.objects("Users", in: &context)
            settings.users = users.compactMap(\.user)
            if let text = reader.string("TokenLifetime", in: &context) {
                if let lifetime = DurationText.duration(text) {
                    settings.tokenLifetime = lifetime
                } else {
                    context.report(
                        "'TokenLifetime' is no length of time such as 720h", at: reader.node("TokenLifetime")?.position)
                }
            }
        }
    }

    private struct User: WireDecodable {
        /// `nil` when there is a problem.
        let user: APIUser?

        init(from node: DocumentNode, in context: inout WireContext) {
            let reader = ObjectReader(node, named: "User", in: &context)
            reader.allow(
                ["Alias", "Username", "Password", "APIKey", "ClientID", "Capabilities"], in: "Users", &context)
            let credentials = User.credentials(reader, &context)
            let capabilities: [Capability] = reader.objects("Capabilities", in: &context)
            guard credentials.count == 1, let credential = credentials.first else {
                context.report(
                    "a user has either Username and Password, or APIKey, or ClientID", at: node.position)
                user = nil
                return
            }
            user = APIUser(
                alias: reader.string("Alias", in: &context) ?? "", credential: credential,
                actions: capabilities.flatMap(\.actions))
        }

        private static func credentials(
            _ reader: ObjectReader, _ context: inout WireContext
        ) -> [APIUser.Credential] {
            var found: [APIUser.Credential] = []
            let name = reader.string("Username", in: &context)
            let password = reader.string("Password", in: &context)
            if name != nil || password != nil {
                found.append(.password(name: name ?? "", secret: password ?? ""))
            }
            if let key = reader.string("APIKey", in: &context) { found.append(.apiKey(key)) }
            if let id = reader.string("ClientID", in: &context) { found.append(.clientID(id)) }
            return found
        }
    }

    private struct Capability: WireDecodable {
        let actions: [AccessAction]

        init(from node: DocumentNode, in context: inout WireContext) {
            let reader = ObjectReader(node, named: "Capability", in: &context)
            reader.allow(["Actions"], in: "Capabilities", &context)
            var actions: [AccessAction] = []
            for text in reader.strings("Actions", in: &context) {
                guard let action = AccessAction(text: text) else {
                    context.report(
                        "unknown action '\(text.nameOnly)': write read or write, a colon, and job, node or agent; * for all",
                        at: reader.node("Actions")?.position)
                    continue
                }
                actions.append(action)
            }
            self.actions = actions
        }
    }
}

extension ObjectReader {
    /// Reports members of other names.
    fileprivate func allow(_ allowed: [String], in place: String, _ context: inout WireContext) {
        for (name, position) in names where !allowed.contains(where: { $0.equalsIgnoringASCIICase(name) }) {
            context.report("unknown field: '\(name.nameOnly)' in '\(place)'", at: position)
        }
    }
}

extension String {
    /// The text when it looks like the name of a field or an action, else dots: in a file of secrets a slip of the
    /// indentation makes a name of one.
    fileprivate var nameOnly: String {
        let isName = utf8.count <= 16 && allSatisfy { $0.isASCII && ($0.isLetter || $0 == ":" || $0 == "*") }
        return isName ? self : "…"
    }

    /// The text with dots for all that stands between its first and its last quotation mark.
    fileprivate var withoutQuoted: String {
        guard let first = firstIndex(where: { $0 == "'" || $0 == "\"" }),
            let last = lastIndex(where: { $0 == "'" || $0 == "\"" }), first < last
        else { return self }
        return self[...first] + "…" + self[last...]
    }
}
