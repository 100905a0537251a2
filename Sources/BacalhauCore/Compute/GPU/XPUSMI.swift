import BacalhauModel
import BacalhauSupport

/// The tool of Intel's driver.
enum XPUSMI {
    static let listArguments = ["discovery", "--json"]

    static func arguments(for device: UInt64) -> [String] { ["discovery", "--device", String(device), "--json"] }

    /// Reads the numbers of the devices that are GPUs.
    static func devices(_ output: [UInt8]) throws(GPUToolError) -> [UInt64] {
        let document = try GPUDocument.parse(output)
        guard case .array(let devices) = document.member("device_list")?.content else {
            throw .unreadable("no device_list")
        }
        return devices.compactMap { device in
            let kind = GPUDocument.text(device.member("device_type"))
            return kind.isEmpty || kind == "GPU" ? GPUDocument.number(device.member("device_id")) : nil
        }
    }

    /// Reads the properties of one device.
    static func gpu(_ output: [UInt8]) throws(GPUToolError) -> GPU {
        let device = try GPUDocument.parse(output)
        guard let index = GPUDocument.number(device.member("device_id")) else { throw .unreadable("no device_id") }
        return GPU(
            index: index, name: GPUDocument.text(device.member("device_name")), vendor: "Intel",
            memoryMiB: (GPUDocument.number(device.member("memory_physical_size_byte")) ?? 0) >> 20,
            pciAddress: GPUDocument.text(device.member("pci_bdf_address")))
    }
}
