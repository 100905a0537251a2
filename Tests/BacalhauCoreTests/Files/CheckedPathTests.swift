import BacalhauFiles
import Testing

struct CheckedPathTests {
    @Test(arguments: [
        ("a", "a"), ("a/b.txt", "a/b.txt"), ("./a//b/", "a/b"), ("...", "..."), ("a..b", "a..b"),
        (".hidden", ".hidden"),
        ("a\\b", "a\\b"), ("ä/ö", "ä/ö"),
    ])
    func harmlessNamesAreTaken(_ text: String, _ expected: String) throws {
        #expect(try CheckedPath(text).description == expected)
    }

    @Test(arguments: ["..", "../x", "a/..", "a/../../x", "./.."])
    func namesThatLeadOutsideAreRefused(_ text: String) {
        #expect(throws: PathError.leadsOutside(text)) { try CheckedPath(text) }
    }

    @Test func otherBadNamesAreRefusedWithTheirReason() {
        #expect(throws: PathError.empty) { try CheckedPath("") }
        #expect(throws: PathError.empty) { try CheckedPath(".") }
        #expect(throws: PathError.empty) { try CheckedPath("./") }
        #expect(throws: PathError.absolute("/etc")) { try CheckedPath("/etc") }
        #expect(throws: PathError.containsNUL("a\0b")) { try CheckedPath("a\0b") }
        let long = String(repeating: "x", count: 256)
        #expect(throws: PathError.tooLong(long)) { try CheckedPath(long) }
        let deep = String(repeating: "x/", count: 2048)
        #expect(throws: PathError.tooLong(deep)) { try CheckedPath(deep) }
    }

    @Test func theFolderItselfIsTakenOnlyWhenAllowed() throws {
        #expect(try CheckedPath("./.", allowsFolderItself: true).description == ".")
        #expect(try CheckedPath("a").parent.components == [])
    }

    @Test(arguments: ["a/b", "./a", "a/", "."])
    func aComponentHasNoSeparators(_ text: String) {
        #expect(throws: text == "." ? PathError.empty : .notOneComponent(text)) { try CheckedPath(component: text) }
    }
}
