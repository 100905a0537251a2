import Glibc

/// Reads what must not be shown.
enum SecretInput {
    /// Whether a person types.
    static var isTerminal: Bool { isatty(STDIN_FILENO) == 1 }

    /// Reads a line of the standard input; a terminal does not show it. `nil` at its end.
    static func readLine(promptingOn errors: any TextSink) -> String? {
        var saved = termios()
        guard tcgetattr(STDIN_FILENO, &saved) == 0 else { return Swift.readLine() }
        var silent = saved
        silent.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved)
            // The one that ended the line was not shown either.
            try? errors.line()
        }
        return Swift.readLine()
    }
}
