// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "bacalhau-benchmarks",
    dependencies: [.package(name: "bacalhau", path: "..")],
    targets: [
        .executableTarget(
            name: "bench",
            dependencies: [
                .product(name: "BacalhauClient", package: "bacalhau"),
                .product(name: "BacalhauCore", package: "bacalhau"),
                .product(name: "BacalhauHTTPClient", package: "bacalhau"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6)])
    ]
)
