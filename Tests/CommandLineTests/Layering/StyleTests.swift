import Testing

/// Rules about source text that neither the compiler nor the formatter checks.
@Suite struct StyleTests {
    @Test func shippedCodeTakesNoShortcuts() throws {
        let banned = [
            "try!": "handle the error", "as!": "use as? and say what is wrong", "fatalError(": "throw",
            "Task.detached": "use a task group",
        ]
        for file in try PackageFiles.swiftFiles(below: "Sources") {
            for (number, line) in file.code.enumerated() {
                for (text, instead) in banned where contains(line, text) {
                    Issue.record("\(file.place(number)): \(text) — \(instead)")
                }
                if isUnstructuredTask(line) { Issue.record("\(file.place(number)): Task { — use a task group") }
            }
        }
    }

    @Test func uncheckedSendableIsProvedBesideIt() throws {
        for file in try PackageFiles.swiftFiles(below: "Sources") {
            for (number, line) in file.code.enumerated() where line.contains("@unchecked Sendable") {
                let nearby = file.lines[max(0, number - 8)...number]
                #expect(nearby.contains { $0.contains("//") }, "\(file.place(number)): say why it may be shared")
            }
        }
    }

    @Test func filesAreShortEnoughToRead() throws {
        for file in try PackageFiles.swiftFiles(below: "Sources") {
            #expect(file.lines.count <= 320, "\(file.path): \(file.lines.count) lines; split it by topic")
        }
    }

    @Test func noUnfinishedWorkIsMarked() throws {
        // Put together so that this file does not find itself.
        let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X:"]
        for folder in ["Sources", "Tests"] {
            for file in try PackageFiles.swiftFiles(below: folder) {
                for (number, line) in file.lines.enumerated() where marks.contains(where: { line.contains($0) }) {
                    Issue.record("\(file.place(number)): finish it, or describe it in an issue")
                }
            }
        }
    }

    /// Whether a line has the text as a word of its own.
    private func contains(_ line: String, _ text: String) -> Bool {
        var rest = Substring(line)
        while let found = rest.firstRange(of: text) {
            let before = rest[..<found.lowerBound].last
            if before.map({ $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }) != true { return true }
            rest = rest[found.upperBound...]
        }
        return false
    }

    /// `Task { … }` as an expression. `-> Job.Task { … }` and `var task: Task { … }` are types.
    private func isUnstructuredTask(_ line: String) -> Bool {
        guard contains(line, "Task {") else { return false }
        return line.firstRange(of: ": Task {") == nil && line.firstRange(of: "-> Task {") == nil
            && line.firstRange(of: "extension Task {") == nil && line.firstRange(of: "struct Task {") == nil
    }
}
