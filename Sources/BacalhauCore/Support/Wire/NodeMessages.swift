public import BacalhauModel

/// Asks to admit, refuse or forget a node.
public struct PutNodeRequest: WireEncodable, WireDecodable, Hashable, Sendable {
    /// `approve`, `reject` or `delete`, in lower case.
    public var action: String
    /// Why, for the log.
    public var message: String
    /// Repeats the path, which alone counts.
    public var nodeID: String

    /// Makes a request; an unknown action is refused by the server, not here.
    public init(action: String, message: String, nodeID: String) {
        self.action = action
        self.message = message
        self.nodeID = nodeID
    }

    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "PutNodeRequest", in: &context)
        action = reader.string("Action", in: &context) ?? ""
        message = reader.string("Message", in: &context) ?? ""
        nodeID = reader.string("NodeID", in: &context) ?? ""
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("Action", action)
        writer.member("Message", message)
        writer.member("NodeID", nodeID)
        writer.endObject()
    }
}

/// Says whether it was done.
public struct PutNodeResponse: WireEncodable, WireDecodable, Hashable, Sendable {
    /// Whether it was done.
    public var isSuccess: Bool
    /// Why it was not done; empty when it was.
    public var problem: String

    /// Makes an answer: a success, unless there is a problem.
    public init(problem: String = "") {
        isSuccess = problem.isEmpty
        self.problem = problem
    }

    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "PutNodeResponse", in: &context)
        isSuccess = reader.bool("Success", in: &context) ?? false
        problem = reader.string("Error", in: &context) ?? ""
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("Success", isSuccess)
        writer.member("Error", problem)
        writer.endObject()
    }
}

/// One node.
public struct GetNodeResponse: WireEncodable, WireDecodable, Hashable, Sendable {
    /// `nil` only in answers that are wrong.
    public var node: NodeState?

    /// Makes an answer.
    public init(node: NodeState) { self.node = node }

    public init(from node: DocumentNode, in context: inout WireContext) {
        self.node = ObjectReader(node, named: "GetNodeResponse", in: &context).object("Node", in: &context)
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("Node", orNull: node)
        writer.endObject()
    }
}
