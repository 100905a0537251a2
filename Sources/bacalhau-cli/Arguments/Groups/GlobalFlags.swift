/// Flags that every command has.
enum GlobalFlags {
    static let all: [Flag] = [
        Flag(
            "api-host", default: "\"\(ConnectionSettings.defaultHost)\"",
            help: "The host for the client and server to communicate on (via REST); environment: BACALHAU_API_HOST"),
        Flag(
            "api-port", .int, default: "\(ConnectionSettings.defaultPort)",
            help: "The port for the client and server to communicate on (via REST); environment: BACALHAU_API_PORT"),
        Flag("cacert", help: "The PEM file with the authority that signed the server's certificate"),
        Flag("insecure", .bool, help: "Use TLS without verifying the server's certificate (needs --tls)"),
        Flag(
            "log-mode", .choice(["default", "station", "json", "combined", "event"]), default: "default",
            help: "Log format: default, station, json, combined or event"),
        Flag("repo", default: "\"~/.bacalhau\"", help: "The folder for keys and tokens; environment: BACALHAU_DIR"),
        Flag("tls", .bool, help: "Instruct the client to use TLS"),
    ]

    static let help = Flag("help", short: "h", .bool, help: "Help for this command")

    /// What the program takes without a command.
    static let ofRoot: [Flag] = [Flag("version", .bool, help: "The version of this program")]
}
