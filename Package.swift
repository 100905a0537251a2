// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target: Swift 6 mode, warnings are errors, and the upcoming rules we want to live by.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
    name: "bacalhau",
    products: [
        .library(name: "BacalhauCore", targets: ["BacalhauCore"]),
        .library(name: "BacalhauClient", targets: ["BacalhauClient"]),
        .library(name: "BacalhauHTTPClient", targets: ["BacalhauHTTPClient"]),
        .executable(name: "bacalhau-cli", targets: ["bacalhau-cli"]),
        .executable(name: "bacalhau-node", targets: ["bacalhau-node"]),
    ],
    targets: [
        // C libraries: a module map and a shim each, imported by exactly one folder.
        .systemLibrary(name: "CYaml", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
        // The parts of Linux that Swift cannot call directly (spawning, memory of other processes, variadic calls,
        // hashes of passwords).
        .target(name: "CLinux", linkerSettings: [.linkedLibrary("crypt", .when(platforms: [.linux]))]),
        // The C interface of wasmtime, loaded at run time so that the library stays optional.
        .target(name: "CWasmtime"),
        // HTTP/1.1 and WebSocket server on Boost.Beast behind a small C header.
        .target(
            name: "CHTTPServer",
            cxxSettings: [.define("BOOST_ASIO_NO_DEPRECATED"), .unsafeFlags(["-Wno-everything"])],
            linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),

        // Words of the domain; imports nothing of ours, so that the client can use it without the engine.
        .target(name: "BacalhauModel", path: "Sources/BacalhauCore/Model", swiftSettings: strict),
        // Wire formats, clocks, queues and small tools that both sides need.
        .target(
            name: "BacalhauSupport", dependencies: ["BacalhauModel", "CYaml", "CLinux"],
            path: "Sources/BacalhauCore/Support", swiftSettings: strict),
        // Digests, signatures and random bytes.
        .target(
            name: "BacalhauCrypto", dependencies: ["BacalhauModel", "BacalhauSupport", "COpenSSL", "CLinux"],
            path: "Sources/BacalhauCore/Crypto", swiftSettings: strict),
        // HTTP and WebSocket client.
        .target(
            name: "BacalhauHTTPClient",
            dependencies: ["BacalhauModel", "BacalhauSupport", "BacalhauCrypto", "CCurl", "CLinux"],
            path: "Sources/BacalhauCore/HTTPClient", swiftSettings: strict),
        // File names that cannot leave their folder, and work that may block.
        .target(
            name: "BacalhauFiles", dependencies: ["CLinux"], path: "Sources/BacalhauCore/Files", swiftSettings: strict),
        // Packing and unpacking of folders, for nodes and for the client.
        .target(
            name: "BacalhauArchive", dependencies: ["BacalhauCrypto", "BacalhauFiles", "CArchive"],
            path: "Sources/BacalhauCore/Objects/Archive", swiftSettings: strict),
        // The engine. `Exports.swift` re-exports the model: one `import BacalhauCore` is enough for users.
        .target(
            name: "BacalhauCore",
            dependencies: [
                "BacalhauModel", "BacalhauSupport", "BacalhauCrypto", "BacalhauHTTPClient", "BacalhauFiles",
                "BacalhauArchive", "CSQLite", "CLinux", "CWasmtime", "CHTTPServer",
            ],
            exclude: ["Model", "Support", "Crypto", "HTTPClient", "Files", "Objects/Archive"], swiftSettings: strict),
        // The REST API as typed calls.
        .target(
            name: "BacalhauClient",
            dependencies: [
                "BacalhauModel", "BacalhauSupport", "BacalhauCrypto", "BacalhauHTTPClient", "BacalhauFiles",
                "BacalhauArchive",
            ],
            swiftSettings: strict),

        .executableTarget(
            name: "bacalhau-cli", dependencies: ["BacalhauClient", "BacalhauCrypto"], swiftSettings: strict),
        .executableTarget(
            name: "bacalhau-node", dependencies: ["BacalhauCore", "BacalhauFiles", "CLinux"], swiftSettings: strict),

        // The program of Docs/Embedding.md and its tutorial, so that it keeps compiling and running.
        .executableTarget(
            name: "embedding-example", dependencies: ["BacalhauCore"], path: "Docs/Examples/Embedding",
            swiftSettings: strict),
        // The programs of the client's tutorials.
        .executableTarget(
            name: "docker-job-example", dependencies: ["BacalhauClient"], path: "Docs/Examples/DockerJob",
            swiftSettings: strict),
        .executableTarget(
            name: "wasm-partitions-example", dependencies: ["BacalhauClient"], path: "Docs/Examples/WasmPartitions",
            exclude: ["partition.wat", "partition.wasm"], swiftSettings: strict),

        // Fixtures, fakes and the harness around real processes.
        .target(
            name: "BacalhauTestSupport",
            dependencies: ["BacalhauCore", "BacalhauClient", "BacalhauSupport", "BacalhauFiles", "CCurl"],
            swiftSettings: strict),
        .testTarget(
            name: "BacalhauCoreTests",
            dependencies: [
                "BacalhauTestSupport", "BacalhauFiles", "BacalhauArchive", "bacalhau-node", "CWasmtime", "CLinux",
            ],
            swiftSettings: strict),
        .testTarget(name: "BacalhauClientTests", dependencies: ["BacalhauTestSupport"], swiftSettings: strict),
        .testTarget(
            name: "CommandLineTests", dependencies: ["BacalhauTestSupport", "bacalhau-cli"], swiftSettings: strict),
        .testTarget(
            name: "SimulationTests", dependencies: ["BacalhauTestSupport", "BacalhauSupport"], swiftSettings: strict),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "BacalhauTestSupport", "bacalhau-node", "bacalhau-cli", "embedding-example", "docker-job-example",
                "wasm-partitions-example", "BacalhauFiles",
            ],
            swiftSettings: strict),
    ],
    cxxLanguageStandard: .cxx17
)
