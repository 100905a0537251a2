/// Commands of the original that another program of ours has; they take whatever is written behind them.
enum ServerCommands {
    static let names = ["serve", "devstack"]
}
