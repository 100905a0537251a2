import CYaml

/// Turns a text into libyaml's events. The text must outlive the reader.
final class YAMLEventReader {
    /// One event and where it begins.
    struct Event {
        enum Kind {
            case streamStart, streamEnd, documentStart, documentEnd
            case alias(String)
            case scalar(YAMLScalar)
            case sequenceStart, sequenceEnd, mappingStart, mappingEnd
        }

        var kind: Kind
        var anchor: String?
        var position: SourcePosition
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    /// On the heap, because libyaml keeps a pointer to it inside.
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    init(_ bytes: UnsafeBufferPointer<UInt8>) throws(DocumentError) {
        self.bytes = bytes
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        guard yaml_parser_initialize(parser) == 1 else { throw DocumentError("out of memory while reading YAML") }
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deinitialize(count: 1)
        parser.deallocate()
    }

    func next() throws(DocumentError) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw problem() }
        defer { yaml_event_delete(&event) }
        let position = SourcePosition(mark: event.start_mark)
        switch event.type {
        case YAML_STREAM_START_EVENT: return Event(kind: .streamStart, position: position)
        case YAML_DOCUMENT_START_EVENT: return Event(kind: .documentStart, position: position)
        case YAML_DOCUMENT_END_EVENT: return Event(kind: .documentEnd, position: position)
        case YAML_ALIAS_EVENT:
            return Event(kind: .alias(text(event.data.alias.anchor) ?? ""), position: position)
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let value = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return Event(
                kind: .scalar(
                    YAMLScalar(
                        text: String(decoding: value, as: UTF8.self), tag: text(scalar.tag),
                        isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)),
                anchor: text(scalar.anchor), position: position)
        case YAML_SEQUENCE_START_EVENT:
            return Event(kind: .sequenceStart, anchor: text(event.data.sequence_start.anchor), position: position)
        case YAML_SEQUENCE_END_EVENT: return Event(kind: .sequenceEnd, position: position)
        case YAML_MAPPING_START_EVENT:
            return Event(kind: .mappingStart, anchor: text(event.data.mapping_start.anchor), position: position)
        case YAML_MAPPING_END_EVENT: return Event(kind: .mappingEnd, position: position)
        default: return Event(kind: .streamEnd, position: position)
        }
    }

    private func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    private func problem() -> DocumentError {
        let state = parser.pointee
        guard state.error != YAML_MEMORY_ERROR, let problem = state.problem else {
            return DocumentError("out of memory while reading YAML")
        }
        var message = String(cString: problem)
        if state.error == YAML_READER_ERROR {
            return .yaml(message, at: SourcePosition(ofByte: state.problem_offset, in: bytes))
        }
        if let context = state.context { message += " \(String(cString: context))" }
        let position = place(of: state.problem_mark)
        if isIndentedByTab(line: position.line) { message += "; indent with blanks, not with tabs" }
        return .yaml(message, at: position)
    }

    /// At the end of the text libyaml pretends that one more line begins.
    private func place(of mark: yaml_mark_t) -> SourcePosition {
        let lineFeeds = bytes.count { $0 == 0x0A }
        return mark.line <= lineFeeds ? SourcePosition(mark: mark) : SourcePosition(ofByte: bytes.count, in: bytes)
    }

    private func isIndentedByTab(line: Int32) -> Bool {
        let lines = bytes.split(separator: 0x0A, maxSplits: Int(line), omittingEmptySubsequences: false)
        guard line > 0, lines.count >= line else { return false }
        return lines[Int(line) - 1].first { $0 != 0x20 } == 0x09
    }
}

extension SourcePosition {
    fileprivate init(mark: yaml_mark_t) { self.init(line: mark.line + 1, column: mark.column + 1) }

    fileprivate init(ofByte offset: Int, in bytes: UnsafeBufferPointer<UInt8>) {
        let before = bytes.prefix(offset)
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let line = before.count { $0 == 0x0A } + 1
        self.init(line: line, column: before.count - lineStart + 1)
    }
}
