import Glibc

/// Only leads into ``Program``: what is written here would run on the main actor, where callbacks from C must not.
@main
struct Main {
    static func main() async {
        exit(await Program.run(CommandLine.arguments).rawValue)
    }
}
