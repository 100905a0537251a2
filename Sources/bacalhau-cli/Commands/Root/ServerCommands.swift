/// Commands of the original that another program of ours has.
enum ServerCommands {
    static let serve = pointer("serve")
    static let devstack = pointer("devstack")

    private static func pointer(_ name: String) -> Command {
        Command(name, "Moved to bacalhau-node", positionals: .any, isHidden: true) { _, context in
            try context.errors.line("Nodes are run by another program: bacalhau-node \(name)")
            return .failure
        }
    }
}
