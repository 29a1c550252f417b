import BLS
import ConsensusTypes
import Hashing
import SSZ
import StateTransition
import TestSupport
import Testing

/// An envelope must hold what the block's bid promised, and be signed by who made the bid.
@Suite struct EnvelopeTests {
    private static func key(_ number: UInt8) throws -> SecretKey {
        var bytes = Bytes32()
        bytes.withUnsafeMutableBytes { $0[31] = number }
        return try SecretKey(bytes: bytes)
    }

    /// A state behind a block of slot 88 with a bid, and the envelope that keeps it.
    private struct Scene {
        let spec: ChainSpec
        var state: BeaconState
        var envelope = ExecutionPayloadEnvelope()
        var signer: SecretKey

        init(_ fork: ForkName, selfBuilt: Bool) throws {
            spec = SyntheticState.spec(upTo: fork)
            var random = SplitMix64(seed: 7)
            state = SyntheticState.withBuilders(fork, validators: 8, using: &random)
            signer = try key(selfBuilt ? 1 : 2)
            let context = spec.context(fork)
            state.latestBlockHeader.slot = state.slot
            state.latestBlockHeader.proposerIndex = 3
            state.latestBlockHeader.stateRoot = Root()
            state.latestBlockHeader.parentRoot = SyntheticState.root(&random)
            state.validators.update(at: 3) { $0.pubkey = (try? key(1).publicKey.compressed) ?? BLSPubkey() }
            state.builders.update(at: 5) { $0.pubkey = (try? key(2).publicKey.compressed) ?? BLSPubkey() }
            state.payloadExpectedWithdrawals = [
                Withdrawal(index: 4, validatorIndex: 2, address: ExecutionAddress(), amount: 9)
            ]
            var bid = ExecutionPayloadBid()
            bid.builderIndex = selfBuilt ? Constants.builderIndexSelfBuild : 5
            bid.prevRandao = SyntheticState.root(&random)
            bid.gasLimit = 30_000_000
            bid.blockHash = SyntheticState.root(&random)
            bid.parentBlockHash = state.latestBlockHash
            bid.slot = state.slot
            bid.blobKzgCommitments = [KZGCommitment(), KZGCommitment()]
            bid.inclusionListBits = Bitvector(count: Int(spec.preset.inclusionListCommitteeSize))
            var exit = BuilderExitRequest()
            exit.pubkey = state.builders[5].pubkey
            envelope.executionRequests.builderExits = [exit]
            bid.executionRequestsRoot = envelope.executionRequests.hashTreeRoot(in: context)
            state.latestExecutionPayloadBid = bid

            var header = state.latestBlockHeader
            header.stateRoot = state.hashTreeRoot(in: context)
            envelope.builderIndex = bid.builderIndex
            envelope.beaconBlockRoot = header.hashTreeRoot(in: context)
            envelope.parentBeaconBlockRoot = header.parentRoot
            envelope.payload.logsBloom = Array(repeating: 0, count: Int(spec.preset.bytesPerLogsBloom))
            envelope.payload.prevRandao = bid.prevRandao
            envelope.payload.gasLimit = bid.gasLimit
            envelope.payload.blockHash = bid.blockHash
            envelope.payload.parentHash = state.latestBlockHash
            envelope.payload.slotNumber = state.slot
            envelope.payload.timestamp = state.genesisTime + state.slot * spec.config.slotDurationMs / 1000
            envelope.payload.withdrawals = state.payloadExpectedWithdrawals
        }

        /// The refusal of the envelope, signed as it is now; `nil` where it is taken.
        func verify(_ engine: any ExecutionEngine = OptimisticEngine()) -> TransitionError? {
            var transition = Transition(state: state, spec: spec, engine: engine)
            var signed = SignedExecutionPayloadEnvelope()
            signed.message = envelope
            let root = transition.computeSigningRoot(envelope, transition.getDomain(.beaconBuilder))
            signed.signature = signer.sign(root).compressed
            do throws(TransitionError) {
                try transition.verifyExecutionPayloadEnvelope(signed)
                #expect(transition.state == state)
                return nil
            } catch {
                return error
            }
        }
    }

    @Test(arguments: [ForkName.gloas, .heze], [true, false])
    func whatTheBidPromisedIsTaken(_ fork: ForkName, selfBuilt: Bool) throws {
        var scene = try Scene(fork, selfBuilt: selfBuilt)
        #expect(scene.verify() == nil)
        scene.signer = try Self.key(selfBuilt ? 2 : 1)
        #expect(scene.verify()?.kind == .signature)
    }

    @Test func anyOtherContentIsRefusedByName() throws {
        let scene = try Scene(.gloas, selfBuilt: false)
        let changes: [(String, (inout ExecutionPayloadEnvelope) -> Void)] = [
            ("beacon_block_root", { $0.beaconBlockRoot = Root() }),
            ("parent_beacon_block_root", { $0.parentBeaconBlockRoot = Root() }),
            ("prev_randao", { $0.payload.prevRandao = Bytes32() }),
            ("gas_limit", { $0.payload.gasLimit += 1 }),
            ("block_hash", { $0.payload.blockHash = Hash32() }),
            ("execution_requests root", { $0.executionRequests.builderExits = [] }),
            ("slot_number", { $0.payload.slotNumber -= 1 }),
            ("parent_hash", { $0.payload.parentHash = Hash32() }),
            ("timestamp", { $0.payload.timestamp += 1 }),
            ("withdrawals count", { $0.payload.withdrawals = [] }),
            ("withdrawals[0]", { $0.payload.withdrawals[0].amount = 8 }),
        ]
        for (subject, change) in changes {
            var changed = scene
            change(&changed.envelope)
            #expect(changed.verify()?.subject == subject)
        }
        var other = scene
        other.envelope.builderIndex = Constants.builderIndexSelfBuild
        other.signer = try Self.key(1)
        #expect(other.verify()?.subject == "builder_index")
        for index in [11, .max - 1] as [UInt64] {
            other.envelope.builderIndex = index
            #expect(other.verify()?.subject == "builder index")
        }
    }

    @Test func theEngineHasTheLastWord() throws {
        struct Picky: ExecutionEngine {
            func verifyAndNotifyNewPayload(_ request: NewPayloadRequest) -> Bool {
                request.versionedHashes.count != 2 || request.executionRequests.builderExits.count != 1
            }
        }
        #expect(try Scene(.gloas, selfBuilt: true).verify(Picky())?.kind == .payload)
    }
}
