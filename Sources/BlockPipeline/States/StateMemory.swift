internal import ConsensusTypes
internal import SSZ

extension SharedMemory {
    /// Counts a state with all it holds on the heap, which its fields say.
    mutating func account(_ state: BeaconState, _ change: Change) {
        account(bytes: MemoryLayout<BeaconState>.size + 16, change)
        state.account(in: &self, change)
    }
}
