import BacalhauModel
import BacalhauSupport
import BacalhauTestSupport
import FoundationEssentials

/// Which members, of which kinds, sample bodies have at each place; compares other bodies with that.
struct GoldenShape {
    /// Kinds and members seen at one place.
    private struct Place {
        var kinds: Set<String> = []
        var objectCount = 0
        var memberCounts: [String: Int] = [:]
    }

    private var places: [String: Place] = [:]
    /// Places whose member names are data.
    private static let maps: Set<String> = ["Meta", "Labels", "Env", "Params", "Details", "Methods"]
    /// Members that are left out when zero, whatever the samples show.
    private let optional: Set<String>

    /// - Parameter name: a file of Tests/Golden/API.
    init(_ name: String, optional: Set<String> = []) throws {
        self.optional = optional
        learn(try GoldenShape.value(name), at: "")
    }

    static func value(_ name: String) throws -> JSONValue {
        let data = try Data(contentsOf: URL(filePath: TestPlaces.package + "/Tests/Golden/API/\(name).json"))
        return try JSONParser.parse(Array(data)).value
    }

    /// Takes a further sample of what lies at a place.
    mutating func learn(_ value: JSONValue, at place: String) {
        places[place, default: Place()].kinds.insert(GoldenShape.kind(value))
        switch value {
        case .object(let members) where !GoldenShape.isMap(place):
            places[place]?.objectCount += 1
            for (name, value) in members {
                places[place]?.memberCounts[name, default: 0] += 1
                learn(value, at: "\(place).\(name)")
            }
        case .array(let elements):
            for value in elements { learn(value, at: place + "[]") }
        default: break
        }
    }

    /// Every difference between a body and the samples; members not in the samples count, too.
    func problems(of value: JSONValue, at place: String = "") -> [String] {
        guard let known = places[place] else { return ["\(place) is not in the samples"] }
        var problems: [String] = []
        if !known.kinds.contains(GoldenShape.kind(value)) {
            problems.append(
                "\(place) is \(GoldenShape.kind(value)), not \(known.kinds.sorted().joined(separator: " or "))")
        }
        switch value {
        case .object(let members) where !GoldenShape.isMap(place):
            guard known.objectCount > 0 else { break }
            for (name, count) in known.memberCounts where count == known.objectCount && !optional.contains(name) {
                if members[name] == nil { problems.append("\(place).\(name) is missing") }
            }
            for (name, value) in members where !(optional.contains(name) && places["\(place).\(name)"] == nil) {
                problems += self.problems(of: value, at: "\(place).\(name)")
            }
        case .array(let elements) where places[place + "[]"] != nil:
            problems += elements.flatMap { self.problems(of: $0, at: place + "[]") }
        default: break
        }
        return problems
    }

    private static func kind(_ value: JSONValue) -> String {
        if case .double = value { return "number" }
        return value.kind
    }

    private static func isMap(_ place: String) -> Bool {
        place.hasSuffix("AllocatedResources.Tasks") || maps.contains(String(place.split(separator: ".").last ?? ""))
    }
}
