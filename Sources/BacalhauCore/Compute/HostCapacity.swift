public import BacalhauModel
import Glibc

/// What this machine has.
enum HostCapacity {
    /// What a node offers unless it is told otherwise: all processors and GPUs, four fifths of the memory and of the
    /// free disk space around `directory`.
    static func measure(directory: String, gpus: [GPU] = []) -> Resources {
        var resources = physical(directory: directory, gpus: gpus)
        resources.memoryBytes = resources.memoryBytes / 5 * 4
        resources.diskBytes = freeBytes(directory) / 5 * 4
        return resources
    }

    /// All there is, with the whole file system around `directory`.
    static func physical(directory: String, gpus: [GPU]) -> Resources {
        let processors = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        let memory = UInt64(max(0, sysconf(Int32(_SC_PHYS_PAGES)))) * UInt64(max(0, sysconf(Int32(_SC_PAGESIZE))))
        return Resources(
            cpuMillicores: Int64(processors) * 1000, memoryBytes: memory, diskBytes: totalBytes(directory),
            gpuCount: UInt64(gpus.count), gpus: gpus)
    }

    /// How much of the file system around `path` is free for ordinary users.
    static func freeBytes(_ path: String) -> UInt64 {
        var statistics = statvfs()
        guard statvfs(path, &statistics) == 0 else { return 0 }
        return UInt64(statistics.f_bavail) * UInt64(statistics.f_frsize)
    }

    /// How large the file system around `path` is.
    static func totalBytes(_ path: String) -> UInt64 {
        var statistics = statvfs()
        guard statvfs(path, &statistics) == 0 else { return 0 }
        return UInt64(statistics.f_blocks) * UInt64(statistics.f_frsize)
    }
}

extension Resources {
    /// What this machine offers: all processors, four fifths of memory and of the free space around `directory`.
    public static func measured(in directory: String) -> Resources { HostCapacity.measure(directory: directory) }
}
