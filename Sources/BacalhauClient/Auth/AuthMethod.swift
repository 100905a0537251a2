/// One way to get a token.
public struct AuthMethod: Hashable, Sendable {
    /// The name in the server's address, in lower case.
    public var name: String
    /// What the server wants to see.
    public var kind: Kind

    /// What the server wants to see.
    public enum Kind: Hashable, Sendable {
        /// A signature of the phrase by the client's key.
        case challenge(phrase: [UInt8])
        /// Answers to questions, in order.
        case ask([Question])
        /// Something this client does not know.
        case other(type: String)
    }

    /// One question of an `ask` method.
    public struct Question: Hashable, Sendable {
        /// The question's name, under which the answer is sent; good enough to show to people.
        public var name: String
        /// The answer must not be shown while it is typed.
        public var isSecret: Bool

        /// Makes a question.
        public init(name: String, isSecret: Bool) {
            self.name = name
            self.isSecret = isSecret
        }
    }

    /// Describes a method.
    public init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }
}
