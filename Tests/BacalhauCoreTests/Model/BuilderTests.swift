import BacalhauModel
import BacalhauSupport
import Testing

/// What the builders of jobs make is what a job file says.
@Suite struct BuilderTests {
    @Test func aContainerJobIsWhatItsFileSays() throws {
        let built = Job.docker(
            name: "words", image: "ubuntu", entrypoint: ["/bin/sh"], parameters: ["-c", "wc"], workingDirectory: "/w",
            env: ["A": "b"], inputs: [InputSource(source: .url("https://a.example/b"), target: "/in")],
            results: [ResultPath(name: "out", path: "/out")], publisher: .local, resources: .init(cpu: "2"),
            network: .init(type: .http, domains: ["a.example"]), count: 3)
        let file = """
            {"Name":"words","Type":"batch","Count":3,"Tasks":[{"Name":"main","Engine":{"Type":"docker","Params":{
            "Image":"ubuntu","Entrypoint":["/bin/sh"],"Parameters":["-c","wc"],"WorkingDirectory":"/w"}},
            "Publisher":{"Type":"local"},"Env":{"A":"b"},"InputSources":[{"Target":"/in","Source":{"Type":"urlDownload",
            "Params":{"URL":"https://a.example/b"}}}],"ResultPaths":[{"Name":"out","Path":"/out"}],"Resources":{"CPU":"2"},
            "Network":{"Type":"HTTP","Domains":["a.example"]}}]}
            """
        #expect(built.tasks == (try Job(json: Array(file.utf8))).tasks)
        #expect([built.name, built.type] == ["words", "batch"])
        #expect(built.count == 3)
    }

    @Test func aModuleJobIsWhatItsFileSays() throws {
        let built = Job.wasm(
            module: .inline([0, 97, 115, 109]), imports: [.localDirectory("/lib/a.wasm", isWritable: true)],
            parameters: ["x"])
        let file = """
            {"Tasks":[{"Name":"main","Engine":{"Type":"wasm","Params":{"EntryPoint":"_start","Parameters":["x"],
            "EntryModule":{"Source":{"Type":"inline","Params":{"URL":"data:application/octet-stream;base64,AGFzbQ=="}},
            "Alias":"","Target":""},"ImportModules":[{"Source":{"Type":"localDirectory","Params":{
            "SourcePath":"/lib/a.wasm","ReadWrite":true}},"Alias":"","Target":""}]}}}]}
            """
        #expect(built.task.engine == (try Job(json: Array(file.utf8))).task.engine)
    }
}
