import BacalhauModel

/// Amounts of what executions take, in the form that placement computes with. May be negative while a node shrinks.
struct Room: Hashable, Sendable {
    var cpu: Int64
    var memory: Int64
    var disk: Int64
    var gpus: Int64

    static let zero = Room(cpu: 0, memory: 0, disk: 0, gpus: 0)
    /// Less than anything asks for, even for nothing.
    static let none = Room(cpu: -1, memory: -1, disk: -1, gpus: -1)

    func covers(_ demand: Room) -> Bool {
        cpu >= demand.cpu && memory >= demand.memory && disk >= demand.disk && gpus >= demand.gpus
    }

    static func += (left: inout Room, right: Room) {
        left.cpu += right.cpu
        left.memory += right.memory
        left.disk += right.disk
        left.gpus += right.gpus
    }

    static func -= (left: inout Room, right: Room) {
        left.cpu -= right.cpu
        left.memory -= right.memory
        left.disk -= right.disk
        left.gpus -= right.gpus
    }

    static func - (left: Room, right: Room) -> Room {
        var result = left
        result -= right
        return result
    }

    /// The lesser of both in every dimension.
    func limited(to other: Room) -> Room {
        Room(
            cpu: min(cpu, other.cpu), memory: min(memory, other.memory), disk: min(disk, other.disk),
            gpus: min(gpus, other.gpus))
    }

    /// How full `capacity` is when this is left of it: the fullest of processor, memory and GPUs, from 0 to 1.
    func load(of capacity: Room) -> Double {
        var load = 0.0
        for (left, whole) in [(cpu, capacity.cpu), (memory, capacity.memory), (gpus, capacity.gpus)] where whole > 0 {
            load = max(load, 1 - Double(left) / Double(whole))
        }
        return load
    }
}

extension Room {
    init(_ resources: Resources) {
        // A quarter of the range leaves room for sums.
        func bounded(_ value: UInt64) -> Int64 { Int64(min(value, UInt64(Int64.max / 4))) }
        cpu = max(0, min(resources.cpuMillicores, .max / 4))
        memory = bounded(resources.memoryBytes)
        disk = bounded(resources.diskBytes)
        gpus = bounded(max(resources.gpuCount, UInt64(resources.gpus.count)))
    }

    /// The amounts for people; nothing is below zero.
    var resources: Resources {
        Resources(
            cpuMillicores: max(0, cpu), memoryBytes: UInt64(max(0, memory)), diskBytes: UInt64(max(0, disk)),
            gpuCount: UInt64(max(0, gpus)))
    }
}
