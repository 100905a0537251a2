import Testing

@testable import BacalhauCore

@Suite struct AccessRuleTests {
    /// Each call that is not open, with what it needs. A new call belongs here, or among the open ones.
    private static let needs: [String: String] = [
        "agentNode": "read:agent", "agentDebug": "read:agent", "agentConfig": "read:agent", "nodeInfo": "read:agent",
        "healthz": "read:agent", "submitJob": "write:job", "postJob": "write:job", "listJobs": "read:job",
        "getJob": "read:job", "stopJob": "write:job", "rerunJob": "write:job", "diffJob": "write:job",
        "jobHistory": "read:job", "jobExecutions": "read:job", "jobResults": "read:job", "downloadResult": "read:job",
        "explainJob": "read:job", "jobVersions": "read:job", "jobLogs": "read:job", "listNodes": "read:node",
        "getNode": "read:node", "updateNode": "write:node", "computeDebug": "write:node", "approveBid": "write:node",
    ]
    private static let open: Set<String> = [
        "agentAlive", "agentVersion", "agentAuthConfig", "listAuthMethods", "getAuthMethod", "authenticate", "home",
        "livez", "id", "version", "openapi", "docs",
    ]

    @Test func everyCallNeedsWhatItsMethodAndPathSay() {
        for route in APIRouteTable.routes where !route.name.hasPrefix("retired") {
            switch route.access {
            case .open: #expect(AccessRuleTests.open.contains(route.name), "\(route.name) is open")
            case .needs(let action): #expect(action.description == AccessRuleTests.needs[route.name], "\(route.name)")
            }
        }
        let names = Set(APIRouteTable.routes.map(\.name))
        #expect(names.isSuperset(of: AccessRuleTests.needs.keys))
        #expect(names.isSuperset(of: AccessRuleTests.open))
    }

    @Test func whatWasRetiredAnswersEverybody() {
        for route in APIRouteTable.routes where route.name.hasPrefix("retired") { #expect(route.access == .open) }
    }

    @Test(arguments: [
        ("*", "read:job", true), ("*", "write:node", true), ("read:*", "read:node", true),
        ("read:*", "write:node", false), ("*:job", "write:job", true), ("*:job", "write:node", false),
        ("write:job", "read:job", false), ("read:agent", "read:agent", true),
    ])
    func anActionCoversWhatItNames(action: String, other: String, covers: Bool) throws {
        let action = try #require(AccessAction(text: action))
        #expect(try action.covers(#require(AccessAction(text: other))) == covers)
    }

    @Test(arguments: [
        "", "read", "read:", ":job", "read:job:", "Read:job", "read:jobs", "delete:job", "**", "read:job ",
    ])
    func otherTextsAreNoActions(text: String) {
        #expect(AccessAction(text: text) == nil)
    }
}
