import Testing

/// The arrows between the folders of one module, which the compiler does not hold.
@Suite struct LayeringTests {
    @Test func everyFolderHasItsPlaceInTheOrder() throws {
        let folders = Set(try engineFiles().map(\.folder))
        #expect(folders.subtracting(LayerOrder.mayUse.keys) == [], "add them to LayerOrder and to Docs/Architecture.md")
    }

    @Test func orderHasNoCircle() {
        var rest = LayerOrder.mayUse
        while let lowest = rest.first(where: { $0.value.isDisjoint(with: rest.keys) }) { rest[lowest.key] = nil }
        #expect(rest.keys.sorted() == [])
    }

    @Test func foldersUseOnlyWhatLiesBelow() throws {
        var places: [String: String] = [:]
        for breach in try breaches() where places[breach.rule] == nil { places[breach.rule] = breach.place }
        for (rule, place) in places.sorted(by: { $0.key < $1.key }) {
            Issue.record("\(place): \(rule)")
        }
    }

    @Test func eachCModuleHasOneOwner() throws {
        for file in try PackageFiles.swiftFiles(below: "Sources") {
            for (module, line) in file.imports {
                guard let owners = LayerOrder.ownersOfModules[module] else { continue }
                let isOwner = owners.contains { file.path.hasPrefix("Sources/\($0)/") }
                #expect(isOwner, "\(file.place(line)): only \(owners.sorted()) may import \(module)")
            }
        }
    }

    @Test func shippedTargetsDoWithoutTheFullFoundation() throws {
        for file in try PackageFiles.swiftFiles(below: "Sources") {
            for (module, line) in file.imports where LayerOrder.unwantedModules.contains(module) {
                // Systems that have no part of Foundation on its own.
                if module == "Foundation", file.isAlternative(at: line, to: "FoundationEssentials") { continue }
                Issue.record("\(file.place(line)): import FoundationEssentials or Glibc instead of \(module)")
            }
        }
    }

    @Test func clientAndItsProgramDoNotKnowTheEngine() throws {
        for folder in ["Sources/BacalhauClient", "Sources/bacalhau-cli"] {
            for file in try PackageFiles.swiftFiles(below: folder) {
                for (module, line) in file.imports where module == "BacalhauCore" {
                    Issue.record("\(file.place(line)): the client must not link the engine")
                }
            }
        }
    }

    /// Nobody builds this on macOS yet; this keeps the way open.
    @Test func clientAndWhatItLinksNameDarwinBesideGlibc() throws {
        for folder in LayerOrder.foldersOfTheClient {
            for file in try PackageFiles.swiftFiles(below: "Sources/\(folder)") {
                for (module, line) in file.imports {
                    switch module {
                    case "Glibc":
                        #expect(file.isAlternative(at: line, to: "Darwin"), "\(file.place(line)): name Darwin first")
                    case "FoundationEssentials":
                        #expect(file.lines[max(0, line - 1)].hasPrefix("#if canImport"), "\(file.place(line))")
                    case "CLinux":
                        #expect(LayerOrder.linuxFilesOfTheClient.contains(file.path), "\(file.place(line))")
                    default:
                        #expect(LayerOrder.modulesOfTheClient.contains(module), "\(file.place(line)): \(module)")
                    }
                }
            }
        }
    }

    @Test func namesInCommentsLiteralsAndMembersAreNoUses() {
        let file = SwiftFile(
            path: "a.swift",
            text: """
                // Comment /* Hidden
                let a = "Literal \\"Quoted\\" \\(Inner(x))" + #"Raw "Literal"# // End
                /* Outer /* Nested */ Still */ let b: Found<Other> = Job.Member()
                """)
        #expect(file.usedNames == ["Found": 2, "Other": 2, "Job": 2])
    }

    @Test func declarationsAreToldFromUses() {
        let file = SwiftFile(
            path: "a.swift",
            text: """
                @frozen public struct Outer<Element: Sendable>: Sendable {
                    enum Inner {}
                    class func make() {}
                }
                extension Other {}
                """)
        #expect(file.declarations.outermost == ["Outer"])
        #expect(file.declarations.all == ["Outer", "Element", "Inner"])
    }

    // MARK: - Looking

    private struct EngineFile {
        let folder: String
        let file: SwiftFile
        let declared: (outermost: Set<String>, all: Set<String>)
    }

    private struct Breach {
        let rule: String
        let place: String
    }

    private func engineFiles() throws -> [EngineFile] {
        try PackageFiles.swiftFiles(below: "Sources/BacalhauCore").compactMap { file in
            let parts = file.path.split(separator: "/")
            guard parts.count > 3 else { return nil }
            return EngineFile(folder: String(parts[2]), file: file, declared: file.declarations)
        }
    }

    private func breaches() throws -> [Breach] {
        let files = try engineFiles()
        var homes: [String: Set<String>] = [:]
        var local: [String: Set<String>] = [:]
        for file in files {
            for name in file.declared.outermost { homes[name, default: []].insert(file.folder) }
            local[file.folder, default: []].formUnion(file.declared.all)
        }
        return files.flatMap { user in
            let allowed = LayerOrder.mayUse[user.folder, default: []]
            return user.file.usedNames.compactMap { name, line -> Breach? in
                // A name that several folders have may mean any of them; one of its own means that.
                guard let owners = homes[name], local[user.folder]?.contains(name) != true,
                    owners.isDisjoint(with: allowed)
                else { return nil }
                return Breach(
                    rule: "\(user.folder) uses \(owners.sorted().joined(separator: ", ")): \(name)",
                    place: user.file.place(line))
            }
        }.sorted { $0.place < $1.place }
    }
}
