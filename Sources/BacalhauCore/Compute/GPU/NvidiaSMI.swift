import BacalhauModel

/// The tool of NVIDIA's driver.
enum NvidiaSMI {
    static let arguments = [
        "--query-gpu=index,gpu_name,memory.total,pci.bus_id", "--format=csv,noheader,nounits",
    ]

    /// Reads one line for each GPU: index, name, memory in MiB and PCI address, separated by commas.
    static func gpus(_ output: [UInt8]) throws(GPUToolError) -> [GPU] {
        var gpus: [GPU] = []
        for line in String(decoding: output, as: UTF8.self).split(whereSeparator: \.isNewline) {
            let text = String(line).trimmingBlanks()
            if text.isEmpty || text == "No devices were found" { continue }
            let fields = text.split(separator: ",", omittingEmptySubsequences: false).map {
                String($0).trimmingBlanks()
            }
            guard fields.count == 4, let index = UInt64(fields[0]) else { throw .unreadable(text.excerpt()) }
            // Memory that the driver does not know ("[N/A]") is no reason to do without the GPU.
            gpus.append(
                GPU(
                    index: index, name: fields[1], vendor: "NVIDIA", memoryMiB: UInt64(fields[2]) ?? 0,
                    pciAddress: fields[3]))
        }
        return gpus
    }
}
