import Testing

@testable import BacalhauCore

struct PathPatternTests {
    @Test(arguments: [
        ("/data/*", "/data/a", true), ("/data/*", "/data/a/b", false), ("/data/*", "/data", false),
        ("/data/**", "/data", true), ("/data/**", "/data/", true), ("/data/**", "/data/a/b/c", true),
        ("/data/**", "/database", false), ("/data", "/data/", false), ("/data/file*", "/data/file1", true),
        ("**", "/etc", true), (".*", "/etc/passwd", false), ("/data/{a,b}", "/data/a", true),
        ("/data/{a,b}", "/data/c", false), ("/data/[ab]", "/data/a", true), ("/data/[!ab]", "/data/a", false),
        ("/data/[a-c]", "/data/b", true), ("/data/?", "/data/x", true), ("/data/?", "/data/xy", false),
        ("/a/**/z", "/a/z", true), ("/a/**/z", "/a/b/c/z", true), ("/{a/b,c}/d", "/a/b/d", true),
        ("/{a,{b,c}}", "/c", true), ("/\\*", "/*", true), ("/\\*", "/a", false), ("/*.csv", "/x.csv", true),
    ])
    func patternsMatchWholePaths(_ pattern: String, _ path: String, _ isMatch: Bool) throws {
        #expect(try #require(PathPattern(pattern)).matches(path) == isMatch)
    }

    @Test(arguments: ["/a[", "/{a", "/[b-a]", "/" + String(repeating: "{a,b}", count: 20)])
    func patternsThatDoNotCloseOrGrowTooLargeAreRefused(_ pattern: String) {
        #expect(PathPattern(pattern) == nil)
    }

    @Test(arguments: ["/plain", "/a*b?[c]{d,e}\\f"])
    func anEscapedTextMatchesItself(_ text: String) throws {
        #expect(try #require(PathPattern(PathPattern.escaped(text))).matches(text))
    }
}
