public import BacalhauModel

/// Makes identifiers from a stream of random numbers: the same numbers give the same identifiers.
public struct IdentifierSource<Generator: RandomNumberGenerator> {
    private var generator: Generator

    /// Draws from `generator`, two numbers for each identifier.
    public init(_ generator: Generator) { self.generator = generator }

    /// A lower-case UUID of version 4.
    public mutating func uuid() -> String {
        let high = (generator.next() & ~0xF000) | 0x4000
        let low = (generator.next() & ~(0b11 << 62)) | (0b10 << 62)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(36)
        for (word, lengths) in [(high, [8, 4, 4]), (low, [4, 12])] {
            var shift = 60
            for length in lengths {
                if !bytes.isEmpty { bytes.append(UInt8(ascii: "-")) }
                for _ in 0..<length {
                    let digit = UInt8(truncatingIfNeeded: word >> UInt64(shift)) & 0xF
                    bytes.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
                    shift -= 4
                }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A new job's identifier: `j-` and a UUID.
    public mutating func job() -> JobID { JobID(rawValue: "j-" + uuid()) }

    /// A new execution's identifier: `e-` and a UUID.
    public mutating func execution() -> ExecutionID { ExecutionID(rawValue: "e-" + uuid()) }

    /// A new evaluation's identifier: a UUID without prefix.
    public mutating func evaluation() -> EvaluationID { EvaluationID(rawValue: uuid()) }

    /// The name of a node that was given none: `n-` and a UUID.
    public mutating func node() -> NodeID { NodeID(rawValue: "n-" + uuid()) }
}

extension IdentifierSource: Sendable where Generator: Sendable {}

extension IdentifierSource where Generator == SystemRandomNumberGenerator {
    /// Identifiers nobody can foresee.
    public static var random: IdentifierSource { IdentifierSource(SystemRandomNumberGenerator()) }
}

/// A small generator with a seed, for decisions that must come out the same when they are repeated.
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// Starts at `seed`; any number will do, and equal ones give equal numbers.
    public init(seed: UInt64) { state = seed }

    /// The next number. Not for secrets: who sees one can compute all that follow.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
