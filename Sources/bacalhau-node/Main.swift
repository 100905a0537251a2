import BacalhauCore

/// Only leads into `NodeProgram`: what is written here would run on the main actor, where callbacks from C must not.
@main
struct Main {
    static func main() async {
        await NodeProgram.run(Array(CommandLine.arguments.dropFirst()))
    }
}
