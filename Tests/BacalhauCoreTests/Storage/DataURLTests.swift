import Testing

@testable import BacalhauCore

struct DataURLTests {
    @Test(arguments: [
        ("data:,hello%20world", "text/plain", "hello world"),
        ("data:text/plain;charset=utf-8;base64,aGk=", "text/plain", "hi"),
        ("data:text/plain;base64,aGk=\n", "text/plain", "hi"),
        ("data:text/plain;base64,a G\r\nk\t=", "text/plain", "hi"),
        ("data:text/plain;base64,aGk%3D", "text/plain", "hi"),
        ("data:application/GZIP;base64,aGk=", "application/GZIP", "hi"),
        ("data:;charset=utf-8,x", "text/plain", "x"),
        ("data:;base64,", "text/plain", ""),
        ("data:,", "text/plain", ""),
        ("data:,a,b;base64,c", "text/plain", "a,b;base64,c"),
    ])
    func textsAreDecoded(_ url: String, _ type: String, _ content: String) throws {
        let decoded = try DataURL(url)
        #expect(decoded.mediaType == type)
        #expect(String(decoding: decoded.bytes, as: UTF8.self) == content)
    }

    @Test func parametersDoNotChangeTheMediaType() throws {
        #expect(try DataURL("data:application/gzip;x=y;base64,H4sI").mediaType == "application/gzip")
        #expect(try DataURL("data:application/GZIP;base64,AQID").bytes == [1, 2, 3])
    }

    @Test(arguments: [
        ("hello", DataURL.Failure.scheme), ("DATA:,x", .scheme), ("data:text/plain", .noComma),
        ("data:TEXT/Plain,x", .mediaType("TEXT/Plain")), ("data:text,x", .mediaType("text")),
        ("data:;base64,!!!", .base64), ("data:text/plain;base64,aGk", .base64), ("data:;base64,_-8=", .base64),
        ("data:;base64,aGl=", .base64), ("data:text/plain,a b", .character), ("data:text/plain,a%zz", .percent),
        ("data:,%4", .percent), ("data:text/plain;base64;x=y,aGk=", .parameter("base64")),
    ])
    func otherTextsAreRefusedWithTheirReason(_ url: String, _ failure: DataURL.Failure) {
        #expect(throws: failure) { try DataURL(url) }
    }

    @Test(arguments: [[], [0], [255, 254], [1, 2, 3], Array(0...255)] as [[UInt8]])
    func base64GoesThereAndBack(_ bytes: [UInt8]) {
        #expect(Base64.decode(Base64.encode(bytes).utf8) == bytes)
    }
}
