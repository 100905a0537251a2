import BacalhauCore
import BacalhauCrypto
import BacalhauFiles
import BacalhauModel
import Synchronization
import Testing

struct URLDownloadStorageTests {
    private let folder = ScratchFolder()

    /// Allows loopback, and counts the waits instead of waiting.
    private final class Pauses: Sendable {
        let all = Mutex<[Duration]>([])
        func storage(_ change: (inout URLDownloadSettings) -> Void = { _ in }) -> URLDownloadStorage {
            var settings = URLDownloadSettings()
            // Other tests may keep the machine busy for a while; no test here is about this time.
            settings.sizeTimeout = .seconds(300)
            settings.addresses = AddressPolicy(allowed: [IPAddressRange("127.0.0.0/8")].compactMap { $0 })
            change(&settings)
            return URLDownloadStorage(settings) { pause in self.all.withLock { $0.append(pause) } }
        }
    }

    private func input(_ url: String, _ more: [String: JSONValue] = [:]) -> InputSource {
        InputSource(
            source: Source(type: "urlDownload", params: more.merging(["url": .string(url)]) { $1 }), target: "/inputs")
    }

    @Test func aFileArrivesUnderItsName() async throws {
        let prepared = try await WebFixture { _ in .text("content") }.run { base in
            try await Pauses().storage().prepare(input("\(base)/dir/data.csv?x=1"), in: folder.path, bytesMax: 7)
        }
        #expect(prepared.hostPath == folder.at("data.csv"))
        #expect(prepared.target == "/inputs/data.csv")
        #expect(!prepared.isDirectory)
        #expect(folder.text("data.csv") == "content")
        #expect(folder.names() == ["data.csv"])
    }

    @Test func theSizeIsThatOfTheServerAndUnknownWhenItDoesNotSay() async throws {
        let sizes = try await WebFixture { request in
            request.path == "/known" ? .text("12345") : HTTPResponse(status: 405)
        }.run { base in
            let storage = Pauses().storage()
            return [
                try await storage.check(input("\(base)/known").source ?? .empty),
                try await storage.check(input("\(base)/unknown").source ?? .empty),
            ]
        }
        #expect(sizes == [5, 0])
    }

    @Test func redirectsAreFollowedAndTheLastNameCounts() async throws {
        let prepared = try await WebFixture { request in
            switch request.path {
            case "/initial": .redirect(to: "/second.png")
            case "/second.png": .redirect(to: "/cdn/300/")
            default: .text("x", [("Content-Disposition", "attachment; filename=\"../../300.jpg\"")])
            }
        }.run { base in
            try await Pauses().storage().prepare(input("\(base)/initial"), in: folder.path, bytesMax: 100)
        }
        #expect(prepared.target == "/inputs/300.jpg")
    }

