/// The certificate that an ``HTTPServer`` shows. TLS 1.2 is the oldest version spoken.
public struct HTTPServerTLS: Sendable, Hashable {
    /// PEM file with the certificate, followed by those of its authorities.
    public var certificateFile: String
    /// PEM file with the certificate's key, without a passphrase.
    public var keyFile: String
    /// PEM file with the authorities of clients: whoever shows no certificate of one of them is refused while TLS is
    /// set up. `nil` asks nobody for a certificate.
    public var clientAuthoritiesFile: String?

    /// Serves everybody, unless authorities of clients are named.
    public init(certificateFile: String, keyFile: String, clientAuthoritiesFile: String? = nil) {
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        self.clientAuthoritiesFile = clientAuthoritiesFile
    }
}
