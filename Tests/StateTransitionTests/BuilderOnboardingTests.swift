import BLS
import ConsensusTypes
import Hashing
import SSZ
import StateTransition
import TestSupport
import Testing

/// Which pending deposits make builders when gloas begins, against the rule written out with lists.
@Suite struct BuilderOnboardingTests {
    private let spec = ChainSpec.minimal
    private static let secrets: [SecretKey] = (1...10).compactMap { number in
        var bytes = Bytes32()
        bytes.withUnsafeMutableBytes { $0[31] = UInt8(number) }
        return try? SecretKey(bytes: bytes)
    }

    private func deposit(_ random: inout SplitMix64) -> PendingDeposit {
        let secret = Self.secrets[Int(random.next() % UInt64(Self.secrets.count))]
        var deposit = PendingDeposit()
        deposit.pubkey = secret.publicKey.compressed
        let prefix: UInt8 = random.next() % 3 == 0 ? 0x01 : 0xB0
        deposit.withdrawalCredentials.withUnsafeMutableBytes {
            $0[0] = prefix
            $0[31] = UInt8(random.next() % 5)
        }
        deposit.amount = 1_000_000_000 * (1 + random.next() % 40)
        deposit.slot = random.next() % 80
        let message = DepositMessage(
            pubkey: deposit.pubkey,
            withdrawalCredentials: deposit.withdrawalCredentials,
            amount: deposit.amount
        )
        let root = computeSigningRoot(message.hashTreeRoot(in: .invariant), spec.computeDomain(.deposit))
        if random.next() % 3 != 0 { deposit.signature = secret.sign(root.bytes).compressed }
        return deposit
    }

    @Test(arguments: 0..<UInt64(12))
    func depositsAreSortedOut(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let validatorKeys = Self.secrets.prefix(2).map(\.publicKey.compressed)
        var state = SyntheticState.make(.fulu, validators: 16, spec: spec, keys: validatorKeys, using: &random)
        state.slot = 88
        state.pendingDeposits = PersistentList((0..<24).map { _ in deposit(&random) })
        var transition = Transition(state: state, spec: spec)

        var kept: [PendingDeposit] = []
        var builders: [(pubkey: BLSPubkey, address: [UInt8], balance: Gwei, epoch: Epoch)] = []
        func isSigned(_ deposit: PendingDeposit) -> Bool {
            transition.isValidDepositSignature(
                deposit.pubkey,
                deposit.withdrawalCredentials,
                deposit.amount,
                deposit.signature
            )
        }
        for deposit in state.pendingDeposits {
            if validatorKeys.contains(deposit.pubkey) {
                kept.append(deposit)
            } else if let index = builders.firstIndex(where: { $0.pubkey == deposit.pubkey }) {
                builders[index].balance += deposit.amount
            } else if deposit.withdrawalCredentials.bytes[0] != 0xB0
                || kept.contains(where: { $0.pubkey == deposit.pubkey && isSigned($0) })
            {
                kept.append(deposit)
            } else if isSigned(deposit) {
                let address = Array(deposit.withdrawalCredentials.bytes[12...])
                builders.append((deposit.pubkey, address, deposit.amount, deposit.slot / 8))
            }
        }

        try transition.upgrade(to: .gloas)
        #expect(Array(transition.state.pendingDeposits) == kept, "seed \(seed)")
        #expect(transition.state.builders.map(\.pubkey) == builders.map(\.pubkey), "seed \(seed)")
        #expect(transition.state.builders.map(\.executionAddress.bytes) == builders.map(\.address), "seed \(seed)")
        #expect(transition.state.builders.map(\.balance) == builders.map(\.balance), "seed \(seed)")
        #expect(transition.state.builders.map(\.depositEpoch) == builders.map(\.epoch), "seed \(seed)")
        #expect(transition.state.builders.allSatisfy { $0.withdrawableEpoch == farFutureEpoch && $0.version == 0 })
        #expect(!kept.isEmpty && !builders.isEmpty && kept.count + builders.count < 24, "seed \(seed)")
    }
}