    @Test func endlessRedirectsEnd() async throws {
        try await WebFixture { _ in .redirect(to: "/again") }.run { base in
            await #expect(
                throws: StorageError.rejected(
                    reason: "\(base)/x cannot be downloaded: the server redirects more than 10 times",
                    hint: "Check the URL and its server.")
            ) { try await Pauses().storage().prepare(input("\(base)/x"), in: folder.path, bytesMax: 100) }
        }
    }

    @Test func privateAddressesAreRefusedAlsoBehindARedirect() async throws {
        let hint = "Jobs may fetch from the internet only; the node's operator can allow other addresses."
        try await WebFixture { _ in .redirect(to: "http://127.9.9.9:1/secret") }.run { base in
            let strict = URLDownloadStorage()
            let direct = StorageError.rejected(
                reason:
                    "\(base)/x cannot be downloaded: the address 127.0.0.1 of \(base.dropFirst(7)) is refused by the address policy",
                hint: hint)
            await #expect(throws: direct) { try await strict.check(input("\(base)/x").source ?? .empty) }
            await #expect(throws: direct) { try await strict.prepare(input("\(base)/x"), in: folder.path, bytesMax: 1) }
            let onlyThisServer = Pauses().storage {
                $0.addresses = AddressPolicy(allowed: [IPAddressRange("127.0.0.1")].compactMap { $0 })
            }
            await #expect {
                try await onlyThisServer.prepare(input("\(base)/x"), in: folder.path, bytesMax: 1)
            } throws: { error in
                guard case .rejected(let reason, hint)? = error as? StorageError else { return false }
                return reason.contains("127.9.9.9")
            }
        }
    }

    @Test func onlyWhatMayPassIsTriedAgain() async throws {
        let count = Mutex(0)
        let pauses = Pauses()
        try await WebFixture { request in
            let number = count.withLock { count in
                count += 1
                return count
            }
            if request.path == "/gone" { return HTTPResponse(status: 404) }
            switch number {
            case 1: return HTTPResponse(status: 503)
            case 2: return HTTPResponse(status: 429, headers: [("Retry-After", "7")])
            case 3: return HTTPResponse(status: 500, headers: [("Retry-After", "100000")])
            default: return .text("at last")
            }
        }.run { base in
            let storage = pauses.storage()
            _ = try await storage.prepare(input("\(base)/f"), in: folder.path, bytesMax: 100)
            await #expect(
                throws: StorageError.rejected(
                    reason: "\(base)/gone was answered with status 404", hint: "Check the URL.")
            ) { try await storage.prepare(input("\(base)/gone"), in: folder.path, bytesMax: 100) }
        }
        #expect(pauses.all.withLock { $0 } == [.seconds(1), .seconds(7), .seconds(60)])
        #expect(folder.text("f") == "at last")
    }

    @Test func aServerThatKeepsFailingIsGivenUp() async throws {
        let pauses = Pauses()
        try await WebFixture { _ in HTTPResponse(status: 500) }.run { base in
            await #expect(
                throws: StorageError.unavailable(
                    reason: "\(base)/f was answered with status 500", hint: "The server may work again later.")
            ) { try await pauses.storage().prepare(input("\(base)/f"), in: folder.path, bytesMax: 100) }
        }
        #expect(pauses.all.withLock { $0 } == [.seconds(1), .seconds(2), .seconds(4)])
    }

    @Test(arguments: [true, false])
    func theLimitHoldsWithAndWithoutAnAnnouncedSize(_ isAnnounced: Bool) async throws {
        let limit = StorageError.rejected(
            reason: "the file to download has more than the 9 bytes that are allowed here",
            hint: "Use a smaller file, or have the node's limit raised.")
        try await WebFixture { _ in
            if isAnnounced { return .text("0123456789") }
            return HTTPResponse(
                status: 200,
                body: .stream(contentLength: nil) { writer in try await writer.write(Array("0123456789".utf8)) })
        }.run { base in
            await #expect(throws: limit) {
                try await Pauses().storage().prepare(input("\(base)/f"), in: folder.path, bytesMax: 9)
            }
        }
    }

    @Test func aDigestIsChecked() async throws {
        let digest = SHA256.hexDigest(of: "content".utf8)
        let other = String(repeating: "0", count: 64)
        try await WebFixture { _ in .text("content") }.run { base in
            let storage = Pauses().storage()
            let good = input("\(base)/f", ["sha256": .string(digest.uppercased())])
            _ = try await storage.prepare(good, in: folder.path, bytesMax: 100)
            await #expect(
                throws: StorageError.rejected(
                    reason: "\(base)/f has the SHA-256 \(digest), not \(other)",
                    hint: "Either the file was changed, or the parameter SHA256 is wrong.")
            ) {
                try await storage.prepare(
                    input("\(base)/f", ["SHA256": .string(other)]), in: folder.path, bytesMax: 100)
            }
        }
    }

    @Test(arguments: ["ftp://h/x", "http://h", "h/x", "http://h/a b", ""])
    func otherURLsAreRefused(_ url: String) async {
        await #expect {
            try await Pauses().storage().check(input(url).source ?? .empty)
        } throws: { error in
            let text = "\(error)"
            return text
                == "parameter URL of source urlDownload must be an http or https URL with a path, not \(url.debugDescription)"
                || url.isEmpty && text == "source urlDownload needs the parameter URL"
        }
    }

    @Test func messagesKeepPasswordsAndSignaturesToThemselves() async {
        await #expect {
            try await URLDownloadStorage().prepare(
                input("http://user:secret@127.0.0.1:1/x?sig=secret"), in: folder.path, bytesMax: 1)
        } throws: { !"\($0)".contains("secret") && "\($0)".contains("http://127.0.0.1:1/x") }
    }
}

struct AddressPolicyTests {
    @Test(arguments: [
        ("127.0.0.1", IPAddress.Kind.loopback), ("::1", .loopback), ("::ffff:127.0.0.1", .loopback),
        ("169.254.169.254", .linkLocal),
        ("10.1.2.3", .privateNetwork), ("172.16.0.1", .privateNetwork), ("172.32.0.1", .global),
        ("192.168.1.1", .privateNetwork),
        ("100.64.0.1", .privateNetwork), ("0.0.0.0", .reserved), ("::", .reserved), ("224.0.0.1", .multicast),
        ("255.255.255.255", .reserved), ("8.8.8.8", .global), ("2606:4700::1", .global), ("fe80::1%eth0", .linkLocal),
        ("fd00::1", .privateNetwork), ("64:ff9b::a9fe:a9fe", .linkLocal), ("2002:7f00:1::", .loopback),
        ("ff02::1", .multicast),
    ])
    func addressesBelongToNetworks(_ text: String, _ kind: IPAddress.Kind) throws {
        #expect(try #require(IPAddress(text)).kind == kind)
    }

    @Test func rangesContainTheirAddressesOnly() throws {
        let range = try #require(IPAddressRange("10.1.128.0/17"))
        #expect(range.contains(try #require(IPAddress("10.1.200.1"))))
        #expect(!range.contains(try #require(IPAddress("10.1.1.1"))))
        #expect(!range.contains(try #require(IPAddress("::1"))))
        #expect(IPAddressRange("10.0.0.0/33") == nil)
        #expect(IPAddressRange("host") == nil)
        #expect(!AddressPolicy().allows("not an address"))
        #expect(AddressPolicy(allowsAll: true).allows("127.0.0.1"))
    }
}
