import Testing

@testable import BacalhauCore

@Suite struct ClientNetworkTests {
    @Test(arguments: [
        ("192.0.2.7:51000", "192.0.2.7"),
        ("[2001:db8:1:2:3:4:5:6]:443", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2:ffff::9]:80", "2001:db8:1:2::/64"),
        ("[::1]:5", "0:0:0:0::/64"),
        ("[::ffff:192.0.2.7]:5", "192.0.2.7"),
        ("", ""), ("somewhere", "somewhere"),
    ])
    func aClientIsItsAddressOrItsNetwork(address: String, name: String) {
        #expect(ClientNetwork.name(of: address) == name)
    }
}
