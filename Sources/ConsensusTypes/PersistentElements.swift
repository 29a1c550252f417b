public import Hashing
public import SSZ

// The containers that big state lists hold. None of them changes with fork or preset, so each knows its root.

extension PersistentElement where Self: SSZContainer {
    public func elementRoot() -> Bytes32 { hashTreeRoot(in: .invariant) }
}

extension Validator: PersistentElement {}
extension Eth1Data: PersistentElement {}
extension HistoricalSummary: PersistentElement {}
extension PendingDeposit: PersistentElement {}
extension PendingPartialWithdrawal: PersistentElement {}
extension PendingConsolidation: PersistentElement {}
extension Builder: PersistentElement {}
extension BuilderPendingWithdrawal: PersistentElement {}
