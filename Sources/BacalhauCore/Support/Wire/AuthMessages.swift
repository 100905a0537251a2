public import BacalhauModel

/// What a way to get a token wants to see.
public struct AuthRequirement: WireEncodable, WireDecodable, Hashable, Sendable {
    /// `challenge` or `ask`.
    public var type: String
    /// The phrase to sign, or the schema of the questions.
    public var params: [String: JSONValue]

    /// Makes a requirement; what `params` must hold depends on `type` and is not checked.
    public init(type: String, params: [String: JSONValue]) {
        self.type = type
        self.params = params
    }

    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "Requirement", in: &context)
        type = reader.string("type", in: &context) ?? ""
        params = reader.value("params")?.object ?? [:]
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("type", type)
        writer.name("params")
        writer.value(.object(params))
        writer.endObject()
    }
}

/// The ways to get a token, by name.
public struct ListAuthMethodsResponse: WireEncodable, WireDecodable, Hashable, Sendable {
    /// What each wants, by the name that ends the path of the request for a token.
    public var methods: [String: AuthRequirement]

    /// Makes an answer; they are written in the order of their names.
    public init(methods: [String: AuthRequirement]) { self.methods = methods }

    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "ListAuthMethodsResponse", in: &context)
        methods = [:]
        guard case .object(let members)? = reader.node("Methods")?.content else { return }
        for member in members {
            methods[member.name] = context.within("Methods") { AuthRequirement(from: member.value, in: &$0) }
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("NextToken", "")
        writer.name("Methods")
        writer.beginObject()
        for (name, requirement) in methods.sorted(by: { JSONWriter.bytewise($0.key, $1.key) }) {
            writer.name(escaping: name)
            requirement.write(to: &writer)
        }
        writer.endObject()
        writer.endObject()
    }
}

/// Asks for a token.
public struct AuthRequest: WireEncodable, WireDecodable, Hashable, Sendable {
    /// The method; servers go by the path.
    public var name: String
    /// Base64 of a JSON object of the form that the method's type wants.
    public var methodData: String

    /// Makes a request; `methodData` is base64 already.
    public init(name: String, methodData: String) {
        self.name = name
        self.methodData = methodData
    }

    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "AuthRequest", in: &context)
        name = reader.string("Name", in: &context) ?? ""
        methodData = reader.string("MethodData", in: &context) ?? ""
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("Name", name)
        writer.member("MethodData", methodData)
        writer.endObject()
    }
}

/// A token, or why there is none.
public struct AuthResponse: WireEncodable, WireDecodable, Hashable, Sendable {
    /// Whether there is a token.
    public var isSuccess: Bool
    /// Empty unless successful.
    public var token: String
    /// Empty when successful.
    public var reason: String

    /// Makes an answer; give it a token or a reason, as it was successful or not.
    public init(isSuccess: Bool, token: String = "", reason: String = "") {
        self.isSuccess = isSuccess
        self.token = token
        self.reason = reason
    }

    public init(from node: DocumentNode, in context: inout WireContext) {
        let outer = ObjectReader(node, named: "AuthResponse", in: &context)
        let inner = outer.node("Authentication") ?? DocumentNode(.null)
        let reader = ObjectReader(inner, named: "Authentication", in: &context)
        isSuccess = reader.bool("success", in: &context) ?? false
        token = reader.string("token", in: &context) ?? ""
        reason = reader.string("reason", in: &context) ?? ""
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.name("Authentication")
        writer.beginObject()
        writer.member("success", isSuccess)
        writer.member("token", unlessEmpty: token)
        writer.member("reason", unlessEmpty: reason)
        writer.endObject()
        writer.endObject()
    }
}
