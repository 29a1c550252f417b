import ChainStore
import ChainTestSupport
import Concurrency
import ConsensusTypes
import DataAvailability
import ForkChoice
import ForkTree
import Hashing
import SSZ
import StateTransition
import TestSupport
import Testing

@testable import BlockPipeline

/// Holds one block's data back until a test says what is to be said of it.
private final class HeldData: DataAvailability {
    enum Line: Sendable { case answer(DataAnswer), failure }

    private let held: Root
    let lines = BoundedQueue<Line>(capacity: 8, overflow: .rejectNewest)

    init(_ held: Root) { self.held = held }

    func settle(_ need: DataRequirement, _ patience: DataPatience) async throws -> DataAnswer {
        guard need.blockRoot == held else { return .assumed }
        switch try await lines.receive() {
        case .answer(let answer): return answer
        case .failure, nil: throw StoreError.closed
        }
    }
}

/// Transitions that run ahead of their parent's inclusion.
@Suite struct AheadTests {
    /// Blocks of the line below the held one.
    private static let line = 14

    private let run: RecordedRun
    /// The number of a block with blobs, whose inclusion waits for them behind its transition.
    private let first: Int
    private let blocks: [DecodedBlock]

    init() throws {
        run = try RecordedRun(fixture: "fulu-linear")
        blocks = try run.blocks.indices.map { [run] in try run.decoded($0) }
        first = try #require(
            blocks.firstIndex {
                DataRequirement(blockRoot: $0.root, block: $0.block, fork: $0.fork) != nil
            }
        )
        try #require(first + Self.line < blocks.count)
    }

    private func isAhead(_ chain: Chain, _ count: Int) -> Bool {
        chain.tree.statistics.wentAhead >= UInt64(count) && chain.ahead.count == count + 1
    }

    /// A chain up to the block with blobs, its descendants waiting for it, and itself held behind its transition.
    private func whileHeld(
        depth: Int = 8,
        count: Int = 64,
        _ body: (Chain, HeldData, Task<BlockOutcome, Never>, [Task<BlockOutcome, Never>]) async throws -> Void
    ) async throws {
        let data = HeldData(blocks[first].root)
        try await run.withChain {
            $0.data = data
            $0.tree.aheadDepth = depth
            $0.tree.aheadBlocks = count
        } _: { chain in
            for number in 0..<first {
                let outcome = await BlockTask(chain: chain).run(run.blocks[number])
                try #require(outcome.state == .included, "\(outcome.record.reasonText)")
            }
            let children = (1...Self.line).map { number in
                Task { await BlockTask(chain: chain).run(run.blocks[first + number]) }
            }
            #expect(await eventually { chain.tree.counts().waiters == Self.line })
            let parent = Task { await BlockTask(chain: chain).run(run.blocks[first]) }
            let able = min(depth, count, Self.line)
            #expect(await eventually { isAhead(chain, able) })
            // All but the held one wait: those ahead for its inclusion, the others for a shorter line.
            #expect(await eventually { chain.tree.counts().waiters == Self.line })
            #expect(chain.metrics.transitions == UInt64(first + 1 + able))
            #expect(chain.tree.counts().blockChild == min(able + 1, Self.line))
            #expect(chain.choice.snapshot.head.root == blocks[first].parentRoot)
            try await body(chain, data, parent, children)
            #expect(chain.tree.counts().waiters == 0)
            #expect(chain.tree.counts().live == 0)
            #expect(chain.ahead.count == 0)
        }
    }

    @Test(arguments: [(8, 64), (3, 64), (8, 2), (100, 100)])
    func childrenRunAheadWithinBoundsAndComeInBehindTheirParent(depth: Int, count: Int) async throws {
        try await whileHeld(depth: depth, count: count) { chain, data, parent, children in
            // Nothing is made of what is ahead: no state in the cache, none in the store.
            #expect(chain.states.cache[blocks[first + 1].root] == nil)
            let stored = try await chain.store.stateSummary(blocks[first + 1].root)
            #expect(stored == nil)
            data.lines.trySend(.answer(.available))
            #expect(await parent.value.state == .included)
            for child in children { #expect(await child.value.state == .included) }
            #expect(chain.choice.snapshot.head.root == blocks[first + Self.line].root)
            // Each has gone through one transition, ahead or not.
            #expect(chain.metrics.transitions == UInt64(first + 1 + Self.line))
            #expect(chain.tree.statistics.parentsLost == 0)
        }
    }

    /// The parent turns out to be bad: all below fall, with the verdict that they would have got without having run.
    @Test func childrenFallWithTheirParent() async throws {
        try await whileHeld { chain, data, parent, children in
            data.lines.trySend(.answer(.unavailable("for the test")))
            #expect(await parent.value.state == .invalid(.dataUnavailable, at: .data))
            for child in children {
                #expect(await child.value.state == .invalid(.ancestor(blocks[first].root), at: .awaitParent))
            }
            #expect(chain.choice.snapshot.head.root == blocks[first].parentRoot)
        }
    }

    enum Loss: CaseIterable { case late, storeFailure, cancellation }

    /// The parent is given up without a verdict: what was made ahead is dropped, and made again when it comes again.
    @Test(arguments: Loss.allCases)
    func childrenFallBackAndComeInWithTheNextCopy(loss: Loss) async throws {
        try await whileHeld { chain, data, parent, children in
            switch loss {
            case .late: data.lines.trySend(.answer(.late("for the test")))
            case .storeFailure: data.lines.trySend(.failure)
            case .cancellation: parent.cancel()
            }
            let end = await parent.value.state
            #expect(end == (loss == .late ? .expired : .evicted(loss == .cancellation ? .shutdown : .forgotten)))
            #expect(await eventually { chain.ahead.count == 0 && chain.tree.counts().waiters == Self.line })
            #expect(chain.tree.statistics.parentsLost == 8)
            #expect(chain.tree.snapshot().missing.map(\.root) == [blocks[first].root])
            data.lines.trySend(.answer(.available))
            #expect(await BlockTask(chain: chain).run(run.blocks[first]).state == .included)
            for child in children { #expect(await child.value.state == .included) }
            #expect(chain.choice.snapshot.head.root == blocks[first + Self.line].root)
        }
    }

    /// A child that is cancelled while it is ahead leaves nothing behind, and takes nothing from the others.
    @Test func aCancelledChildFallsBackAlone() async throws {
        try await whileHeld { chain, data, parent, children in
            children[2].cancel()
            #expect(await children[2].value.state == .evicted(.shutdown))
            data.lines.trySend(.answer(.available))
            #expect(await parent.value.state == .included)
            for child in children.prefix(2) { #expect(await child.value.state == .included) }
            #expect(chain.choice.snapshot.head.root == blocks[first + 2].root)
            #expect(await BlockTask(chain: chain).run(run.blocks[first + 3]).state == .included)
            for child in children.dropFirst(3) { #expect(await child.value.state == .included) }
        }
    }

    /// An engine's verdict from elsewhere takes the held block down, and all that have run ahead of it.
    @Test func aVerdictFromElsewhereEndsThemAll() async throws {
        try await whileHeld { chain, data, parent, children in
            chain.tree.invalidate(blocks[first].root, .executionPayload, at: .transition)
            for child in children {
                #expect(await child.value.state == .invalid(.ancestor(blocks[first].root), at: .awaitParent))
            }
            data.lines.trySend(.answer(.available))
            #expect(await parent.value.state != .included)
        }
    }

    @Test func closingEndsThoseWhoAreAhead() async throws {
        try await whileHeld { chain, data, parent, children in
            chain.tree.close()
            for child in children { #expect(await child.value.state == .evicted(.shutdown)) }
            data.lines.trySend(.answer(.available))
            _ = await parent.value
        }
    }

    /// On one transition thread the children of a block whose attestation is signed wrongly begin before that is known.
    @Test func theChildOfABadlySignedBlockFallsWithIt() async throws {
        let forky = try RecordedRun(fixture: "fulu-forky")
        let (bad, below) = (try forky.decoded(88), try forky.decoded(80))
        try #require(below.parentRoot == bad.root)
        var messages: [Root: (copies: [BlockMessage], parent: Root)] = [:]
        for (number, message) in forky.blocks.enumerated() {
            guard let block = try? forky.decoded(number) else { continue }
            messages[block.root, default: ([], block.parentRoot)].copies.append(message)
        }
        try await forky.withChain {
            $0.width = 1
        } _: { chain in
            var lineage: [Root] = []
            var next = bad.parentRoot
            while let known = messages[next] {
                lineage.append(next)
                next = known.parent
            }
            for root in lineage.reversed() {
                // Some have forged copies beside them.
                for message in messages[root]?.copies ?? [] { _ = await BlockTask(chain: chain).run(message) }
                try #require(chain.tree.state(of: root) == .included)
            }
            let before = chain.tree.statistics.wentAhead
            async let child = BlockTask(chain: chain).run(forky.blocks[80])
            #expect(await eventually { chain.tree.counts().waiters == 1 })
            let parent = await BlockTask(chain: chain).run(forky.blocks[88])
            #expect(parent.state == .invalid(.invalidTransition, at: .transition))
            #expect(await child.state == .invalid(.ancestor(bad.root), at: .awaitParent))
            #expect(chain.tree.statistics.wentAhead == before + 1)
            #expect(chain.ahead.count == 0)
            #expect(chain.tree.counts().waiters == 0)
        }
    }
}

/// Signatures verified together with those of others.
@Suite struct SignatureChecksTests {
    @Test(arguments: [[], [0], [3, 4, 40], Array(0..<64)] as [[Int]])
    func everyCallerHearsOfItsOwn(bad: [Int]) async throws {
        let run = try RecordedRun(fixture: "fulu-linear")
        let registry = run.anchor.state
        let blocks = try (0..<64).map { try run.decoded($0) }
        let claims = blocks.enumerated().map { number, block in
            var message = computeSigningRoot(
                block.root,
                run.spec.computeDomain(
                    .beaconProposer,
                    forkVersion: run.spec.forkVersion(block.fork),
                    genesisValidatorsRoot: registry.genesisValidatorsRoot
                )
            )
            if bad.contains(number) { message = SHA256.hash(message.bytes) }
            return SignatureClaim(
                function: "verify_block_signature",
                pubkeys: [registry.validators[Int(block.block.proposerIndex)].pubkey],
                message: message,
                signature: block.signed.signature
            )
        }
        for width in [1, 3] {
            let checks = SignatureChecks(caches: TransitionCaches(), width: width)
            let found = await withTaskGroup(of: (Int, Bool).self) { group in
                for (number, claim) in claims.enumerated() {
                    group.addTask { (number, await checks.holds(claim)) }
                }
                return await group.reduce(into: [Int: Bool]()) { $0[$1.0] = $1.1 }
            }
            #expect(found.count == 64)
            #expect(found.filter { !$0.value }.keys.sorted() == bad, "width \(width)")
            #expect(checks.waiting == 0)
        }
    }
}

/// Lets nobody wait for what will not come.
private struct Closer: WaitObserver {
    let tree: ForkTree

    func willWait(isOrphan: Bool) {
        if isOrphan { tree.close() }
    }

    func didWait() {}
}

/// Signatures that are believed because somebody asked for it.
@Suite struct AssumedSignaturesTests {
    private let run: RecordedRun
    private let blocks: [DecodedBlock]

    init() throws {
        run = try RecordedRun(fixture: "fulu-linear")
        blocks = try (0..<12).map { [run] in try run.decoded($0) }
    }

    /// The first blocks, those at `forged` under another's signature.
    private func carry(_ assumed: AssumedSignatures, forged: Set<Int>) async throws -> [Lifecycle] {
        var ends: [Lifecycle] = []
        try await run.withChain {
            $0.assumed = assumed
        } _: { chain in
            for number in blocks.indices {
                var ssz = try run.ssz(number)
                if forged.contains(number) {
                    ssz.replaceSubrange(4..<100, with: blocks[(number + 1) % blocks.count].signed.signature.bytes)
                }
                let outcome = await BlockTask(chain: chain).run(
                    BlockMessage(ssz: ssz),
                    observer: Closer(tree: chain.tree)
                )
                ends.append(outcome.state)
            }
        }
        return ends
    }

    @Test func beliefEndsAtItsSlot() async throws {
        let last = blocks[5]
        let all = Array(repeating: Lifecycle.included, count: blocks.count)
        #expect(try await carry(.none, forged: []) == all)
        #expect(try await carry(.all, forged: Set(blocks.indices)) == all)
        #expect(try await carry(.through(last.slot, root: last.root), forged: Set(0...5)) == all)
        let behind = try await carry(.through(last.slot, root: nil), forged: Set(0...6))
        #expect(behind.prefix(6).allSatisfy { $0 == .included })
        #expect(behind[6] == .invalid(.proposerSignature, at: .signatures))
    }

    @Test func beliefMustEndInTheBlockThatWasNamed() async throws {
        let wrong = try await carry(.through(blocks[5].slot, root: blocks[4].root), forged: [])
        #expect(wrong.prefix(6).allSatisfy { $0 == .included })
        #expect(wrong[6] == .invalid(.forkChoice, at: .transition))
        #expect(wrong[7] == .invalid(.ancestor(blocks[6].root), at: .awaitParent))
    }
}
