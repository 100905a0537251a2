/// Reads `-e NAME=value`.
enum EnvironmentFlag {
    /// The variables by name; the last of several equal names counts.
    static func variables(of entries: [String]) throws(ValueError) -> [String: String] {
        var variables: [String: String] = [:]
        for entry in try checked(entries) {
            let name = entry.prefix { $0 != "=" }
            variables[String(name)] = String(entry.dropFirst(name.count + 1))
        }
        return variables
    }

    /// The entries as they are, once each is known to have a name and a `=`.
    static func checked(_ entries: [String]) throws(ValueError) -> [String] {
        for entry in entries {
            guard let mark = entry.firstIndex(of: "="), mark != entry.startIndex else {
                throw ValueError(message: "invalid environment variable \(Values.quoted(entry)) (write NAME=value)")
            }
        }
        return entries
    }
}
