import BacalhauSupport

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension AuthMethod {
    /// Reads one entry of the server's list.
    init(name: String, from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: name, in: &context)
        let type = reader.string("type", in: &context) ?? ""
        let params = ObjectReader(reader.node("params") ?? DocumentNode(.null), named: "params", in: &context)
        switch type.lowercased() {
        case "challenge":
            let phrase = Data(base64Encoded: params.string("InputPhrase", in: &context) ?? "")
            if phrase == nil { context.report("the phrase of the method \(name) is not Base64", at: node.position) }
            self.init(name: name, kind: .challenge(phrase: Array(phrase ?? Data())))
        case "ask":
            let properties = params.node("properties")
            let questions = params.strings("required", in: &context).map { name in
                let isSecret = properties?.member(name)?.member("writeOnly")?.value == .bool(true)
                return Question(name: name, isSecret: isSecret)
            }
            self.init(name: name, kind: .ask(questions))
        default: self.init(name: name, kind: .other(type: type))
        }
    }
}

/// The answer of `GET /api/v1/auth`.
struct AuthMethodList: WireDecodable {
    var methods: [AuthMethod]

    init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "ListMethods", in: &context)
        methods = []
        guard let found = reader.node("Methods") else { return }
        guard case .object(let members) = found.content else {
            context.reportType("Methods", found, expected: "object")
            return
        }
        for member in members {
            methods.append(AuthMethod(name: member.name, from: member.value, in: &context))
        }
        methods.sort { $0.name < $1.name }
    }
}
