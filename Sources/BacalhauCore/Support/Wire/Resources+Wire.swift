public import BacalhauModel

extension ResourcesConfig: WireEncodable, WireDecodable {
    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "Resources", in: &context)
        self.init(
            cpu: reader.string("CPU", in: &context) ?? "", memory: reader.string("Memory", in: &context) ?? "",
            disk: reader.string("Disk", in: &context) ?? "", gpu: reader.string("GPU", in: &context) ?? "")
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("CPU", unlessEmpty: cpu)
        writer.member("Memory", unlessEmpty: memory)
        writer.member("Disk", unlessEmpty: disk)
        writer.member("GPU", unlessEmpty: gpu)
        writer.endObject()
    }
}

extension Resources: WireEncodable, WireDecodable {
    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "Resources", in: &context)
        let cores = reader.double("CPU", in: &context) ?? 0
        self.init(
            cpuMillicores: Int64((min(max(cores, 0), 1e12) * 1000).rounded()),
            memoryBytes: reader.integer("Memory", in: &context) ?? 0,
            diskBytes: reader.integer("Disk", in: &context) ?? 0, gpuCount: reader.integer("GPU", in: &context) ?? 0,
            gpus: reader.objects("GPUs", in: &context))
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        if cpuMillicores != 0 {
            writer.name("CPU")
            writer.double(Double(cpuMillicores) / 1000)
        }
        writer.member("Memory", unlessZero: memoryBytes)
        writer.member("Disk", unlessZero: diskBytes)
        writer.member("GPU", unlessZero: gpuCount)
        writer.member("GPUs", unlessEmpty: gpus)
        writer.endObject()
    }
}

extension GPU: WireEncodable, WireDecodable {
    public init(from node: DocumentNode, in context: inout WireContext) {
        let reader = ObjectReader(node, named: "GPU", in: &context)
        self.init(
            index: reader.integer("Index", in: &context) ?? 0, name: reader.string("Name", in: &context) ?? "",
            vendor: reader.string("Vendor", in: &context) ?? "", memoryMiB: reader.integer("Memory", in: &context) ?? 0,
            pciAddress: reader.string("PCIAddress", in: &context) ?? "")
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("Index", index)
        writer.member("Name", name)
        writer.member("Vendor", vendor)
        writer.member("Memory", memoryMiB)
        writer.member("PCIAddress", pciAddress)
        writer.endObject()
    }
}
