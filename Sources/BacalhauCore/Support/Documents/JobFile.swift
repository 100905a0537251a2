public import BacalhauModel

/// Reads job files.
public enum JobFile {
    /// Reads a job from YAML or JSON.
    ///
    /// - Throws: everything that is wrong with the document's form; what is wrong with the job's content is found by
    ///   `Job.problems()`.
    public static func read(_ bytes: [UInt8]) throws(DocumentError) -> Job {
        try Job(document: try YAMLParser.parse(bytes))
    }
}
