import Testing

@testable import bacalhau_cli

@Suite struct LabelSyntaxTests {
    @Test func labelsAreCheckedByTheRulesOfKubernetes() throws {
        #expect(
            try LabelSyntax.labels(of: ["a=1", "b", "example.org/c=x.y", "d=p"])
                == ["a": "1", "b": "", "example.org/c": "x.y", "d": "p"])
        for label in ["=v", "a=-x", "a/b/c=1", "a=\(String(repeating: "x", count: 64))", "Caps.Prefix/x=1", "a b=1"] {
            #expect(throws: ValueError.self, "\(label)") { try LabelSyntax.labels(of: [label]) }
        }
    }
}

@Suite struct ContentIdentifierTests {
    @Test(arguments: [
        "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKPbdG",
        "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi",
        "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
    ]) func identifiersAreRecognised(_ text: String) { #expect(ContentIdentifier.isValid(text)) }

    @Test(arguments: ["", "main.wasm", "b", "bafy", "bin", "Qmshort", "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKPbd0"])
    func fileNamesAreNotIdentifiers(_ text: String) { #expect(!ContentIdentifier.isValid(text)) }
}

@Suite struct EnvironmentFlagTests {
    @Test func variablesKeepEverythingBehindTheFirstEqualsSign() throws {
        #expect(try EnvironmentFlag.variables(of: ["A=1", "B=x=y", "A=2"]) == ["A": "2", "B": "x=y"])
        #expect(throws: ValueError(message: "invalid environment variable \"A\" (write NAME=value)")) {
            try EnvironmentFlag.checked(["A"])
        }
    }
}
