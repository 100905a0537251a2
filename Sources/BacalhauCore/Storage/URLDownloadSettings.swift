/// How files are fetched from web servers.
public struct URLDownloadSettings: Hashable, Sendable {
    /// The most bytes of one file.
    public var bytesMax: UInt64 = 100 << 30
    /// How many redirects are followed.
    public var redirectsMax = 10
    /// How often a download that failed for a passing reason is tried again.
    public var retriesMax = 3
    /// The wait before the second attempt; it doubles with every further one.
    public var retryDelay: Duration = .seconds(1)
    /// The longest wait, also when the server asks for a longer one.
    public var retryDelayMax: Duration = .seconds(60)
    /// The longest time of one attempt; `nil` leaves it to the deadline of the execution's preparation.
    public var requestTimeout: Duration?
    /// The longest time without a single byte.
    public var idleTimeout: Duration = .seconds(60)
    /// The longest time to ask for a size before the job is taken.
    public var sizeTimeout: Duration = .seconds(5)
    /// Which addresses may be connected to.
    public var addresses = AddressPolicy()

    /// The defaults: only the internet may be fetched from.
    public init() {}
}
