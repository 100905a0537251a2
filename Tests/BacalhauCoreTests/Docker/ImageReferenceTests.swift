import Testing

@testable import BacalhauCore

@Suite struct ImageReferenceTests {
    @Test(arguments: [
        ("ubuntu", "docker.io", "library/ubuntu", "latest"),
        ("ubuntu:22.04", "docker.io", "library/ubuntu", "22.04"),
        ("user/img:1", "docker.io", "user/img", "1"),
        ("docker.io/ubuntu", "docker.io", "library/ubuntu", "latest"),
        ("index.docker.io/user/img", "docker.io", "user/img", "latest"),
        ("evil.example/img", "evil.example", "img", "latest"),
        ("localhost/img", "localhost", "img", "latest"),
        ("localhost:5000/a/b:x", "localhost:5000", "a/b", "x"),
        ("ghcr.io/org/img:v1", "ghcr.io", "org/img", "v1"),
        ("Host/img", "host", "img", "latest"),
        ("[::1]:5000/img", "[::1]:5000", "img", "latest"),
        ("u/a__b.c-d/e---f", "docker.io", "u/a__b.c-d/e---f", "latest"),
    ])
    func nameIsTakenApart(_ text: String, _ registry: String, _ repository: String, _ version: String) throws {
        let reference = try #require(ImageReference(text))
        #expect(reference.registry == registry)
        #expect(reference.repository == repository)
        #expect(reference.pullVersion == version)
    }

    @Test func digestWinsOverTag() throws {
        let digest = "sha256:" + String(repeating: "ab", count: 32)
        let reference = try #require(ImageReference("reg.example:1/x:2@\(digest)"))
        #expect(reference.tag == "2")
        #expect(reference.pullVersion == digest)
        #expect(reference.writtenName == "reg.example:1/x")
    }

    @Test(arguments: [
        "", ":", "Ubuntu", "a b", "ubuntu:", "ubuntu:-x", "a//b", "/a", "a/", "a..b", "a___b", "-a", "a-",
        "x@sha256:12",
        "reg.example:port/x", "-bad.example/x", "a\nb", "http://x/y", String(repeating: "a", count: 256),
    ])
    func nonsenseIsNoReference(_ text: String) {
        #expect(ImageReference(text) == nil)
    }

    @Test(arguments: [("user/img", true), ("docker.io/img", true), ("evil.example/img", false), ("ghcr.io/a/b", false)])
    func passwordGoesToDockerHubOnly(_ image: String, _ isSent: Bool) throws {
        let environment = ["DOCKER_USERNAME": "u>>?", "DOCKER_PASSWORD": "p"]
        let configuration = DockerConfiguration(nodeID: NodeID(rawValue: "n"), environment: environment)
        let header = ImageStore.credentials(for: try #require(ImageReference(image)), configuration)
        #expect((header != nil) == isSent)
        #expect(header?.contains { "+/".contains($0) } != true)
    }

    @Test func nothingIsSentWithoutAPassword() throws {
        let configuration = DockerConfiguration(
            nodeID: NodeID(rawValue: "n"), environment: ["DOCKER_USERNAME": "u"])
        #expect(ImageStore.credentials(for: try #require(ImageReference("img")), configuration) == nil)
    }
}
