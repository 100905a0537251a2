// swift-tools-version: 6.2
import PackageDescription

// Built by scripts/fuzz, which gives the flags of the sanitizers to all modules.
let package = Package(
    name: "bacalhau-fuzzing",
    dependencies: [.package(name: "bacalhau", path: "..")],
    targets: [
        .target(name: "CLibFuzzer"),
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "CLibFuzzer",
                .product(name: "BacalhauCore", package: "bacalhau"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]),
    ]
)
