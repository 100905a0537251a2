public import BacalhauModel

extension NodeState: WireEncodable, WireDecodable {
    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "NodeState", in: &context)
        let info: NodeInfo = reader.object("Info", in: &context) ?? NodeInfo(from: DocumentNode(.null), in: &context)
        self.init(
            info: info,
            membership: reader.string("Membership", in: &context).flatMap(Membership.init(rawValue:)) ?? .unknown,
            connection: reader.string("Connection", in: &context).flatMap(Connection.init(rawValue:)) ?? .disconnected)
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("Info", info)
        writer.member("Membership", membership.rawValue)
        writer.member("Connection", connection.rawValue)
        writer.endObject()
    }
}

extension NodeInfo: WireEncodable, WireDecodable {
    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "NodeInfo", in: &context)
        let type = reader.string("NodeType", in: &context) ?? ""
        self.init(
            nodeID: NodeID(rawValue: reader.string("NodeID", in: &context) ?? ""),
            nodeType: NodeType(rawValue: type) ?? .requester, labels: reader.stringMap("Labels", in: &context),
            compute: reader.object("ComputeNodeInfo", in: &context),
            version: reader.object("BacalhauVersion", in: &context)
                ?? BuildVersion(from: DocumentNode(.null), in: &context))
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("NodeID", nodeID.rawValue)
        writer.member("NodeType", nodeType.rawValue)
        writer.member("Labels", labels)
        if let compute { writer.member("ComputeNodeInfo", compute) }
        writer.member("BacalhauVersion", version)
        writer.endObject()
    }
}

extension ComputeNodeInfo: WireEncodable, WireDecodable {
    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "ComputeNodeInfo", in: &context)
        self.init(
            executionEngines: reader.strings("ExecutionEngines", in: &context),
            publishers: reader.strings("Publishers", in: &context),
            storageSources: reader.strings("StorageSources", in: &context),
            maxCapacity: reader.object("MaxCapacity", in: &context) ?? .zero,
            queueCapacity: reader.object("QueueCapacity", in: &context) ?? .zero,
            availableCapacity: reader.object("AvailableCapacity", in: &context) ?? .zero,
            maxJobRequirements: reader.object("MaxJobRequirements", in: &context) ?? .zero,
            runningExecutions: reader.integer("RunningExecutions", in: &context) ?? 0,
            enqueuedExecutions: reader.integer("EnqueuedExecutions", in: &context) ?? 0)
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("ExecutionEngines", executionEngines)
        writer.member("Publishers", publishers)
        writer.member("StorageSources", storageSources)
        writer.member("MaxCapacity", maxCapacity)
        writer.member("QueueCapacity", queueCapacity)
        writer.member("AvailableCapacity", availableCapacity)
        writer.member("MaxJobRequirements", maxJobRequirements)
        writer.member("RunningExecutions", runningExecutions)
        writer.member("EnqueuedExecutions", enqueuedExecutions)
        writer.endObject()
    }
}

extension BuildVersion: WireEncodable, WireDecodable {
    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "BuildVersion", in: &context)
        self.init(
            major: reader.string("Major", in: &context) ?? "", minor: reader.string("Minor", in: &context) ?? "",
            gitVersion: reader.string("GitVersion", in: &context) ?? "",
            gitCommit: reader.string("GitCommit", in: &context) ?? "",
            buildDate: reader.string("BuildDate", in: &context) ?? "", goos: reader.string("GOOS", in: &context) ?? "",
            goarch: reader.string("GOARCH", in: &context) ?? "")
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("Major", unlessEmpty: major)
        writer.member("Minor", unlessEmpty: minor)
        writer.member("GitVersion", gitVersion)
        writer.member("GitCommit", gitCommit)
        writer.member("BuildDate", buildDate)
        writer.member("GOOS", goos)
        writer.member("GOARCH", goarch)
        writer.endObject()
    }
}
