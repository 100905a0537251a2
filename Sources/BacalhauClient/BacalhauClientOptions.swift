/// How a ``BacalhauClient`` connects and how long it tries.
public struct BacalhauClientOptions: Sendable {
    /// A token or an API key, sent as `Authorization: Bearer …`; `nil` sends none. An ``authenticator`` may replace it.
    public var token: String?
    /// Sent with each request as `Authorization: Basic …` while there is no ``token``. Use `https` beyond this machine.
    public var password: Password?
    /// Asked for a token when the server wants one and there is no ``password``; `nil` lets the call fail with
    /// `unauthorized`.
    public var authenticator: (any Authenticator)?
    /// Certificates and checks; they count when the endpoint begins with `https`.
    public var tls = TLSOptions()
    /// The longest time for name look-up, connecting and TLS.
    public var connectTimeout: Duration = .seconds(10)
    /// The longest time of one try of a call. Log streams and downloads have none.
    public var timeout: Duration = .seconds(60)
    /// The `User-Agent` header.
    public var userAgent = "bacalhau-swift"
    /// Sent as `X-Bacalhau-Git-Version`: servers refuse clients older than themselves.
    ///
    /// This library reads the forms that clients of v1.4.0 get. With a version from 1.5 on, servers number execution
    /// states otherwise, and nodes of this project count a job's versions from 1 instead of 0.
    public var clientVersion = "v1.4.0"
    /// Repeats of calls that may be repeated.
    public var retry = RetryPolicy()

    /// The defaults: no token, certificates checked, one minute for a call.
    public init() {}

    /// The defaults with a token.
    public init(token: String?) { self.token = token }

    /// A user's name and password.
    public struct Password: Hashable, Sendable {
        /// The user's name; it holds no colon.
        public var userName: String
        /// The password in plain text.
        public var secret: String

        /// Puts both together.
        public init(userName: String, secret: String) {
            self.userName = userName
            self.secret = secret
        }
    }

    /// Certificates and checks of `https`.
    public struct TLSOptions: Hashable, Sendable {
        /// PEM file with the authorities to trust instead of the system's.
        public var caFile: String?
        /// PEM file with the certificate that this client shows.
        public var clientCertificate: String?
        /// PEM file with the key of ``clientCertificate``.
        public var clientKey: String?
        /// Accepts any certificate. Anybody on the way can then read and change: for tests and first steps only.
        public var insecure: Bool

        /// The system's authorities and no certificate of our own, unless named.
        public init(
            caFile: String? = nil, clientCertificate: String? = nil, clientKey: String? = nil, insecure: Bool = false
        ) {
            self.caFile = caFile
            self.clientCertificate = clientCertificate
            self.clientKey = clientKey
            self.insecure = insecure
        }
    }
}
