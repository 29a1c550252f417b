internal import Hashing

/// Why stored bytes are no lifecycle record.
public enum LifecycleRecordError: Error, Hashable {
    case truncated(needed: Int, got: Int)
    case trailingBytes(Int)
    case unknownVersion(UInt8)
    case unknownFlags(UInt8)
    case unknownState(UInt8)
    /// The detail byte does not belong to the state.
    case unknownDetail(state: UInt8, detail: UInt8)
    case unknownStage(UInt8)
    case unknownOrigin(UInt8)
    case unknownData(UInt8)
    case stagesOutOfOrder(UInt8)
    case textTooLong(limit: Int, got: Int)
    case textNotUTF8
}

/// The stored form, versions 1 and 2. DO NOT CHANGE: new fields make a new version.
///
/// A record is of version 2 where the result of its data is known, else of version 1: each has one form only. Integers are little-endian. Nothing follows the text.
///
///     offset  bytes  content
///     0       1      version: 1 or 2
///     1       1      flags: bit 0 proposer present, bit 1 waited-for root present, bits 2...7 zero
///     2       1      state: `Lifecycle.code`
///     3       1      detail: `InvalidReason.code` if invalid, `EvictionCause` if evicted, else 0
///     4       1      stage: the `Stage` that found it invalid, else 0
///     5       1      origin: `BlockOrigin`
///     6       32     root
///     38      8      slot
///     46      32     parent root
///     78      8      received at, milliseconds since 1970
///     86      8      wait duration, nanoseconds
///     94      1      `DataResult`                          only in version 2
///     …       8      proposer index                        only with flag bit 0
///     …       32     root it waited for                    only with flag bit 1
///     …       32     root of the first bad ancestor        only if detail is `ancestor`
///     …       1      n, the number of durations
///     …       9 × n  `Stage` (1), nanoseconds (8); stages strictly ascending
///     …       2      t, the length of the text, at most 1,024
///     …       t      text, UTF-8
extension LifecycleRecord {
    public func encoded() -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(200 + durations.count * 9)
        let flags: UInt8 = (proposer == nil ? 0 : 1) | (waitedFor == nil ? 0 : 2)
        var (detail, stage): (UInt8, UInt8) = (0, 0)
        var ancestor: Bytes32?
        switch state {
        case .invalid(let reason, let at):
            (detail, stage) = (reason.code, at.rawValue)
            if case .ancestor(let root) = reason { ancestor = root }
        case .evicted(let cause): detail = cause.rawValue
        default: break
        }
        out += [data == nil ? 1 : 2, flags, state.code, detail, stage, origin.rawValue]
        out += root.bytes
        out.append(littleEndian: slot)
        out += parent.bytes
        out.append(littleEndian: receivedAt)
        out.append(littleEndian: waitDuration)
        if let data { out.append(data.rawValue) }
        if let proposer { out.append(littleEndian: proposer) }
        if let waitedFor { out += waitedFor.bytes }
        if let ancestor { out += ancestor.bytes }
        out.append(UInt8(durations.count))
        for (stage, nanoseconds) in durations.sorted(by: { $0.key < $1.key }) {
            out.append(stage.rawValue)
            out.append(littleEndian: nanoseconds)
        }
        let text = Self.cut(reasonText)
        out += [UInt8(text.count & 0xff), UInt8(text.count >> 8)]
        out += text
        return out
    }

    public init(decoding bytes: [UInt8]) throws(LifecycleRecordError) {
        var reader = Reader(bytes: bytes)
        let version = try reader.byte()
        guard version == 1 || version == 2 else { throw .unknownVersion(version) }
        let flags = try reader.byte()
        guard flags & ~3 == 0 else { throw .unknownFlags(flags) }
        let (code, detail, stage) = (try reader.byte(), try reader.byte(), try reader.byte())
        let originCode = try reader.byte()
        guard let origin = BlockOrigin(rawValue: originCode) else { throw .unknownOrigin(originCode) }
        let root = try reader.root()
        let slot = try reader.integer()
        let parent = try reader.root()
        let receivedAt = try reader.integer()
        let waitDuration = try reader.integer()
        let data = version == 2 ? try reader.dataResult() : nil
        let proposer = flags & 1 != 0 ? try reader.integer() : nil
        let waitedFor = flags & 2 != 0 ? try reader.root() : nil
        let ancestor = code == 6 && detail == 1 ? try reader.root() : .zero
        let state = try Self.state(code, detail: detail, stage: stage, ancestor: ancestor)
        let durations = try reader.durations()
        let text = try reader.text()
        guard reader.remaining == 0 else { throw .trailingBytes(reader.remaining) }
        self.init(
            root: root,
            slot: slot,
            parent: parent,
            proposer: proposer,
            state: state,
            reasonText: text,
            durations: durations,
            waitedFor: waitedFor,
            waitDuration: waitDuration,
            receivedAt: receivedAt,
            origin: origin,
            data: data
        )
    }

    private static func state(
        _ code: UInt8,
        detail: UInt8,
        stage: UInt8,
        ancestor: Bytes32
    ) throws(LifecycleRecordError) -> Lifecycle {
        if code == 6 {
            guard let reason = InvalidReason(code: detail, ancestor: ancestor) else {
                throw .unknownDetail(state: code, detail: detail)
            }
            guard let at = Stage(rawValue: stage) else { throw .unknownStage(stage) }
            return .invalid(reason, at: at)
        }
        guard stage == 0 else { throw .unknownStage(stage) }
        if code == 9 {
            guard let cause = EvictionCause(rawValue: detail) else {
                throw .unknownDetail(state: code, detail: detail)
            }
            return .evicted(cause)
        }
        guard detail == 0 else { throw .unknownDetail(state: code, detail: detail) }
        let plain: [Lifecycle] = [.new, .pending, .child, .blockChild, .stateChild, .included, .expired, .duplicate]
        guard let state = plain.first(where: { $0.code == code }) else { throw .unknownState(code) }
        return state
    }

    /// The text's bytes, cut between characters.
    private static func cut(_ text: String) -> [UInt8] {
        if text.utf8.count <= maximumTextLength { return Array(text.utf8) }
        var kept: [UInt8] = []
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if kept.count + bytes.count > maximumTextLength { break }
            kept += bytes
        }
        return kept
    }

    /// Takes fields off the front, checking every length first.
    private struct Reader {
        let bytes: [UInt8]
        var offset = 0

        var remaining: Int { bytes.count - offset }

        mutating func take(_ count: Int) throws(LifecycleRecordError) -> ArraySlice<UInt8> {
            guard count <= remaining else { throw .truncated(needed: offset + count, got: bytes.count) }
            defer { offset += count }
            return bytes[offset..<offset + count]
        }

        mutating func byte() throws(LifecycleRecordError) -> UInt8 {
            try take(1).reduce(0) { $1 | $0 }
        }

        mutating func integer() throws(LifecycleRecordError) -> UInt64 {
            try take(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }

        mutating func root() throws(LifecycleRecordError) -> Bytes32 {
            Bytes32(try take(32)) ?? .zero
        }

        mutating func dataResult() throws(LifecycleRecordError) -> DataResult {
            let code = try byte()
            guard let data = DataResult(rawValue: code) else { throw .unknownData(code) }
            return data
        }

        mutating func durations() throws(LifecycleRecordError) -> [Stage: UInt64] {
            var durations: [Stage: UInt64] = [:]
            var last: UInt8 = 0
            for _ in 0..<(try byte()) {
                let code = try byte()
                guard let stage = Stage(rawValue: code) else { throw .unknownStage(code) }
                guard code > last else { throw .stagesOutOfOrder(code) }
                last = code
                durations[stage] = try integer()
            }
            return durations
        }

        mutating func text() throws(LifecycleRecordError) -> String {
            let (low, high) = (try byte(), try byte())
            let length = Int(high) << 8 | Int(low)
            guard length <= LifecycleRecord.maximumTextLength else {
                throw .textTooLong(limit: LifecycleRecord.maximumTextLength, got: length)
            }
            guard let text = String(validating: try take(length), as: UTF8.self) else { throw .textNotUTF8 }
            return text
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(littleEndian value: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) { append(UInt8(truncatingIfNeeded: value >> shift)) }
    }
}
