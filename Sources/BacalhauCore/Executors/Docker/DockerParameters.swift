internal import BacalhauModel

/// What a job tells the Docker engine: the parameters of an engine of type `docker`, read and checked.
///
/// Names may be written in any case. Unknown names are left alone, as other versions may know them.
struct DockerParameters: Hashable, Sendable {
    /// The most words of a command and the most variables.
    static let listCountMax = 10_000

    /// The image as written, without surrounding blanks.
    var image: String
    /// The image's name, taken apart.
    var reference: ImageReference
    /// Replaces the image's entry point when not empty; the image's command is then dropped too.
    var entrypoint: [String]
    /// Replaces the image's command when not empty.
    var parameters: [String]
    /// `NAME=value` each. A name alone takes away the variable of that name.
    var environmentVariables: [String]
    /// An absolute path, or empty for the image's own.
    var workingDirectory: String

    /// Reads the parameters of an engine.
    /// - Throws: `.rejected`, naming the parameter and what is wrong with it.
    init(_ engine: Engine?) throws(ExecutorError) {
        let params = engine?.params ?? [:]
        image = try Self.text(params, "Image").trimmingBlanks()
        guard !image.isEmpty else {
            throw .rejected(
                reason: "the docker engine parameter Image is missing",
                hint: "name an image, for example ubuntu:latest, in the engine's Params")
        }
        guard let reference = ImageReference(image) else {
            throw .rejected(
                reason: "\(image.debugDescription) is not the name of an image",
                hint: "write REPOSITORY[:TAG] in lower case, for example ubuntu:latest or ghcr.io/owner/name:1.0")
        }
        self.reference = reference
        entrypoint = try Self.texts(params, "Entrypoint")
        parameters = try Self.texts(params, "Parameters")
        environmentVariables = try Self.variables(params)
        workingDirectory = try Self.text(params, "WorkingDirectory")
        guard workingDirectory.isEmpty || workingDirectory.hasPrefix("/") else {
            throw .rejected(
                reason: "the docker engine parameter WorkingDirectory is \(workingDirectory.debugDescription), "
                    + "which is not an absolute path",
                hint: "start it with a slash")
        }
    }

    /// The variables of the container: those of the task and the system, overlaid by the engine's own, by name.
    func environment(over base: [String: String]) -> [String] {
        var names: Set<Substring> = []
        for variable in environmentVariables { names.insert(variable.prefix { $0 != "=" }) }
        let inherited = base.filter { !names.contains(Substring($0.key)) }
        return inherited.map { "\($0.key)=\($0.value)" }.sorted() + environmentVariables
    }

    // MARK: - Reading

    private static func text(_ params: [String: JSONValue], _ name: String) throws(ExecutorError) -> String {
        guard let value = params.member(name), !value.isNull else { return "" }
        guard let text = value.string else { throw wrongType(name, value, "a string") }
        try refuseZero(text, name)
        return text
    }

    private static func texts(_ params: [String: JSONValue], _ name: String) throws(ExecutorError) -> [String] {
        guard let value = params.member(name), !value.isNull else { return [] }
        guard let elements = value.array else { throw wrongType(name, value, "a list of strings") }
        try refuseTooMany(elements.count, name)
        var texts: [String] = []
        for (index, element) in elements.enumerated() {
            guard let text = element.string else { throw wrongType("\(name)[\(index)]", element, "a string") }
            try refuseZero(text, "\(name)[\(index)]")
            texts.append(text)
        }
        return texts
    }

    /// Accepts the list `NAME=value` and, as other engines have it, a map.
    private static func variables(_ params: [String: JSONValue]) throws(ExecutorError) -> [String] {
        let name = "EnvironmentVariables"
        guard let map = params.member(name)?.object else {
            let texts = try texts(params, name)
            for (index, text) in texts.enumerated() where text.isEmpty || text.hasPrefix("=") {
                throw .rejected(
                    reason: "the docker engine parameter \(name)[\(index)] is \(text.debugDescription), "
                        + "which has no variable name",
                    hint: "write each variable as NAME=value")
            }
            return texts
        }
        try refuseTooMany(map.count, name)
        var texts: [String] = []
        for (key, value) in map.sorted(by: { $0.key < $1.key }) {
            guard !key.isEmpty, !key.contains("=") else {
                throw .rejected(
                    reason: "the docker engine parameter \(name) has the variable name \(key.debugDescription)",
                    hint: "a variable name is not empty and has no =")
            }
            let text = try scalar(value, "\(name).\(key)")
            try refuseZero(key + text, "\(name).\(key)")
            texts.append("\(key)=\(text)")
        }
        return texts
    }

    private static func scalar(_ value: JSONValue, _ name: String) throws(ExecutorError) -> String {
        switch value {
        case .string(let text): return text
        case .integer(let number): return String(number)
        case .bool(let flag): return String(flag)
        case .null, .double, .array, .object: throw wrongType(name, value, "a string")
        }
    }

    private static func refuseTooMany(_ count: Int, _ name: String) throws(ExecutorError) {
        guard count > listCountMax else { return }
        throw .rejected(
            reason: "the docker engine parameter \(name) has \(count) entries; \(listCountMax) are allowed",
            hint: "put the data into an input instead")
    }

    private static func refuseZero(_ text: String, _ name: String) throws(ExecutorError) {
        guard text.utf8.contains(0) else { return }
        throw .rejected(
            reason: "the docker engine parameter \(name) contains a zero byte",
            hint: "no program can be given one; take it out")
    }

    private static func wrongType(_ name: String, _ value: JSONValue, _ wanted: String) -> ExecutorError {
        .rejected(
            reason: "the docker engine parameter \(name) is of type \(value.kind), not \(wanted)",
            hint: "correct \(name) in the engine's Params")
    }
}
