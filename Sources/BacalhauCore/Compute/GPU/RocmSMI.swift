import BacalhauModel
import BacalhauSupport

/// The tool of AMD's driver.
enum RocmSMI {
    static let arguments = ["--showproductname", "--showbus", "--showmeminfo", "vram", "--json"]

    /// Reads an object with one member for each card, `card0` and so on; numbers are texts. Names differ in case
    /// between versions, and warnings may stand in front.
    static func gpus(_ output: [UInt8]) throws(GPUToolError) -> [GPU] {
        let document = try GPUDocument.parse(output)
        guard case .object(let members) = document.content else { throw .unreadable("not an object") }
        var gpus: [GPU] = []
        for member in members where member.name.hasPrefix("card") {
            guard let index = UInt64(member.name.dropFirst(4)) else { continue }
            let card = member.value
            gpus.append(
                GPU(
                    index: index, name: name(of: card), vendor: "AMD/ATI",
                    memoryMiB: (GPUDocument.number(card.member("VRAM Total Memory (B)")) ?? 0) >> 20,
                    pciAddress: GPUDocument.text(card.member("PCI Bus")).lowercased()))
        }
        return gpus
    }

    /// The series is the name people know; the model is often a bare number.
    private static func name(of card: DocumentNode) -> String {
        let series = GPUDocument.text(card.member("Card series"))
        return series.isEmpty ? GPUDocument.text(card.member("Card model")) : series
    }
}
