import Testing

@testable import BacalhauCore

struct DownloadNameTests {
    @Test(
        arguments: [
            ("http://h/third.txt", true, nil, "third.txt"), ("http://h/", false, nil, nil),
            ("http://h/cdn/300/", true, nil, "300"),
            ("http://h/cdn/300/", true, "attachment; filename*=UTF-8''300.jpg; filename=\"../../300.jpg\"", "300.jpg"),
            ("http://h/cdn/300/", true, "filename=\"/etc/300.jpg\"", "300.jpg"),
            ("http://h/img/300.jpg", false, "filename=\"dodgy.bin\"", "300.jpg"), ("http://h/x%2Fy", false, nil, "y"),
            ("http://h/a.txt?b=/c.txt#/d", false, nil, "a.txt"), ("http://h/a/..", false, nil, nil),
            ("http://h/a%00b", false, nil, nil), ("http://h/a/%2E%2E", false, nil, nil),
            ("http://h/x", true, "attachment; filename=\"..\"", "x"), ("http://h/x", true, "attachment", "x"),
            ("http://h/x", true, "attachment; filename=\"a;b \\\"c\\\".txt\"", "a;b \"c\".txt"),
            ("http://h/x", true, "attachment; filename=plain.txt", "plain.txt"), ("http://h/a%zz", false, nil, "a%zz"),
        ] as [(String, Bool, String?, String?)])
    func namesAreChosenLikeThis(_ url: String, _ isRedirected: Bool, _ disposition: String?, _ name: String?) {
        #expect(DownloadName.choose(url: url, isRedirected: isRedirected, disposition: disposition) == name)
    }
}
