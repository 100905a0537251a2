public import BacalhauModel

extension SpecConfig: WireEncodable, WireDecodable {
    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "Spec", in: &context)
        self.init(type: reader.string("Type", in: &context) ?? "")
        guard let found = reader.node("Params") else { return }
        guard let members = found.value.object else {
            context.reportType("Params", found, expected: "object")
            return
        }
        params = members
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("Type", type)
        if !params.isEmpty {
            writer.name("Params")
            writer.value(.object(params))
        }
        writer.endObject()
    }
}

extension Constraint: WireEncodable, WireDecodable {
    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "Constraint", in: &context)
        self.init(
            key: reader.string("Key", in: &context) ?? "", operator: reader.string("Operator", in: &context) ?? "",
            values: reader.strings("Values", in: &context))
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("Key", key)
        writer.member("Operator", self.operator)
        writer.member("Values", unlessEmpty: values)
        writer.endObject()
    }
}

extension InputSource: WireEncodable, WireDecodable {
    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "InputSource", in: &context)
        self.init(
            source: reader.object("Source", in: &context), alias: reader.string("Alias", in: &context) ?? "",
            target: reader.string("Target", in: &context) ?? "")
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("Source", orNull: source)
        writer.member("Alias", alias)
        writer.member("Target", target)
        writer.endObject()
    }
}

extension ResultPath: WireEncodable, WireDecodable {
    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "ResultPath", in: &context)
        self.init(name: reader.string("Name", in: &context) ?? "", path: reader.string("Path", in: &context) ?? "")
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("Name", name)
        writer.member("Path", path)
        writer.endObject()
    }
}

extension NetworkConfig: WireEncodable, WireDecodable {
    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "Network", in: &context)
        self.init(domains: reader.strings("Domains", in: &context))
        if case .array(let ports)? = reader.node("Ports")?.content, !ports.isEmpty {
            context.report("ports of tasks are not offered; leave 'Ports' out", at: reader.node("Ports")?.position)
        }
        guard let text = reader.string("Type", in: &context) else { return }
        guard let known = NetworkType(text: text) else {
            context.report(
                "unknown network type \"\(text)\" (use None, Full or HTTP)", at: reader.node("Type")?.position)
            return
        }
        type = known
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("Type", type.rawValue)
        writer.member("Domains", unlessEmpty: domains)
        writer.endObject()
    }
}

extension Timeouts: WireEncodable, WireDecodable {
    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "Timeouts", in: &context)
        self.init(
            execution: reader.integer("ExecutionTimeout", in: &context) ?? 0,
            queue: reader.integer("QueueTimeout", in: &context) ?? 0,
            total: reader.integer("TotalTimeout", in: &context) ?? 0)
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("ExecutionTimeout", unlessZero: execution)
        writer.member("QueueTimeout", unlessZero: queue)
        writer.member("TotalTimeout", unlessZero: total)
        writer.endObject()
    }
}
