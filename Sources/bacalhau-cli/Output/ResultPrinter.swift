import BacalhauModel
import BacalhauSupport

/// Prints what a command found in the form that its flags ask for.
struct ResultPrinter {
    private let format: OutputFormat
    private let isPretty: Bool
    private let arguments: ParsedArguments
    private let sink: any TextSink
    private let environment: [String: String]

    /// - Parameter fallback: the form when the user does not choose.
    init(_ arguments: ParsedArguments, _ context: CommandContext, default fallback: OutputFormat = .table)
        throws(ValueError)
    {
        format = OutputFormat(rawValue: arguments.string("output")) ?? fallback
        isPretty = try arguments.bool("pretty")
        self.arguments = arguments
        sink = context.output
        environment = context.environment
    }

    /// Whether a program reads the output, so that nothing else may be in it.
    var isForPrograms: Bool { format != .table }
    /// Whether cells are shown in full.
    var isWide: Bool { isForPrograms || arguments.isSet("wide") }

    func list<Item: WireEncodable & Sendable>(_ items: [Item], columns: [Column<Item>]) throws {
        switch format {
        case .table: try sink.write(try table(items, columns).text)
        case .csv:
            let header = try arguments.bool("hide-header") ? "" : CSVText.line(columns.map(\.title))
            try sink.write(
                items.reduce(into: header) { text, item in
                    text += CSVText.line(columns.map { $0.cell(item, true) })
                })
        case .json, .yaml:
            var writer = JSONWriter()
            writer.beginArray()
            for item in items { item.write(to: &writer) }
            writer.endArray()
            try structured(writer.bytes)
        }
    }

    /// JSON or YAML only.
    func value(_ value: some WireEncodable) throws { try structured(value.json) }

    private func structured(_ json: [UInt8]) throws {
        switch format {
        case .json:
            try sink.line(String(decoding: isPretty ? JSONFormat.indented(json) : json, as: UTF8.self))
        case .yaml: try sink.write(YAMLText.text(of: try JSONParser.parse(json).value))
        case .table, .csv: throw UsageError(message: "invalid format \"\(format.rawValue)\" (use json or yaml)")
        }
    }

    private func table<Item>(_ items: [Item], _ columns: [Column<Item>]) throws(ValueError) -> Table {
        var table = Table(columns: columns, items: items, isWide: try arguments.bool("wide"))
        table.hidesHeader = try arguments.bool("hide-header")
        table.isColoured = try usesColour()
        return table
    }

    /// Colours are for people at a terminal who did not refuse them.
    func usesColour() throws(ValueError) -> Bool {
        try !arguments.bool("no-style") && sink.isTerminal && (environment["NO_COLOR"] ?? "").isEmpty
    }
}
