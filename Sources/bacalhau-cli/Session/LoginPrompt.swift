import BacalhauClient
import BacalhauModel

/// Asks the user which way to log in, and the questions of that way, on the standard error and input.
struct LoginPrompt {
    let errors: any TextSink

    /// `nil` at an empty choice or the end of the input.
    func answer(
        _ methods: [AuthMethod], _ reason: String?
    ) throws(BacalhauError) -> StoredTokenAuthenticator.Answer? {
        do {
            if let reason { try errors.line(reason) }
            guard let method = try choose(methods), case .ask(let questions) = method.kind else { return nil }
            var answers: [String: String] = [:]
            for question in questions {
                try errors.write("\(question.name): ")
                guard let line = question.isSecret ? SecretInput.readLine(promptingOn: errors) : readLine() else {
                    return nil
                }
                answers[question.name] = line
            }
            return StoredTokenAuthenticator.Answer(method: method, answers: answers)
        } catch {
            throw BacalhauError(.io, "the login questions cannot be shown")
        }
    }

    private func choose(_ methods: [AuthMethod]) throws(SinkClosed) -> AuthMethod? {
        guard methods.count > 1 else { return methods.first }
        try errors.line("How would you like to log in?")
        for (index, method) in methods.enumerated() { try errors.line("\(index + 1). \(method.name)") }
        while true {
            try errors.write("Choose a number: ")
            guard let line = readLine(), !line.isEmpty else { return nil }
            if let number = Int(line), methods.indices.contains(number - 1) { return methods[number - 1] }
            try errors.line("\(Values.quoted(line)) is not a number from 1 to \(methods.count)")
        }
    }
}
