import BacalhauCrypto

/// `auth hash-password`
enum AuthHashPassword {
    static let command = Command(
        "auth hash-password", "Make the bcrypt hash of a password, for a node's file of users",
        details: """
            Asks for the password on a terminal, and otherwise takes the first line of the standard input. The hash goes
            to the standard output.
            """
    ) { _, context in
        let password = try read(context)
        guard password.count >= 10, password.utf8.count <= PasswordHash.passwordBytesMax,
            let hash = PasswordHash(password: password)
        else {
            throw CommandFailure(
                "a password has at least 10 characters and at most \(PasswordHash.passwordBytesMax) bytes, as bcrypt "
                    + "looks at no more; none of them is NUL")
        }
        try context.output.line(hash.text)
        return .success
    }

    private static func read(_ context: CommandContext) throws -> String {
        if SecretInput.isTerminal, context.output is DescriptorSink {
            try context.errors.write("Password: ")
            return SecretInput.readLine(promptingOn: context.errors) ?? ""
        }
        do throws(FileReader.Failure) {
            let line = try context.readInput().prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
            return String(decoding: line, as: UTF8.self)
        } catch {
            throw CommandFailure("the standard input cannot be read: \(error.message)")
        }
    }
}
