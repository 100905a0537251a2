internal import BacalhauModel
internal import Glibc

/// Turns the GPUs that an execution was given into the engine's words.
struct GPUDevices: Sendable {
    /// Follows a symbolic link to the device node, or answers `nil`.
    var resolve: @Sendable (String) -> String? = { path in
        guard let target = realpath(path, nil) else { return nil }
        defer { free(target) }
        return String(cString: target)
    }

    /// Members of the host configuration; none when no GPU is asked for.
    /// - Throws: `.rejected` for a vendor that containers cannot be given, or a device that is not there.
    func hostConfiguration(for resources: Resources) throws(ExecutorError) -> [String: JSONValue] {
        guard resources.gpuCount > 0 || !resources.gpus.isEmpty else { return [:] }
        guard !resources.gpus.isEmpty else {
            return ["DeviceRequests": [Self.nvidiaRequest(["Count": .integer(Int64(clamping: resources.gpuCount))])]]
        }
        var nvidia: [String] = []
        var paths: [String] = []
        for gpu in resources.gpus {
            switch gpu.vendor {
            case "NVIDIA": nvidia.append(String(gpu.index))
            case "AMD/ATI": paths += ["/dev/kfd"] + (try renderNodes(gpu))
            case "Intel": paths += try renderNodes(gpu)
            default:
                throw .rejected(
                    reason: "containers cannot be given GPUs of vendor \(gpu.vendor.debugDescription)",
                    hint: "GPUs of NVIDIA, AMD/ATI and Intel can be used")
            }
        }
        var members: [String: JSONValue] = [:]
        if !nvidia.isEmpty { members["DeviceRequests"] = [Self.nvidiaRequest(["DeviceIDs": .strings(nvidia)])] }
        if !paths.isEmpty { members["Devices"] = .array(Set(paths).sorted().map(Self.device)) }
        return members
    }

    /// The card and the render node of a GPU.
    private func renderNodes(_ gpu: GPU) throws(ExecutorError) -> [String] {
        var paths: [String] = []
        for role in ["card", "render"] {
            let link = "/dev/dri/by-path/pci-\(gpu.pciAddress.lowercased())-\(role)"
            guard let path = resolve(link) else {
                throw .rejected(
                    reason: "the device \(link) of GPU \(gpu.index) is missing", hint: "check the GPU's driver")
            }
            paths.append(path)
        }
        return paths
    }

    private static func nvidiaRequest(_ which: [String: JSONValue]) -> JSONValue {
        .object(which.merging(["Capabilities": [["gpu"]]]) { old, _ in old })
    }

    private static func device(_ path: String) -> JSONValue {
        ["PathOnHost": .string(path), "PathInContainer": .string(path), "CgroupPermissions": "rwm"]
    }
}
