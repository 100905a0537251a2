import BacalhauCore
import BacalhauFiles
import BacalhauModel
import Glibc
import Testing

/// What holds for every publisher.
struct PublisherContractTests {
    private let folder = ScratchFolder()
    private let id = ExecutionID(rawValue: "e-1")

    enum Kind: CaseIterable { case noop, local }

    private func publisher(_ kind: Kind) throws -> any ResultPublisher {
        switch kind {
        case .noop: NoopPublisher()
        case .local: LocalPublisher(store: try ResultStore(directory: folder.at("store")), host: "localhost", port: 1)
        }
    }

    private func publish(_ publisher: any ResultPublisher) async throws(PublisherError) -> SpecConfig {
        try await publisher.publish(
            folder.at("results"), of: id, job: JobID(rawValue: "j"), to: Publisher(type: publisher.publisherType))
    }

    @Test(arguments: Kind.allCases)
    func publishingTwiceGivesTheSameAddress(_ kind: Kind) async throws {
        folder.makeFolder("results")
        let publisher = try publisher(kind)
        #expect(await publisher.availability() == .available)
        #expect(publisher.publisherType == publisher.publisherType.lowercased())
        try await publisher.check(Publisher(type: publisher.publisherType))
        #expect(try await publish(publisher) == publish(publisher))
    }

    @Test(arguments: Kind.allCases)
    func removingLeavesNothingAndMayBeRepeated(_ kind: Kind) async throws {
        folder.makeFolder("results")
        let publisher = try publisher(kind)
        _ = try await publish(publisher)
        await publisher.remove(id)
        await publisher.remove(id)
        await publisher.remove(ExecutionID(rawValue: "../results"))
        #expect(folder.names("store").allSatisfy { $0 == ".secret" })
        #expect(folder.names().contains("results"))
    }

    @Test(arguments: Kind.allCases)
    func cancellingLeavesNothingHalfDone(_ kind: Kind) async throws {
        folder.makeFolder("results")
        let publisher = try publisher(kind)
        let outcome = await withTaskGroup(of: PublisherError?.self) { group in
            group.cancelAll()
            group.addTask {
                do throws(PublisherError) {
                    _ = try await publish(publisher)
                    return nil
                } catch { return error }
            }
            return await group.next() ?? nil
        }
        #expect(outcome == .cancelled)
        #expect(folder.names("store").allSatisfy { $0 == ".secret" })
    }

    @Test(arguments: [Kind.local])
    func linksInResultsAreNotFollowed(_ kind: Kind) async throws {
        folder.makeFolder("results")
        folder.write("secret", String(repeating: "secret", count: 10_000))
        symlink(folder.at("secret"), folder.at("results/link"))
        _ = try await publish(publisher(kind))
        #expect(try #require(folder.read("store/e-1.tar.gz")).count < 1000)
    }
}
