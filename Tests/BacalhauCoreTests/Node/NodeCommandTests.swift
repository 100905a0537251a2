import BacalhauCore
import Testing

@testable import bacalhau_node

/// The word that says what the program shall do.
@Suite struct NodeCommandTests {
    @Test(arguments: ["version", "--version"]) func versionIsToldWithoutStartingANode(_ word: String) throws {
        guard case .version = try NodeArguments([word], environment: [:]) else {
            Issue.record("no version")
            return
        }
    }

    @Test func anUnknownCommandIsRefused() {
        let expected = BacalhauError(
            .badRequest, "unknown command \"start\"", hint: "Use serve, devstack or version; --help lists the flags.")
        #expect(throws: expected) { try NodeArguments(["start"], environment: [:]) }
    }
}
