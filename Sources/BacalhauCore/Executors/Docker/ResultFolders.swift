internal import BacalhauModel
internal import Glibc

/// The folders that a container writes its results to.
enum ResultFolders {
    /// Lets any user of the container write to the result folders of an execution: images run as whom they like, and
    /// without all capabilities even their root needs the permission.
    static func open(_ request: ExecutionRequest) throws(ExecutorError) {
        for result in request.task.resultPaths {
            let path = "\(request.resultsDirectory)/\(result.name)"
            guard chmod(path, 0o777) == 0 else {
                let code = errno
                throw .unavailable(
                    reason:
                        "the folder \(path) for result \(result.name.debugDescription) cannot be used: error \(code)",
                    hint: "check the node's data folder")
            }
        }
    }
}
