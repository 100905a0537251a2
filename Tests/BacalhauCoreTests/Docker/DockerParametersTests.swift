import Testing

@testable import BacalhauCore

@Suite struct DockerParametersTests {
    private func read(_ params: [String: JSONValue]) throws(ExecutorError) -> DockerParameters {
        try DockerParameters(Engine(type: "docker", params: params))
    }

    @Test func namesMayBeInAnyCase() throws {
        let parameters = try read([
            "image": "ubuntu", "ENTRYPOINT": ["/bin/sh"], "parameters": ["-c", "true"], "workingdirectory": "/w",
            "environmentvariables": ["A=1"],
        ])
        #expect(parameters.image == "ubuntu")
        #expect(parameters.entrypoint == ["/bin/sh"])
        #expect(parameters.parameters == ["-c", "true"])
        #expect(parameters.workingDirectory == "/w")
        #expect(parameters.environmentVariables == ["A=1"])
    }

    @Test func nullsCountAsAbsent() throws {
        let parameters = try read(["Image": "ubuntu", "Entrypoint": nil, "EnvironmentVariables": nil])
        #expect(parameters.entrypoint == [])
        #expect(parameters.environmentVariables == [])
    }

    @Test(arguments: [["A=1"], ["A=1", "B=2"], ["A=1", "B=2", "C=x=y"]])
    func anyNumberOfVariablesIsAccepted(_ list: [String]) throws {
        let parameters = try read(["Image": "ubuntu", "EnvironmentVariables": .array(list.map { .string($0) })])
        #expect(parameters.environment(over: [:]) == list)
    }

    @Test func variablesMayBeAMap() throws {
        let parameters = try read(["Image": "ubuntu", "EnvironmentVariables": ["B": 2, "A": "1", "C": true]])
        #expect(parameters.environmentVariables == ["A=1", "B=2", "C=true"])
    }

    @Test func engineVariablesWinOverTheTask() throws {
        let parameters = try read(["Image": "ubuntu", "EnvironmentVariables": ["A=engine", "GONE"]])
        let environment = parameters.environment(over: ["A": "task", "B": "task", "GONE": "x"])
        #expect(environment == ["B=task", "A=engine", "GONE"])
    }

    @Test func missingImageIsRejected() {
        let error = ExecutorError.rejected(
            reason: "the docker engine parameter Image is missing",
            hint: "name an image, for example ubuntu:latest, in the engine's Params")
        #expect(throws: error) { try read([:]) }
        #expect(throws: error) { try read(["Image": "  "]) }
    }

    @Test func wrongTypeNamesTheParameter() {
        #expect(
            throws: ExecutorError.rejected(
                reason: "the docker engine parameter Parameters[1] is of type number, not a string",
                hint: "correct Parameters[1] in the engine's Params")
        ) { try read(["Image": "ubuntu", "Parameters": ["a", 1]]) }
        #expect(
            throws: ExecutorError.rejected(
                reason: "the docker engine parameter Entrypoint is of type string, not a list of strings",
                hint: "correct Entrypoint in the engine's Params")
        ) { try read(["Image": "ubuntu", "Entrypoint": "sh"]) }
    }

    @Test func relativeWorkingDirectoryIsRejected() {
        #expect(
            throws: ExecutorError.rejected(
                reason: "the docker engine parameter WorkingDirectory is \"w\", which is not an absolute path",
                hint: "start it with a slash")
        ) { try read(["Image": "ubuntu", "WorkingDirectory": "w"]) }
    }

    @Test func variableWithoutNameIsRejected() {
        #expect(
            throws: ExecutorError.rejected(
                reason: "the docker engine parameter EnvironmentVariables[0] is \"=x\", which has no variable name",
                hint: "write each variable as NAME=value")
        ) { try read(["Image": "ubuntu", "EnvironmentVariables": ["=x"]]) }
    }

    @Test func zeroByteIsRejected() {
        #expect(
            throws: ExecutorError.rejected(
                reason: "the docker engine parameter Parameters[0] contains a zero byte",
                hint: "no program can be given one; take it out")
        ) { try read(["Image": "ubuntu", "Parameters": ["a\0b"]]) }
    }
}
