/// Collects the lines of a response's head, as libcurl delivers them one at a time.
struct ResponseHead {
    /// The largest head in bytes.
    static let maximumBytes = 256 << 10

    /// What a line meant.
    enum Step: Equatable {
        case more
        case ended
        case tooLarge
    }

    private(set) var status = 0
    /// The lines between the status line and the empty line.
    private(set) var block: [UInt8] = []
    private var expectsStatusLine = true
    private var hasLocation = false
    private var isComplete = false

    /// Adds a line with its line end. `ended` comes once: heads of interim answers and of redirects that will be
    /// followed are thrown away, trailers are ignored.
    mutating func add(_ line: UnsafeRawBufferPointer, followsRedirects: Bool) -> Step {
        if isComplete { return .more }
        if expectsStatusLine, line.starts(with: "HTTP/".utf8) {
            status = Self.status(of: line)
            block.removeAll(keepingCapacity: true)
            hasLocation = false
            expectsStatusLine = false
            return .more
        }
        guard line.first != UInt8(ascii: "\r"), line.first != UInt8(ascii: "\n") else {
            expectsStatusLine = true
            let isRedirect = followsRedirects && hasLocation && (300..<400).contains(status)
            isComplete = status >= 200 && !isRedirect || status == 101
            return isComplete ? .ended : .more
        }
        guard block.count + line.count <= Self.maximumBytes else { return .tooLarge }
        if line.count > 9, zip(line, "location:".utf8).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) { hasLocation = true }
        block.append(contentsOf: line)
        return .more
    }

    /// The number behind the first blank, or 0.
    private static func status(of line: UnsafeRawBufferPointer) -> Int {
        line.drop { $0 != UInt8(ascii: " ") }.dropFirst().prefix(3).reduce(0) { value, byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? value * 10 + Int(byte - UInt8(ascii: "0")) : value
        }
    }
}
