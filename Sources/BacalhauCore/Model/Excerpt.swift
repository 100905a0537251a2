extension StringProtocol {
    /// The text as messages quote it: whole when it is short, else its beginning with `…` at the end.
    ///
    /// What others sent may have any length; a message that quotes all of it hides what it has to say.
    ///
    /// - Parameter lengthMax: the most Unicode scalars of the result, `…` included; at least 1.
    public func excerpt(_ lengthMax: Int = 200) -> String {
        // There are never more scalars than bytes.
        if utf8.count <= lengthMax { return String(self) }
        guard !unicodeScalars.dropFirst(lengthMax).isEmpty else { return String(self) }
        return String(String.UnicodeScalarView(unicodeScalars.prefix(lengthMax - 1))) + "…"
    }
}
