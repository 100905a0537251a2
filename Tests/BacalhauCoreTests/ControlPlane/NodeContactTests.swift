import BacalhauModel
import BacalhauSupport
import Testing

@testable import BacalhauCore

/// What people are told of a node's connection.
@Suite struct NodeContactTests {
    /// A time of the fixture, whose clock begins one second after 1970.
    private func second(_ second: Int64) -> Timestamp { Timestamp(nanoseconds: second * 1_000_000_000) }

    private func contact(_ name: String, _ plane: borrowing ControlPlaneFixture) -> NodeContact? {
        plane.node(name)?.described.contact
    }

    @Test func wordsOfANodeAreNotedAtTheTimeOfDay() {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        plane.moment.wall = second(1000)
        _ = plane.beat("n-1")
        var expected = NodeContact()
        expected.connectedSince = second(1)
        expected.lastHeard = second(1000)
        #expect(contact("n-1", plane) == expected)
    }

    @Test func aSilentNodeIsDisconnectedWithAReasonUntilItReturns() {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        plane.advance(.seconds(45))
        var expected = NodeContact()
        expected.connectedSince = second(1)
        expected.lastHeard = second(1)
        expected.disconnectedSince = second(46)
        expected.lastError = "nothing was heard of it for 45 seconds"
        #expect(contact("n-1", plane) == expected)
        plane.advance(.seconds(10))
        plane.addNode("n-1")
        expected.connectedSince = second(56)
        expected.lastHeard = second(56)
        expected.lastError = ""
        #expect(contact("n-1", plane) == expected)
    }

    @Test func aNodeThatLeavesMadeNoError() {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        plane.advance(.seconds(2))
        plane.disconnect("n-1")
        #expect(contact("n-1", plane)?.disconnectedSince == second(3))
        #expect(contact("n-1", plane)?.lastError == "")
    }

    @Test func afterARestartNothingWasHeardYet() {
        var plane = ControlPlaneFixture()
        plane.addNode("n-1")
        plane.addNode("n-2")
        plane.advance(.seconds(4))
        plane.restart(connected: [NodeID(rawValue: "n-2")])
        var expected = NodeContact()
        expected.disconnectedSince = second(5)
        #expect(contact("n-1", plane) == expected)
        // A connection that outlives a state keeps its times.
        #expect(contact("n-2", plane)?.connectedSince == second(1))
        #expect(contact("n-2", plane)?.disconnectedSince == .zero)
    }

    @Test func clientsOfBothGenerationsAreToldInTheirForm() throws {
        var known = KnownNode(
            state: NodeState(
                info: ControlPlaneFixture.info("n-1"), membership: .approved, connection: .disconnected),
            contact: NodeContact())
        known.contact.lastHeard = second(60)
        known.contact.connectedSince = second(1)
        known.contact.lastError = "silent"
        #expect(known.json(for: .v14) == known.state.json)
        let members = try JSONParser.parse(known.json(for: .v19)).value.object
        #expect(
            members?["ConnectionState"] == [
                "Status": "DISCONNECTED", "LastHeartbeat": "1970-01-01T00:01:00Z",
                "ConnectedSince": "1970-01-01T00:00:01Z", "DisconnectedSince": "0001-01-01T00:00:00Z",
                "LastError": "silent",
            ])
    }
}
