/// How an ``HTTPClient`` connects, and the limits of its requests.
public struct HTTPClientConfiguration: Sendable {
    /// The longest time for looking up a name, connecting and agreeing on TLS.
    public var connectTimeout: Duration = .seconds(10)
    /// The longest time of a whole ``HTTPClient/send(_:)`` whose request names none; `.zero` is no limit.
    /// Streams and downloads have a limit only if their request names one.
    public var timeout: Duration = .seconds(60)
    /// The Unix socket that replaces the network (the Docker Engine); URLs then name any host, as in `http://docker/info`.
    public var unixSocketPath: String?
    /// Certificates and checks of https.
    public var tls = HTTPClientTLS()
    /// How many redirects a request follows that names no number of its own. With 0 the 3xx answer is the answer.
    public var maximumRedirects = 0
    /// Whether `http_proxy`, `https_proxy` and `no_proxy` count. Never together with ``addressPolicy``, which could
    /// only see the proxy's address.
    public var usesProxyFromEnvironment = false
    /// The `User-Agent` header.
    public var userAgent = "bacalhau"
    /// The largest body that ``HTTPClient/send(_:)`` collects, in bytes.
    public var maximumResponseBytes = 16 << 20
    /// How many idle connections are kept for later requests.
    public var maximumIdleConnections = 64
    /// Decides about each address before a connection to it is opened, also behind a redirect; `nil` allows all.
    /// Called with the numeric address and the port on the client's thread: it must be quick. Not asked for
    /// ``unixSocketPath``. A connection that is reused was allowed when it was opened.
    public var addressPolicy: (@Sendable (_ address: String, _ port: Int) -> Bool)?

    /// The defaults: no redirects, no proxy, certificates checked against the system's store.
    public init() {}
}
