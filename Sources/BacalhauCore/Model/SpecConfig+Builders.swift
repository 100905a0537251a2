#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The sources and publishers that every node has.
extension SpecConfig {
    /// A source: a file that the node fetches from the web before the program starts.
    public static func url(_ url: String) -> Source { Source(type: "urlDownload", params: ["URL": .string(url)]) }

    /// A source: bytes that travel in the job itself, for inputs and modules of at most some megabytes.
    public static func inline(_ bytes: some Sequence<UInt8>) -> Source {
        let text = Data(bytes).base64EncodedString()
        return Source(
            type: "inline", params: ["URL": .string("data:application/octet-stream;base64," + text)])
    }

    /// A source: a file or folder of the node itself, which has to allow its path to jobs.
    ///
    /// - Parameters:
    ///   - path: an absolute path on the node.
    ///   - isWritable: lets the program change what is there.
    public static func localDirectory(_ path: String, isWritable: Bool = false) -> Source {
        var params: [String: JSONValue] = ["SourcePath": .string(path)]
        if isWritable { params["ReadWrite"] = true }
        return Source(type: "localDirectory", params: params)
    }

    /// A publisher: the node that ran the program keeps its results and hands them out over HTTP.
    public static let local = Publisher(type: "local")
}
