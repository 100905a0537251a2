/// Layouts of job files from before v1.4.0, told from the present one so that their owner learns what to do.
enum OldJobLayout {
    /// `APIVersion` and `Spec`.
    case v1beta1
    /// `JobSpecDocker` or `JobSpecWasm` at the top.
    case jobSpec
    /// `with` and `do`: the task of the IPVM draft.
    case ipvm
    /// A job under `Job`, as `job describe` and the REST API show it.
    case wrapped

    /// `nil` when the document is of none of them.
    init?(_ document: DocumentNode) {
        func has(_ name: String) -> Bool { document.member(name) != nil }
        if has("Tasks") { return nil }
        if has("JobSpecDocker") || has("JobSpecWasm") || has("JobSpecLanguage") {
            self = .jobSpec
        } else if has("APIVersion") || has("Spec") {
            self = .v1beta1
        } else if has("with"), has("do") {
            self = .ipvm
        } else if case .object = document.member("Job")?.content {
            self = .wrapped
        } else {
            return nil
        }
    }

    /// Which layout it is and what to do.
    var message: String {
        let advice =
            "rewrite it with the keys Type and Tasks, each task with a Name and an Engine (Type and Params)"
        return switch self {
        case .v1beta1:
            "this job file has the old v1beta1 layout (APIVersion and Spec), which is no longer read: \(advice); "
                + "what was under Spec.Docker or Spec.Wasm goes to Engine.Params, Spec.Inputs to InputSources, "
                + "Spec.Outputs to ResultPaths and Spec.Deal.Concurrency to Count"
        case .jobSpec:
            "this job file has the layout from before v1beta1 (JobSpecDocker), which is no longer read: \(advice); "
                + "what was under JobSpecDocker goes to Engine.Params and outputs to ResultPaths"
        case .ipvm:
            "this job file has the layout of an IPVM task (with and do), which is no longer read: \(advice); "
                + "'do' becomes the engine's Type, 'with' its Image or EntryModule, and inputs.env becomes Env"
        case .wrapped:
            "this job file holds its job one level too deep: move what is under Job to the top and remove ID, State, "
                + "Version, Revision, CreateTime and ModifyTime"
        }
    }
}
