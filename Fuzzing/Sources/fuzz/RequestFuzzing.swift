import BacalhauModel
import BacalhauSupport

@testable import BacalhauCore

/// The parts of a request that are ours to read.
enum RequestFuzzing {
    /// The first line of the input is the target, the rest the body.
    static func target(_ bytes: [UInt8]) {
        let parts = bytes.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
        // The server refuses all else before anybody reads it.
        guard let first = parts.first, first.allSatisfy({ (0x21...0x7E).contains($0) }) else { return }
        let target = String(decoding: first, as: UTF8.self)
        let body = Array(parts.dropFirst().first ?? [])
        guard let http = try? HTTPRequest(method: "GET", target: target, body: body) else { return }
        let segments = http.pathSegments
        FuzzTarget.claim(!http.path.utf8.contains(0), "no path has a NUL")
        for method in ["GET", "PUT", "DELETE"] { _ = APIRouteTable.shared.find(method, segments) }
        let request = APIRequest(http: http, values: [:], caller: nil, access: .open)
        _ = try? request.number("limit")
        _ = try? request.seconds("wait", max: 3600)
        _ = try? request.flag("reverse")
        _ = try? request.selector()
        guard let token = try? PagingToken(request.query("next_token") ?? "") else { return }
        FuzzTarget.claim((try? PagingToken(token.text)) == token, "a paging token is read as it was written")
    }

    static func selector(_ bytes: [UInt8]) {
        guard let selector = try? LabelSelector(parsing: String(decoding: bytes, as: UTF8.self)) else { return }
        _ = selector.matches([:])
        _ = selector.matches(["a": "b", "c": "7", "": ""])
    }

    static func time(_ bytes: [UInt8]) {
        guard let time = RFC3339.time(String(decoding: bytes, as: UTF8.self)) else { return }
        FuzzTarget.claim(RFC3339.time(RFC3339.text(time)) == time, "a time is read as it was written")
    }
}
