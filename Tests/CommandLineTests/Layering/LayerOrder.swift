/// Which folder of `Sources/BacalhauCore` may use which: the picture of `Docs/Architecture.md` as a table.
///
/// Folders that are targets of their own are held in order by the compiler; they are listed for completeness.
enum LayerOrder {
    /// The folders that every other may use, except where the table says less.
    private static let base: Set<String> = ["Model", "Support"]
    private static let tools: Set<String> = base.union(["Crypto", "HTTPClient", "Files"])

    /// For each folder, what it may use besides itself.
    static let mayUse: [String: Set<String>] = [
        "Model": [],
        "Support": ["Model"],
        "Crypto": base,
        "HTTPClient": base.union(["Crypto"]),
        "Files": [],

        "Processes": base.union(["Files"]),
        "HTTPServer": base.union(["Crypto", "HTTPClient"]),
        "Logs": base.union(["Files"]),
        "Transport": base,
        "Objects": tools,

        "Executors": tools.union(["Processes", "Logs", "Objects"]),
        "Storage": tools.union(["Processes", "Objects"]),
        "Publishers": tools.union(["Processes", "Objects", "HTTPServer"]),

        // Pure: no store, no network, no clock; only the messages that it decides about.
        "ControlPlane": base.union(["Transport"]),
        // Stores what the control plane changed, and gives it back after a restart.
        "Persistence": base.union(["ControlPlane"]),

        "Compute": tools.union([
            "Processes", "Logs", "Transport", "Objects", "Executors", "Storage", "Publishers", "Persistence",
        ]),
        "Orchestrator": base.union(["Crypto", "ControlPlane", "Persistence", "Transport"]),
        "API": tools.union(["HTTPServer", "Logs", "Persistence", "Compute", "Orchestrator"]),
        "Node": tools.union([
            "Processes", "HTTPServer", "Logs", "Transport", "Objects", "Executors", "Storage", "Publishers",
            "ControlPlane", "Persistence", "Compute", "Orchestrator", "API",
        ]),
    ]

    /// For each C module, the folders that may import it. `CLinux` is left out: it is a piece of libc.
    static let ownersOfModules: [String: Set<String>] = [
        "CYaml": ["BacalhauCore/Support"],
        "COpenSSL": ["BacalhauCore/Crypto"],
        // The attacker of the tests speaks TLS without a client that minds its manners.
        "CCurl": ["BacalhauCore/HTTPClient", "BacalhauTestSupport/Raw"],
        "CSQLite": ["BacalhauCore/Persistence"],
        "CArchive": ["BacalhauCore/Objects"],
        "CHTTPServer": ["BacalhauCore/HTTPServer"],
        "CWasmtime": ["BacalhauCore/Executors/Wasm"],
    ]

    /// The folders that a program with the client links, and that shall be able to do without Linux.
    static let foldersOfTheClient = [
        "BacalhauClient", "BacalhauCore/Model", "BacalhauCore/Support", "BacalhauCore/Crypto",
        "BacalhauCore/HTTPClient", "BacalhauCore/Files", "BacalhauCore/Objects/Archive",
    ]

    /// What those folders may import besides the system's own library.
    static let modulesOfTheClient: Set<String> = [
        "BacalhauModel", "BacalhauSupport", "BacalhauCrypto", "BacalhauHTTPClient", "BacalhauFiles", "BacalhauArchive",
        "CYaml", "COpenSSL", "CCurl", "CArchive", "Synchronization", "Darwin", "Foundation",
    ]

    /// The files below the client that call what only Linux has; `CLinux` has another way, or none, elsewhere.
    static let linuxFilesOfTheClient: Set<String> = [
        "Sources/BacalhauCore/Files/SafeDirectory.swift",
        "Sources/BacalhauCore/Crypto/PasswordHash.swift",
        "Sources/BacalhauCore/Support/Concurrency/DedicatedThread.swift",
        "Sources/BacalhauCore/Support/Concurrency/SignalWatch.swift",
    ]

    /// The full Foundation brings ICU: 50 MB, and slow starts.
    static let unwantedModules: Set<String> = [
        "Foundation", "FoundationNetworking", "FoundationXML", "FoundationInternationalization", "Dispatch",
    ]
}
