/// A relative path that cannot lead out of the folder it is used in, made from a name that somebody else chose.
///
/// Archive members, result names, file names of URLs and object keys all pass through here. Blank components and `.`
/// are dropped, so that equal paths compare equal. Links are the concern of ``SafeDirectory``.
public struct CheckedPath: Hashable, Sendable, CustomStringConvertible {
    /// The longest component that Linux file systems take, in bytes.
    public static let componentBytesMax = 255
    /// The longest path, in bytes.
    public static let bytesMax = 4095

    /// The names from the outside in; empty for the folder itself.
    public let components: [String]

    /// Checks a path with `/` between its components.
    ///
    /// - Parameters:
    ///   - text: a relative path.
    ///   - allowsFolderItself: whether `.` is taken, which names the folder that the path is used in.
    public init(_ text: String, allowsFolderItself: Bool = false) throws(PathError) {
        let bytes = text.utf8
        guard !bytes.isEmpty else { throw .empty }
        guard bytes.first != UInt8(ascii: "/") else { throw .absolute(text) }
        guard !bytes.contains(0) else { throw .containsNUL(text) }
        guard bytes.count <= Self.bytesMax else { throw .tooLong(text) }
        var components: [String] = []
        for component in bytes.split(separator: UInt8(ascii: "/")) {
            let name = String(Substring(component))
            if name == "." { continue }
            if name == ".." { throw .leadsOutside(text) }
            guard component.count <= Self.componentBytesMax else { throw .tooLong(text) }
            components.append(name)
        }
        guard allowsFolderItself || !components.isEmpty else { throw .empty }
        self.components = components
    }

    /// Checks a name that must be a single component.
    public init(component text: String) throws(PathError) {
        let path = try CheckedPath(text)
        guard path.components == [text] else { throw .notOneComponent(text) }
        self = path
    }

    private init(components: [String]) {
        self.components = components
    }

    /// The path with `/` between its components; `.` for the folder itself.
    public var description: String { components.isEmpty ? "." : components.joined(separator: "/") }

    /// The last component; empty for the folder itself.
    public var name: String { components.last ?? "" }

    /// The path without its last component; the folder itself stays what it is.
    public var parent: CheckedPath { CheckedPath(components: components.dropLast()) }
}

/// Why a path is refused. Each case carries the whole text that was checked.
public enum PathError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Nothing is left of it: no text, or only `.` where the folder itself will not do.
    case empty
    /// It starts with `/`.
    case absolute(String)
    /// One of its components is `..`, even where the path as a whole would stay inside.
    case leadsOutside(String)
    /// It contains a zero byte, where C functions would end it.
    case containsNUL(String)
    /// It is longer than ``CheckedPath/bytesMax``, or a component than ``CheckedPath/componentBytesMax``.
    case tooLong(String)
    /// It is more than a single component: there is a `/` in it.
    case notOneComponent(String)

    public var description: String {
        switch self {
        case .empty: "the name is empty"
        case .absolute(let text): "\(text.debugDescription) is an absolute path"
        case .leadsOutside(let text): "\(text.debugDescription) leads out of its folder"
        case .containsNUL(let text): "\(text.debugDescription) contains a NUL"
        case .tooLong(let text):
            "the name that begins with \(String(text.prefix(40)).debugDescription) is too long: at most "
                + "\(CheckedPath.componentBytesMax) bytes for each part and \(CheckedPath.bytesMax) in all"
        case .notOneComponent(let text): "\(text.debugDescription) is not a plain file name"
        }
    }
}
