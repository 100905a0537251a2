/// The certificate that an ``HTTPServer`` shows. TLS 1.2 is the oldest version spoken.
public struct HTTPServerTLS: Sendable, Hashable {
    /// PEM file with the certificate, followed by those of its authorities.
    public var certificateFile: String
    /// PEM file with the certificate's key, without a passphrase.
    public var keyFile: String

    public init(certificateFile: String, keyFile: String) {
        self.certificateFile = certificateFile
        self.keyFile = keyFile
    }
}
