/// What a user of the API may do, as v1.9's configuration writes it: `read:job`, `write:*`, `*`.
public struct AccessAction: Hashable, Sendable, CustomStringConvertible {
    /// Whether a call looks or changes.
    public enum Verb: String, Hashable, Sendable, CaseIterable {
        /// `GET` and the calls that change nothing.
        case read
        /// All other methods.
        case write
    }

    /// What a call is about.
    public enum Resource: String, Hashable, Sendable, CaseIterable {
        /// Jobs, their executions, logs and results.
        case job
        /// The cluster's nodes.
        case node
        /// The node that answers.
        case agent
    }

    /// `nil` for both.
    public let verb: Verb?
    /// `nil` for all.
    public let resource: Resource?

    /// Names an action; `nil` stands for all verbs or resources.
    public init(_ verb: Verb?, _ resource: Resource?) {
        self.verb = verb
        self.resource = resource
    }

    /// Reads `read:job`, `read:*`, `*:job` or `*`; `nil` for anything else.
    public init?(text: String) {
        if text == "*" {
            self.init(nil, nil)
            return
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { return nil }
        let (verb, resource) = (Verb(rawValue: parts[0]), Resource(rawValue: parts[1]))
        guard verb != nil || parts[0] == "*", resource != nil || parts[1] == "*" else { return nil }
        self.init(verb, resource)
    }

    /// Whether whoever may do this may do `other`, too.
    public func covers(_ other: AccessAction) -> Bool {
        (verb == nil || verb == other.verb) && (resource == nil || resource == other.resource)
    }

    /// As in the configuration.
    public var description: String {
        verb == nil && resource == nil ? "*" : "\(verb?.rawValue ?? "*"):\(resource?.rawValue ?? "*")"
    }
}
