import BacalhauModel
import BacalhauSupport

/// Documents: read or refused, and what was read can be written and read again.
enum DocumentFuzzing {
    static func json(_ bytes: [UInt8]) {
        guard let request = try? PutJobRequest(json: bytes) else { return }
        check(request.job)
        guard let again = try? PutJobRequest(json: request.json) else {
            return FuzzTarget.claim(false, "what was written can be read")
        }
        FuzzTarget.claim(again.json == request.json, "what was read again is the same")
    }

    static func yaml(_ bytes: [UInt8]) {
        check(try? JobFile.read(bytes))
    }

    private static func check(_ job: Job?) {
        guard var job else { return }
        job.normalise()
        _ = job.problems()
        let once = job
        job.normalise()
        FuzzTarget.claim(job == once, "a job in normal form stays as it is")
    }
}
