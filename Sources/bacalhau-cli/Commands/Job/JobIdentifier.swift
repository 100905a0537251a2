import BacalhauModel

/// Reads which job is meant.
enum JobIdentifier {
    /// The first argument; an empty one stands for a line of the standard input.
    static func read(_ arguments: ParsedArguments, _ context: CommandContext) throws -> String {
        let argument = arguments.positionals[0]
        guard argument.isEmpty else { return argument }
        do {
            let id = String(decoding: try context.readInput(), as: UTF8.self).trimmingBlanks()
            guard !id.isEmpty else { throw UsageError(message: "the standard input holds no job ID") }
            return id
        } catch let error as FileReader.Failure {
            throw CommandFailure("reading the job ID from the standard input: \(error.message)")
        }
    }
}
