/// Changes the white space of JSON text.
public enum JSONFormat {
    /// The same value with line breaks and two blanks for each level, as `?pretty` asks.
    public static func indented(_ json: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(json.count * 2)
        var level = 0
        var index = 0
        func newLine() {
            result.append(0x0A)
            for _ in 0..<level * 2 { result.append(0x20) }
        }
        while index < json.count {
            let byte = json[index]
            switch byte {
            case UInt8(ascii: "\""):
                let end = endOfString(json, from: index)
                result.append(contentsOf: json[index..<end])
                index = end
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                result.append(byte)
                if index + 1 < json.count, json[index + 1] == byte + 2 {
                    result.append(byte + 2)
                    index += 1
                } else {
                    level += 1
                    newLine()
                }
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                level -= 1
                newLine()
                result.append(byte)
            case UInt8(ascii: ","):
                result.append(byte)
                newLine()
            case UInt8(ascii: ":"):
                result.append(byte)
                result.append(0x20)
            case 0x20, 0x09, 0x0A, 0x0D: break
            default: result.append(byte)
            }
            index += 1
        }
        return result
    }

    private static func endOfString(_ json: [UInt8], from start: Int) -> Int {
        var index = start + 1
        while index < json.count, json[index] != UInt8(ascii: "\"") {
            index += json[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(index + 1, json.count)
    }
}
