import BacalhauCore

/// The flags that say how long things are kept, and what their values mean.
enum RetentionFlags {
    /// Takes a flag, if it is one of these.
    ///
    /// - Returns: whether it was.
    /// - Throws: `.badRequest` naming the flag and what is right.
    static func apply(
        _ flag: String, _ value: () throws(BacalhauError) -> String, to configuration: inout NodeConfiguration
    ) throws(BacalhauError) -> Bool {
        switch flag {
        case "--job-retention-age": configuration.orchestrator.retention.ageMax = try age(value(), flag)
        case "--job-retention-count": configuration.orchestrator.retention.countMax = try count(value(), flag)
        case "--job-retention-size": configuration.orchestrator.retention.storeBytesMax = try size(value(), flag)
        case "--log-retention-age": configuration.compute.logRetention.ageMax = try age(value(), flag)
        case "--log-retention-count": configuration.compute.logRetention.countMax = try count(value(), flag)
        case "--log-retention-size": configuration.compute.logRetention.bytesMax = try size(value(), flag)
        case "--result-retention-age": configuration.compute.resultRetention.ageMax = try age(value(), flag)
        case "--result-retention-count": configuration.compute.resultRetention.countMax = try count(value(), flag)
        case "--result-retention-size": configuration.compute.resultRetention.bytesMax = try size(value(), flag)
        default: return false
        }
        return true
    }

    /// The word for "no limit".
    private static let unlimited = "none"
    /// 100 years: longer than anybody means.
    private static let ageSecondsMax: Int64 = 100 * 365 * 86_400

    private static func age(_ text: String, _ flag: String) throws(BacalhauError) -> Duration? {
        if text == unlimited { return nil }
        guard let seconds = seconds(text), seconds <= ageSecondsMax else {
            throw invalid(text, flag, "write days, hours, minutes or seconds like 7d, 36h or 1d12h, or none")
        }
        return .seconds(seconds)
    }

    private static func count(_ text: String, _ flag: String) throws(BacalhauError) -> Int? {
        if text == unlimited { return nil }
        guard let count = Int(text), count >= 0, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
            throw invalid(text, flag, "write a whole number like 100000, or none")
        }
        return count
    }

    private static func size(_ text: String, _ flag: String) throws(BacalhauError) -> UInt64? {
        if text == unlimited { return nil }
        guard let bytes = ResourceAmount.bytes(text) else {
            throw invalid(text, flag, "write an amount like 10Gb, or none")
        }
        return bytes
    }

    private static func invalid(_ text: String, _ flag: String, _ advice: String) -> BacalhauError {
        BacalhauError(.badRequest, "invalid argument \"\(text)\" for \(flag): \(advice)")
    }

    /// A sum of whole numbers with units; `nil` when it is not one.
    static func seconds(_ text: String) -> Int64? {
        let units: [Character: Int64] = ["d": 86_400, "h": 3600, "m": 60, "s": 1]
        var total: Int64 = 0
        var digits = ""
        for character in text {
            if character.isASCII, character.isNumber {
                digits.append(character)
                continue
            }
            guard let unit = units[character], let number = Int64(digits) else { return nil }
            let (product, isTooLarge) = number.multipliedReportingOverflow(by: unit)
            let (sum, isTooLong) = total.addingReportingOverflow(product)
            guard !isTooLarge, !isTooLong else { return nil }
            total = sum
            digits = ""
        }
        return text.isEmpty || !digits.isEmpty ? nil : total
    }

    static let usage = """
          --job-retention-age AGE          delete jobs that ended longer ago (default 7d; none keeps them)
          --job-retention-count N          keep at most N ended jobs (default 1000000)
          --job-retention-size SIZE        delete ended jobs while the database uses more (default none)
          --log-retention-age AGE          delete the output of executions after that time (default 7d)
          --log-retention-count N          keep at most N logs (default 1000000)
          --log-retention-size SIZE        bytes of all logs together (default 10Gi)
          --result-retention-age AGE       delete results of the local publisher after that time (default 7d)
          --result-retention-count N       keep at most N results (default 1000000)
          --result-retention-size SIZE     bytes of all results together (default 20Gi)
        """
}
