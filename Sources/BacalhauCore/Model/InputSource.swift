/// One input of a task: where it comes from and where the program finds it.
public struct InputSource: Hashable, Sendable {
    /// `nil` only in documents that fail validation.
    public var source: Source?
    /// A name other parts of the job refer to; unique in a task when not empty.
    public var alias: String
    /// The path inside the workload.
    public var target: String

    /// Makes an input; what a job needs is checked when it is submitted.
    public init(source: Source?, alias: String = "", target: String) {
        self.source = source
        self.alias = alias
        self.target = target
    }
}

/// A folder of the workload whose content is a result.
public struct ResultPath: Hashable, Sendable {
    /// Names the folder in the result archive; one plain path component.
    public var name: String
    /// The folder's path inside the workload.
    public var path: String

    /// Makes a result path; what a job needs is checked when it is submitted.
    public init(name: String, path: String) {
        self.name = name
        self.path = path
    }

    /// Names in the result folder that belong to the system.
    public static let reservedNames: Set<String> = ["stdout", "stderr", "exitCode"]
}
