/// Why something could not be done with a file or folder.
public enum FileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A system call failed. `action` is what was tried, as in `open`; `code` is the system's error number.
    case system(action: String, path: String, code: Int32)
    /// A name that was not to be trusted is refused.
    case path(PathError)
    /// A symbolic link lies on the way, or the way leads out of the folder.
    case leadsThroughLink(path: String)
    /// Folders are nested deeper than allowed.
    case tooDeep(path: String)
    /// The work was cancelled.
    case cancelled

    public var description: String {
        switch self {
        case .system(let action, let path, let code): "cannot \(action) \(path): \(describe(systemError: code))"
        case .path(let error): error.description
        case .leadsThroughLink(let path): "\(path) leads through a symbolic link"
        case .tooDeep(let path): "folders are nested too deep at \(path)"
        case .cancelled: "cancelled"
        }
    }

    /// The system's error number; `nil` when no system call failed.
    public var code: Int32? {
        if case .system(_, _, let code) = self { code } else { nil }
    }
}
