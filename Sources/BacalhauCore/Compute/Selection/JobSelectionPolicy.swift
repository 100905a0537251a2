/// Which jobs a compute node takes, beyond what it is able to run. What it refuses, it refuses for good.
public struct JobSelectionPolicy: Hashable, Sendable {
    /// Whether jobs that ask for network access are taken.
    public var acceptsNetworkedJobs = true
    /// Whether jobs without inputs are refused.
    public var rejectsStatelessJobs = false
    /// Where the inputs of a job may be.
    public var inputLocality = InputLocality.anywhere
    /// Jobs with a shorter execution timeout are refused; jobs without one are not.
    public var minimumExecutionTimeout: Duration = .milliseconds(500)
    /// Jobs with a longer execution timeout are refused, those without one are ended after this; `nil` is no limit.
    public var maximumExecutionTimeout: Duration?
    /// Namespaces whose jobs may have any timeout.
    public var timeoutBypassNamespaces: Set<String> = []
    /// A command for `bash -c` that decides by its exit code, 0 to take the job; `nil` for none.
    ///
    /// It reads the job from standard input; what it writes to standard error is the reason to refuse. Users see that
    /// reason, or else the command: it must hold no secrets.
    public var probeCommand: String?
    /// An `http` or `https` URL that the job is posted to; a status from 400 on refuses it. `nil` for none. Users see
    /// it in the reason, without user name, password and query.
    public var probeURL: String?
    /// How long either probe may take. A probe that gives no answer counts as a reason to try later.
    public var probeDeadline: Duration = .seconds(10)

    /// Makes the defaults: only jobs with a timeout below half a second are refused.
    public init() {}

    /// Where the inputs of a job may be.
    public enum InputLocality: String, Sendable, CaseIterable {
        /// Anywhere: the node fetches what it does not have.
        case anywhere
        /// On this machine, or inside of the job.
        case local
    }
}
