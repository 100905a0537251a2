import BacalhauClient
import BacalhauModel
import BacalhauSupport

/// `version`
enum Version {
    /// How long the server may take to answer.
    static let patience = Duration.seconds(3)

    static let command = Command(
        "version", "Show the versions of client and server",
        flags: [Flag("client", .bool, help: "Only the client's version; no server is asked")] + OutputFlags.tabular
    ) { arguments, context in
        let server = try arguments.bool("client") ? nil : await serverVersion(try context.client(arguments))
        let versions = Versions(client: .current, server: server)
        let printer = try ResultPrinter(arguments, context)
        if arguments.string("output") == "json" || arguments.string("output") == "yaml" {
            try printer.value(versions)
        } else {
            try printer.list([versions], columns: columns(hasServer: server != nil))
        }
        return .success
    }

    /// A server that cannot be asked has no version; that is no error.
    private static func serverVersion(_ client: BacalhauClient) async -> BuildVersion? {
        await withTaskGroup(of: BuildVersion?.self) { group in
            defer { group.cancelAll() }
            group.addTask { try? await client.agent.version() }
            group.addTask {
                try? await Task.sleep(for: patience)
                return nil
            }
            return await group.next() ?? nil
        }
    }

    struct Versions: WireEncodable, Sendable {
        let client: BuildVersion
        let server: BuildVersion?

        func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.member("clientVersion", client)
            if let server { writer.member("serverVersion", server) }
            writer.endObject()
        }
    }

    static func columns(hasServer: Bool) -> [Column<Versions>] {
        let client = Column<Versions>("client") { versions, _ in versions.client.gitVersion }
        let server = Column<Versions>("server") { versions, _ in versions.server?.gitVersion ?? "" }
        return hasServer ? [client, server] : [client]
    }
}
