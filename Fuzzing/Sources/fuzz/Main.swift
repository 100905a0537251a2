import CLibFuzzer
import Glibc

/// Runs libFuzzer on the target that `BACALHAU_FUZZ_TARGET` names; all arguments are libFuzzer's.
@main
struct Main {
    static func main() { run() }

    /// Outside of the main actor, as libFuzzer calls back from where it likes.
    private nonisolated static func run() {
        guard FuzzTarget.chosen != nil else {
            print("BACALHAU_FUZZ_TARGET must be one of: " + FuzzTarget.allCases.map(\.rawValue).joined(separator: " "))
            exit(2)
        }
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        let status = LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
            FuzzTarget.chosen?.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
            return 0
        }
        exit(status)
    }
}
