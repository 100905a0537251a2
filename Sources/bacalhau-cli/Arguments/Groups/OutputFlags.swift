/// Flags about the form of a result.
enum OutputFlags {
    private static let format = Flag(
        "output", .choice(OutputFormat.allCases.map(\.rawValue), valueName: "format"), default: "table",
        help: "The output format for the command (one of [\"table\" \"csv\" \"json\" \"yaml\"])")
    private static let pretty = Flag("pretty", .bool, help: "Pretty print the output. Only applies to json")

    /// For lists.
    static let tabular: [Flag] = [
        Flag("hide-header", .bool, help: "Do not print the column headers"),
        Flag("no-style", .bool, help: "Remove all styling from table output"),
        format, pretty,
        Flag("wide", .bool, help: "Print full values in the output table"),
    ]

    /// For single things.
    static let single: [Flag] = [format, pretty]
}

/// The forms of a result.
enum OutputFormat: String, Sendable, CaseIterable {
    case table, csv, json, yaml
}
