public import BacalhauModel

extension Job: WireEncodable, WireDecodable {
    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "Job", in: &context)
        self.init()
        id = JobID(rawValue: reader.string("ID", in: &context) ?? "")
        name = reader.string("Name", in: &context) ?? ""
        namespace = reader.string("Namespace", in: &context) ?? ""
        type = reader.string("Type", in: &context) ?? ""
        priority = reader.integer("Priority", in: &context) ?? 0
        count = reader.integer("Count", in: &context) ?? 1
        constraints = reader.objects("Constraints", in: &context)
        meta = reader.stringMap("Meta", in: &context)
        labels = reader.stringMap("Labels", in: &context)
        tasks = reader.objects("Tasks", in: &context)
        retryPolicy = reader.object("RetryPolicy", in: &context)
        nodeLossPolicy = reader.string("NodeLossPolicy", in: &context) ?? ""
        state = reader.object("State", in: &context) ?? StateOf(.undefined)
        version = reader.integer("Version", in: &context) ?? 0
        revision = reader.integer("Revision", in: &context) ?? 0
        createTime = Timestamp(nanoseconds: reader.integer("CreateTime", in: &context) ?? 0)
        modifyTime = Timestamp(nanoseconds: reader.integer("ModifyTime", in: &context) ?? 0)
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("ID", id.rawValue)
        writer.member("Name", name)
        writer.member("Namespace", namespace)
        writer.member("Type", type)
        writer.member("Priority", priority)
        writer.member("Count", count)
        writer.member("Constraints", constraints)
        writer.member("Meta", meta)
        writer.member("Labels", labels)
        writer.member("Tasks", tasks)
        if let retryPolicy { writer.member("RetryPolicy", retryPolicy) }
        if !nodeLossPolicy.isEmpty { writer.member("NodeLossPolicy", nodeLossPolicy) }
        writer.member("State", state)
        writer.member("Version", version)
        writer.member("Revision", revision)
        writer.member("CreateTime", createTime.nanoseconds)
        writer.member("ModifyTime", modifyTime.nanoseconds)
        writer.endObject()
    }
}

extension Job.Task: WireEncodable, WireDecodable {
    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "Task", in: &context)
        self.init(
            name: reader.string("Name", in: &context) ?? "", engine: reader.object("Engine", in: &context),
            publisher: reader.object("Publisher", in: &context) ?? .empty, env: reader.stringMap("Env", in: &context),
            meta: reader.stringMap("Meta", in: &context), inputSources: reader.objects("InputSources", in: &context),
            resultPaths: reader.objects("ResultPaths", in: &context),
            resources: reader.object("Resources", in: &context) ?? ResourcesConfig(),
            network: reader.object("Network", in: &context) ?? NetworkConfig(),
            timeouts: reader.object("Timeouts", in: &context) ?? Timeouts())
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("Name", name)
        writer.member("Engine", orNull: engine)
        writer.member("Publisher", publisher)
        writer.member("Env", unlessEmpty: env)
        writer.member("Meta", unlessEmpty: meta)
        writer.member("InputSources", unlessEmpty: inputSources)
        writer.member("ResultPaths", unlessEmpty: resultPaths)
        writer.member("Resources", resources)
        writer.member("Network", network)
        writer.member("Timeouts", timeouts)
        writer.endObject()
    }
}

extension Job.RetryPolicy: WireEncodable, WireDecodable {
    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "RetryPolicy", in: &context)
        let standard = Job.RetryPolicy()
        self.init(
            retryCountMax: reader.integer("MaxRetries", in: &context) ?? standard.retryCountMax,
            backoffSeconds: reader.integer("Backoff", in: &context) ?? standard.backoffSeconds,
            backoffMaxSeconds: reader.integer("MaxBackoff", in: &context) ?? standard.backoffMaxSeconds)
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("MaxRetries", retryCountMax)
        writer.member("Backoff", backoffSeconds)
        writer.member("MaxBackoff", backoffMaxSeconds)
        writer.endObject()
    }
}
