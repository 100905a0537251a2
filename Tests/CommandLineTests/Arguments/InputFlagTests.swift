import BacalhauClient
import Testing

@testable import bacalhau_cli

@Suite struct InputFlagTests {
    @Test(arguments: [
        ("ipfs://Qm", "ipfs://Qm", "/inputs"), ("ipfs://Qm:/data", "ipfs://Qm", "/data"),
        ("ipfs://Qm:/data,dst=/other", "ipfs://Qm", "/other"),
        ("s3://b/a:b:c.txt:/x", "s3://b/a:b:c.txt", "/x"), ("https://h:9000/f:/x", "https://h:9000/f", "/x"),
        ("https://h:9000/f", "https://h:9000/f", "/inputs"),
        ("src=https://h:9000/f,dst=/x", "https://h:9000/f", "/x"),
        ("source=' https://e.org/d?x=1 ',target=/i", "https://e.org/d?x=1", "/i"),
    ])
    func theURIAndTheDestinationAreTold(text: String, uri: String, target: String) throws {
        let input = try InputFlag.read(text)
        #expect(input.alias == uri)
        #expect(input.target == target)
    }

    @Test(arguments: [
        ("ipfs://Qm/a", Source(type: "ipfs", params: ["CID": "Qm"])),
        ("https://e.org/a.csv", Source(type: "urlDownload", params: ["URL": "https://e.org/a.csv"])),
        ("file:///srv/m:/m", Source(type: "localDirectory", params: ["SourcePath": "/srv/m", "ReadWrite": false])),
        ("file://a/b,opt=rw=true", Source(type: "localDirectory", params: ["SourcePath": "a/b", "ReadWrite": true])),
        (
            "s3://b/2024/*,opt=region=eu,opt=filter=^p-.*,opt=version-id=7",
            Source(
                type: "s3",
                params: [
                    "Bucket": "b", "Key": "2024/*", "Filter": "^p-.*", "Region": "eu", "Endpoint": "", "VersionID": "7",
                    "ChecksumSHA256": "",
                ])
        ),
    ])
    func eachSchemeBecomesItsSource(text: String, source: Source) throws {
        #expect(try InputFlag.read(text).source == source)
    }

    @Test(arguments: [
        ("", "the value is empty"), ("git://x/y", "unsupported type: git"),
        ("QmCid", "unknown storage schema:  (use ipfs://, http://, https://, s3:// or file://)"),
        ("ipfs://a,b", "invalid input field \"b\". Must be a key=value pair"),
        ("s3://b/k,opt=colour=red", "unknown option colour of an s3 input"),
        ("src=ipfs://a,mode=1", "unexpected key mode in field \"mode=1\" (use src, dst or opt)"),
        ("ipfs://a\"b", "bare \" in non-quoted field \"ipfs://a\\\"b\""),
    ])
    func whatCannotBeReadIsNamed(text: String, message: String) {
        #expect(throws: ValueError(message: message)) { try InputFlag.read(text) }
    }

    @Test(arguments: [
        ("local", Publisher(type: "local")), ("ipfs", Publisher(type: "ipfs")),
        ("s3://b/k/l", Publisher(type: "s3", params: ["Bucket": "b", "Key": "k/l", "Region": "", "Endpoint": ""])),
        (
            "s3,opt=bucket=b,opt=key=k,opt=region=eu",
            Publisher(type: "s3", params: ["Bucket": "b", "Key": "k", "Region": "eu", "Endpoint": ""])
        ),
        (
            "dst=s3://b/k,opt=endpoint=http://h:9",
            Publisher(type: "s3", params: ["Bucket": "b", "Key": "k", "Region": "", "Endpoint": "http://h:9"])
        ),
    ])
    func publishersAreRead(text: String, publisher: Publisher) throws {
        #expect(try PublisherFlag.read(text) == publisher)
    }

    @Test func aPublisherThatNobodyKnowsIsRefused() {
        #expect(throws: ValueError(message: "unknown publisher type: ftp (use local, s3 or ipfs)")) {
            try PublisherFlag.read("ftp")
        }
        #expect(throws: ValueError(message: "the s3 publisher needs a key: s3://bucket/key")) {
            try PublisherFlag.read("s3://b")
        }
    }

    @Test func resultPathsHaveOneColonAndTwoSides() throws {
        #expect(try ResultPathFlag.read("out:/outputs") == ResultPath(name: "out", path: "/outputs"))
        for text in ["out", "out=/x", ":/x", "out:", "a:b:c"] {
            #expect(throws: ValueError(message: "invalid output volume: \(text) (write name:path)")) {
                try ResultPathFlag.read(text)
            }
        }
    }
}
