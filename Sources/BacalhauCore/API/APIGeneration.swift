import BacalhauModel
import BacalhauSupport

/// Which clients' forms an answer has, where v1.4.0 and v1.9 differ.
enum APIGeneration: Sendable {
    /// v1.4.0 and every client that names no version, such as the published Python packages.
    case v14
    /// Clients that name a version from 1.5.0 on.
    case v19

    /// - Parameter clientVersion: the header `X-Bacalhau-Git-Version`.
    init(clientVersion: String?) {
        guard let text = clientVersion, let version = ClientVersion(text),
            version >= ClientVersion(major: 1, minor: 5, patch: 0, isPrerelease: false)
        else {
            self = .v14
            return
        }
        self = .v19
    }
}

extension ExecutionStateType {
    /// The number on the wire. v1.9 put two states in between.
    func number(for generation: APIGeneration) -> Int {
        guard generation == .v19 else { return rawValue }
        return switch self {
        case .bidRejected: 8
        case .completed: 9
        case .failed: 10
        case .cancelled: 11
        default: rawValue
        }
    }
}

extension Execution {
    /// The body for clients of a generation. v1.9's never holds `null`.
    func json(for generation: APIGeneration) -> [UInt8] {
        guard generation == .v19 else { return json }
        var members = wireMembers(of: self)
        members["JobVersion"] = .integer(Int64(clamping: jobVersion))
        members["ComputeState"] = .object([
            "StateType": .integer(Int64(computeState.type.number(for: generation))),
            "Message": .string(computeState.message),
        ])
        if publishedResult == nil { members["PublishedResult"] = wireValue(of: SpecConfig.empty) }
        if runOutput == nil { members["RunOutput"] = wireValue(of: RunResult()) }
        return written(members)
    }
}

extension HistoryItem {
    /// The body for clients of a generation; v1.9's has v1.4.0's members, too.
    /// - Parameter sequence: the place in the job's history, from 1.
    func json(for generation: APIGeneration, sequence: Int, jobVersion: UInt64) -> [UInt8] {
        guard generation == .v19 else { return json }
        var members = wireMembers(of: self)
        members["SeqNum"] = .integer(Int64(sequence))
        members["JobVersion"] = .integer(Int64(clamping: jobVersion))
        if let executionState {
            members["ExecutionState"] = .object([
                "Previous": .integer(Int64(executionState.previous.number(for: generation))),
                "New": .integer(Int64(executionState.new.number(for: generation))),
            ])
        }
        return written(members)
    }
}

extension NodeState {
    /// The body for clients of a generation.
    func json(for generation: APIGeneration) -> [UInt8] {
        guard generation == .v19 else { return json }
        var members = wireMembers(of: self)
        members["Info"] = .object(info.members(for: generation))
        members["ConnectionState"] = .object([
            "Status": .string(connection.rawValue), "LastHeartbeat": .string(RFC3339.zero),
            "ConnectedSince": .string(RFC3339.zero), "DisconnectedSince": .string(RFC3339.zero),
        ])
        return written(members)
    }
}

extension NodeInfo {
    func members(for generation: APIGeneration) -> [String: JSONValue] {
        var members = wireMembers(of: self)
        guard generation == .v19 else { return members }
        members["SupportedProtocols"] = .array([])
        members["address"] = ""
        if compute == nil {
            members["ComputeNodeInfo"] = wireValue(
                of: ComputeNodeInfo(
                    executionEngines: [], publishers: [], storageSources: [], maxCapacity: .zero,
                    availableCapacity: .zero, maxJobRequirements: .zero))
        }
        return members
    }
}

private func wireValue(of body: some WireEncodable) -> JSONValue {
    // What we wrote ourselves can be read.
    (try? JSONParser.parse(body.json).value) ?? .null
}

private func wireMembers(of body: some WireEncodable) -> [String: JSONValue] { wireValue(of: body).object ?? [:] }

private func written(_ members: [String: JSONValue]) -> [UInt8] {
    var writer = JSONWriter()
    writer.value(.object(members))
    return writer.bytes
}
