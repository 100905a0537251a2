/// Certificates and checks of https and wss. TLS 1.2 is the oldest version spoken.
public struct HTTPClientTLS: Sendable, Equatable {
    /// PEM file with the authorities to trust instead of the system's.
    public var caFile: String?
    /// PEM file with the certificate that this client shows.
    public var certificateFile: String?
    /// PEM file with the key of ``certificateFile``, without a passphrase.
    public var keyFile: String?
    /// Accepts any certificate for any host. For tests and first steps only: anybody on the way can read and change.
    public var acceptsAnyCertificate = false

    /// The system's authorities, no certificate of our own.
    public init() {}
}
