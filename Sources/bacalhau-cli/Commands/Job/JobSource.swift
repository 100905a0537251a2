import BacalhauModel
import BacalhauSupport

/// Reads jobs from files and the standard input.
enum JobSource {
    static func bytes(of path: String) throws(CommandFailure) -> [UInt8] {
        do {
            return try FileReader.contents(of: path)
        } catch {
            throw CommandFailure("opening job file (\(Values.quoted(path))): open \(path): \(error.message)")
        }
    }

    /// The first argument's file, or the whole standard input.
    static func bytes(_ arguments: ParsedArguments, _ context: CommandContext) throws(CommandFailure) -> [UInt8] {
        if let path = arguments.positionals.first { return try bytes(of: path) }
        do {
            return try context.readInput()
        } catch {
            throw CommandFailure("reading the job from the standard input: \(error.message)")
        }
    }

    /// Fields that only the system sets may be there with their zero values, as `--dry-run` prints them.
    static func job(in bytes: [UInt8]) throws(JobProblems) -> Job {
        do {
            return try JobFile.read(try withoutZeroFields(bytes) ?? bytes)
        } catch {
            throw JobProblems(text: error.description)
        }
    }

    private static let systemFields = ["ID", "State", "Version", "Revision", "CreateTime", "ModifyTime"]

    /// `nil` when there is nothing to leave out, so that messages keep the places of the file.
    private static func withoutZeroFields(_ bytes: [UInt8]) throws(DocumentError) -> [UInt8]? {
        let document = try YAMLParser.parse(bytes)
        guard case .object(let members) = document.content else { return nil }
        let kept = members.filter { member in
            !(systemFields.contains { $0.equalsIgnoringASCIICase(member.name) } && isZero(member.value.value))
        }
        guard kept.count < members.count else { return nil }
        var writer = JSONWriter()
        writer.value(DocumentNode(.object(kept)).value)
        return writer.bytes
    }

    private static func isZero(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .integer(0), .string(""), .string("Undefined"): true
        case .object(let members): members.values.allSatisfy(isZero)
        default: false
        }
    }
}

/// What is wrong with a job, one problem a line.
struct JobProblems: Error, Hashable, CustomStringConvertible {
    let text: String
    var description: String { "the job provided is invalid: \(text)" }
}
