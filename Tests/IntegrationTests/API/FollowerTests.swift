import BacalhauClient
import BacalhauTestSupport
import Testing

/// Many clients that follow logs at one time.
@Suite(.timeLimit(.minutes(2))) struct FollowerTests {
    @Test func idleFollowersCostOneDescriptorAndLittleMemoryEach() async throws {
        let api = try await LiveAPI.start()
        let client = await api.node.client
        let id = try await api.submit(#"{"Stdout":"ready\n","Delay":600}"#, waits: false)
        let count = 300
        // One follower beforehand, so that what is made for the first one is not counted.
        for try await message in client.jobs.logs(id, follow: true) {
            #expect(message.line == "ready\n")
            break
        }
        let before = try #require(await api.node.usage)
        let (messages, source) = AsyncStream<String>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count {
                group.addTask {
                    for try await message in client.jobs.logs(id, follow: true) { source.yield(message.line) }
                }
            }
            var begun = 0
            for await line in messages {
                #expect(line == "ready\n")
                begun += 1
                if begun == count { break }
            }
            let during = try #require(await api.node.usage)
            // Besides the connections, the readers of the job store may have come.
            #expect(during.openFiles - before.openFiles <= count + 16)
            #expect(during.residentBytes - before.residentBytes <= count * 128 * 1024)
            // Everybody learns of the end.
            _ = try await client.jobs.stop(id)
            try await group.waitForAll()
        }
        var after = try #require(await api.node.usage)
        while after.openFiles > before.openFiles + 16 {
            try await Task.sleep(for: .milliseconds(20))
            after = try #require(await api.node.usage)
        }
    }
}
