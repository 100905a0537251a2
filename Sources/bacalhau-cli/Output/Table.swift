/// One column of a listing: what it is called, how wide it may be, and what it shows of an item.
struct Column<Item>: Sendable where Item: Sendable {
    let title: String
    /// The widest a cell may be in a table, `nil` without a limit.
    let widthMax: Int?
    let wrap: TextWrap
    /// The text for a table; `isWide` asks for the full form.
    let cell: @Sendable (Item, _ isWide: Bool) -> String

    init(
        _ title: String, width: Int? = nil, wrap: TextWrap = .anywhere,
        cell: @escaping @Sendable (Item, _ isWide: Bool) -> String
    ) {
        self.title = title
        widthMax = width
        self.wrap = wrap
        self.cell = cell
    }
}

/// A grid of texts: each cell is a blank, the padded text and a blank; titles are in capitals.
struct Table {
    var titles: [String]
    var widths: [Int?]
    var wraps: [TextWrap]
    var rows: [[String]]
    var hidesHeader = false
    /// Colours for people; never into files and pipes.
    var isColoured = false

    init<Item>(columns: [Column<Item>], items: [Item], isWide: Bool = false) {
        titles = columns.map(\.title)
        widths = columns.map { isWide ? nil : $0.widthMax }
        wraps = columns.map(\.wrap)
        rows = items.map { item in columns.map { $0.cell(item, isWide) } }
    }

    /// The lines with their ends.
    var text: String {
        let header = wrapped(titles.map { $0.uppercased() })
        let body = rows.map(wrapped)
        var sizes = titles.map { _ in 0 }
        for cells in (hidesHeader ? [] : [header]) + body {
            for (index, lines) in cells.enumerated() {
                sizes[index] = max(sizes[index], lines.map { TextWidth.of($0) }.max() ?? 0)
            }
        }
        var text = hidesHeader ? "" : rendered(header, sizes, colour: "\u{1B}[92;100m")
        for (index, cells) in body.enumerated() {
            text += rendered(cells, sizes, colour: index % 2 == 0 ? "\u{1B}[97;40m" : "\u{1B}[37;40m")
        }
        return text
    }

    private func wrapped(_ cells: [String]) -> [[String]] {
        cells.enumerated().map { index, cell in
            guard let width = widths[index] else { return cell.splitLines() }
            return wraps[index].lines(of: cell, width: width)
        }
    }

    private func rendered(_ cells: [[String]], _ sizes: [Int], colour: String) -> String {
        var text = ""
        for line in 0..<(cells.map(\.count).max() ?? 0) {
            for (index, lines) in cells.enumerated() {
                let cell = " " + TextWidth.padded(line < lines.count ? lines[line] : "", to: sizes[index]) + " "
                text += isColoured ? colour + cell + "\u{1B}[0m" : cell
            }
            text += "\n"
        }
        return text
    }
}
