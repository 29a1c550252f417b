public import ConsensusTypes
public import Hashing
internal import SSZ

extension ForkChoiceStore {
    /// Spec: `validate_merge_block` (bellatrix): judges the last proof-of-work block below the first payload.
    ///
    /// For a block that `is_merge_transition_block` and is of bellatrix; later forks judge it no more.
    ///
    /// - Parameters:
    ///   - slot: of the block that has the payload.
    ///   - parentHash: of the payload.
    ///   - powBlock: the proof-of-work block of a hash, as far as it is known.
    public static func validateMergeBlock(
        slot: Slot,
        parentHash: Hash32,
        spec: ChainSpec,
        powBlock: (Hash32) -> PowBlock?
    ) throws(ForkChoiceError) {
        let config = spec.config
        if config.terminalBlockHash != Hash32() {
            let epoch = slot / spec.preset.slotsPerEpoch
            guard epoch >= config.terminalBlockHashActivationEpoch else {
                throw .terminalBlockEpoch(expected: config.terminalBlockHashActivationEpoch, got: epoch)
            }
            guard parentHash == config.terminalBlockHash else {
                throw .terminalBlockHash(expected: config.terminalBlockHash, got: parentHash)
            }
            return
        }
        guard let block = powBlock(parentHash) else { throw .unknownPowBlock(parentHash) }
        guard let parent = powBlock(block.parentHash) else { throw .unknownPowBlock(block.parentHash) }
        guard let terminal = UInt256(decimal: config.terminalTotalDifficulty) else {
            throw .terminalTotalDifficulty(config.terminalTotalDifficulty)
        }
        // Spec: `is_valid_terminal_pow_block`.
        guard !block.totalDifficulty.isLess(than: terminal), parent.totalDifficulty.isLess(than: terminal) else {
            throw .notTerminal(
                block: block.totalDifficulty.description,
                parent: parent.totalDifficulty.description,
                terminal: config.terminalTotalDifficulty
            )
        }
    }
}

extension UInt256 {
    /// The value of decimal digits; `nil` for anything else and for what does not fit.
    fileprivate init?(decimal text: String) {
        var bytes = [UInt8](repeating: 0, count: 32)
        guard !text.isEmpty else { return nil }
        for digit in text.utf8 {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            var carry = Int(digit - UInt8(ascii: "0"))
            for i in bytes.indices {
                carry += Int(bytes[i]) * 10
                bytes[i] = UInt8(truncatingIfNeeded: carry)
                carry >>= 8
            }
            guard carry == 0 else { return nil }
        }
        guard let value = Bytes32(bytes) else { return nil }
        self.init(littleEndianBytes: value)
    }

    fileprivate func isLess(than other: UInt256) -> Bool {
        littleEndianBytes.bytes.reversed().lexicographicallyPrecedes(other.littleEndianBytes.bytes.reversed())
    }
}
