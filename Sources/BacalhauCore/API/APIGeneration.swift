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

/// Versions of jobs: stored and shown to v1.4.0 they begin with 0, for clients since 1.5 with 1. To all of them 0 in a
/// question names no version, so that v1.4.0's clients cannot ask for the first one.
extension APIGeneration {
    /// The number by which clients know a version.
    func shown(version: UInt64) -> UInt64 { self == .v19 ? version &+ 1 : version }

    /// The version that a client's number means; `nil` when it names none.
    func version(named number: UInt64) -> UInt64? {
        guard number > 0 else { return nil }
        return self == .v19 ? number - 1 : number
    }

    /// A stored job as clients see it.
    func job(_ body: [UInt8]) -> [UInt8] {
        guard self == .v19, let range = try? JSONParser.range(ofMember: "Version", in: body),
            let version = UInt64(String(decoding: body[range], as: UTF8.self))
        else { return body }
        var shownBody = body
        shownBody.replaceSubrange(range, with: String(shown(version: version)).utf8)
        return shownBody
    }
}

extension Event {
    /// The event with which a version of a job begins names it, in its details and at the end of its text.
    func shown(to generation: APIGeneration) -> Event {
        guard let version = details[Detail.jobVersion].flatMap({ UInt64($0) }) else { return self }
        let number = generation.shown(version: version)
        var event = self
        event.details[Detail.jobVersion] = String(number)
        let ending = "(version \(version))"
        if message.hasSuffix(ending) { event.message = "\(message.dropLast(ending.count))(version \(number))" }
        return event
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
        members["JobVersion"] = .integer(Int64(clamping: generation.shown(version: jobVersion)))
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
    /// - Parameters:
    ///   - sequence: the place in the job's history, from 1.
    ///   - jobVersion: the version that the job had then, as it is stored.
    func json(for generation: APIGeneration, sequence: Int, jobVersion: UInt64) -> [UInt8] {
        guard generation == .v19 else { return json }
        var members = wireMembers(of: self)
        members["SeqNum"] = .integer(Int64(sequence))
        members["JobVersion"] = .integer(Int64(clamping: generation.shown(version: jobVersion)))
        let event = shownEvent
        members["Event"] = wireValue(of: event)
        // Always the event's text.
        if !event.message.isEmpty { members["Comment"] = .string(event.message) }
        if let executionState {
            members["ExecutionState"] = .object([
                "Previous": .integer(Int64(executionState.previous.number(for: generation))),
                "New": .integer(Int64(executionState.new.number(for: generation))),
            ])
        }
        return written(members)
    }

    /// The event for clients since 1.5, which show nothing else of an item: one about which nothing was said tells the
    /// change itself.
    private var shownEvent: Event {
        var event = event.shown(to: .v19)
        let state = jobState?.new.rawValue ?? executionState?.new.name ?? ""
        if event.message.isEmpty, event.topic.isEmpty {
            event.topic = level == .job ? "State Update" : "Execution"
            event.message = state
            event.timestamp = time
        }
        if level == .job { event.details["NewState"] = state } else { event.details["NodeID"] = nodeID.rawValue }
        return event
    }
}

extension KnownNode {
    /// The body for clients of a generation.
    ///
    /// v1.9's `ConnectionState` has also the numbers of the last messages, which are left out: ours carry none, as
    /// each can be repeated, late or lost without harm.
    func json(for generation: APIGeneration) -> [UInt8] {
        guard generation == .v19 else { return state.json }
        var members = wireMembers(of: state)
        members["Info"] = .object(state.info.members(for: generation))
        var connection: [String: JSONValue] = [
            "Status": .string(state.connection.rawValue),
            "LastHeartbeat": .string(RFC3339.text(contact.lastHeard)),
            "ConnectedSince": .string(RFC3339.text(contact.connectedSince)),
            "DisconnectedSince": .string(RFC3339.text(contact.disconnectedSince)),
        ]
        if !contact.lastError.isEmpty { connection["LastError"] = .string(contact.lastError) }
        members["ConnectionState"] = .object(connection)
        return written(members)
    }
}

extension NodeInfo {
    func members(for generation: APIGeneration) -> [String: JSONValue] {
        var members = wireMembers(of: self)
        guard generation == .v19 else { return members }
        // v1.9's names are `ncl/v1` and `bprotocol/v2`; nodes here speak neither.
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
