/// Shows the steps of something that takes a while: a line for each, with its end and its length.
///
/// On a terminal the line of the running step is shown as well; elsewhere only finished lines are.
struct StepDisplay {
    enum End {
        case done, failed, interrupted

        fileprivate var text: String {
            switch self {
            case .done: "done ✅"
            case .failed: "err  ❌"
            case .interrupted: "       "
            }
        }
    }

    private let sink: (any TextSink)?
    private let labelWidth: Int
    private var label: String?
    private var start = ContinuousClock.now

    /// Without a sink nothing is shown.
    init(_ sink: (any TextSink)?, labelWidth: Int) {
        self.sink = sink
        self.labelWidth = labelWidth
    }

    /// Ends the running step well and begins the next.
    mutating func begin(_ label: String) throws(SinkClosed) {
        guard label != self.label else { return }
        try end(.done)
        self.label = label
        start = .now
        guard let sink, sink.isTerminal else { return }
        try sink.write("\t" + TextWidth.rightAligned(label, to: labelWidth) + "  ................  ")
    }

    /// Ends the running step, if there is one.
    mutating func end(_ end: End) throws(SinkClosed) {
        guard let label else { return }
        self.label = nil
        guard let sink else { return }
        let line = "\t" + TextWidth.rightAligned(label, to: labelWidth) + "  ................  " + end.text
        let elapsed = TimeText.elapsed(ContinuousClock.now - start)
        try sink.write((sink.isTerminal ? "\r\u{1B}[K" : "") + line + "  \(elapsed)\n")
    }
}
