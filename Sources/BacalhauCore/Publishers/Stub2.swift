enum FileTree {
    static func remove(_ path: String) {}
    static func names(in path: String) -> [String] { [] }
}
