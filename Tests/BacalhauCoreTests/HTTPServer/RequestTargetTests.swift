import BacalhauHTTPClient
import Testing

@testable import BacalhauCore

struct RequestTargetTests {
    @Test(arguments: [
        ("/", "/", "/"),
        ("/a/b", "/a/b", "/a/b"),
        ("/a%2Fb%c3%a4", "/a%2Fb%c3%a4", "/a/bä"),
        ("/a+b", "/a+b", "/a+b"),
        ("/a?b/c", "/a", "/a"),
        ("http://host:1/a", "/a", "/a"),
        ("https://host", "/", "/"),
        ("http://host?a", "/", "/"),
        ("*", "*", "*"),
    ])
    func pathIsTakenOutAndDecoded(target: String, rawPath: String, path: String) throws {
        let parts = try #require(RequestTarget(target))
        #expect(parts.rawPath == rawPath)
        #expect(parts.path == path)
    }

    @Test(arguments: [
        ("/", [""]),
        ("/a/b?c/d", ["a", "b"]),
        ("/a/b/", ["a", "b", ""]),
        ("//a", ["", "a"]),
        ("/a%2Fb/%C3%A4", ["a/b", "ä"]),
        ("/a+b", ["a+b"]),
        ("https://host", [""]),
        ("*", ["*"]),
    ])
    func segmentsAreDecodedEachByItself(target: String, segments: [String]) throws {
        #expect(try HTTPRequest(method: "GET", target: target).pathSegments == segments)
    }

    @Test
    func queryKeepsItsOrderAndIsDecoded() throws {
        let parts = try #require(RequestTarget("/?b=2&a=1+%2B&&b&=x&c=1=2"))
        #expect(
            parts.query == [
                .init(name: "b", value: "2"), .init(name: "a", value: "1 +"), .init(name: "b", value: ""),
                .init(name: "", value: "x"), .init(name: "c", value: "1=2"),
            ])
    }

    @Test
    func emptyQueryIsTold() throws {
        let (with, without) = (try #require(RequestTarget("/a?")), try #require(RequestTarget("/a")))
        #expect(with.hasQuery)
        #expect(!without.hasQuery)
    }

    @Test(arguments: ["", "a", "/%", "/%1", "/%g0", "/%00", "/%ff", "/?%", "/?a=%zz", "/?a=%00", "ftp://host/"])
    func brokenTargetIsRefused(target: String) {
        #expect(throws: HTTPServerError.malformedTarget(target)) { try HTTPRequest(method: "GET", target: target) }
    }
}
