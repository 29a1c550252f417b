import Concurrency
import Hashing
import TestSupport
import Testing

@testable import ForkTree

@Suite struct ForkTreeTests {
    @Test func aLineDeliveredBackwardsIsIncludedForwards() async throws {
        let tree = ForkTree(anchor: root(0), slot: 0)
        let length = 300
        let order = Shared<[Int]>([])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in (1...length).reversed() {
                let ticket = try #require(tree.take(number, slot: UInt64(number), below: number - 1))
                group.addTask {
                    let outcome = try await tree.ready(ticket)
                    #expect(outcome == .included)
                    order.update { $0.append(number) }
                    #expect(tree.resolve(ticket, .included) == .applied)
                }
                if number > 1 {
                    #expect(await eventually { tree.waiting == length - number + 1 })
                    #expect(tree.outstandingFetches == [root(number - 1)])
                }
            }
            try await group.waitForAll()
        }
        #expect(order.value == Array(1...length))
        #expect(tree.statistics.fetchesAsked == UInt64(length - 1))
        #expect(tree.counts().included == length + 1)
        #expect(tree.waiting == 0)
        #expect(tree.checkInvariants() == nil)
        let snapshot = tree.snapshot()
        #expect(snapshot.nodes.map(\.root) == (0...length).map { root($0) })
        #expect(snapshot.missing.isEmpty)
    }

    @Test func oneRequestPerMissingParent() async throws {
        let tree = ForkTree(anchor: root(0), slot: 0)
        let tickets = (2...50).compactMap { tree.take($0, slot: 5, below: 1) }
        let waits = tickets.map { ticket in Task { try await tree.ready(ticket) } }
        #expect(await eventually { tree.waiting == 49 })
        #expect(tree.fetchRequests.count == 1)
        #expect(tree.fetchRequests.tryReceive() == root(1))
        #expect(
            tree.snapshot().missing == [
                MissingBlock(root: root(1), children: (2...50).map { root($0) }, isAskedFor: true)
            ]
        )
        // A block below a known but pending one asks for nothing.
        let grandchild = try #require(tree.take(60, slot: 6, below: 2))
        let wait = Task { try await tree.ready(grandchild) }
        #expect(await eventually { tree.waiting == 50 })
        #expect(tree.node(root(60))?.state == .child)
        #expect(tree.node(root(2))?.state == .pending)
        #expect(tree.fetchRequests.count == 0)
        // The fetch fails and is repeated on demand.
        tree.fetchEnded(root(1))
        #expect(tree.outstandingFetches.isEmpty)
        tree.retryFetches()
        tree.retryFetches()
        #expect(tree.fetchRequests.count == 1)
        let parent = try #require(tree.take(1, slot: 1, below: 0))
        #expect(try await tree.ready(parent) == .included)
        tree.offerState(parent)
        #expect(tree.node(root(2))?.state == .blockChild)
        tree.resolve(parent, .included)
        for wait in waits { #expect(try await wait.value == .included) }
        #expect(tree.node(root(2))?.state == .stateChild)
        wait.cancel()
        await #expect(throws: CancellationError.self) { try await wait.value }
        #expect(tree.waiting == 0)
        #expect(tree.node(root(60)) == nil)
    }

    @Test func aFullRequestQueueRefusesAndSaysSo() async throws {
        var limits = ForkTreeLimits()
        limits.fetchRequests = 1
        let tree = ForkTree(anchor: root(0), slot: 0, limits: limits)
        let tickets = [tree.take(10, slot: 5, below: 1), tree.take(20, slot: 5, below: 2)].compactMap { $0 }
        let waits = tickets.map { ticket in Task { try await tree.ready(ticket) } }
        #expect(await eventually { tree.waiting == 2 && tree.statistics.fetchesRefused == 1 })
        #expect(tree.outstandingFetches.count == 1)
        let first = tree.fetchRequests.tryReceive()
        tree.retryFetches()
        let second = tree.fetchRequests.tryReceive()
        #expect(Set([first, second]) == [root(1), root(2)])
        tree.close()
        for wait in waits { #expect(try await wait.value == .evicted(.shutdown)) }
    }

    @Test func badSignaturesDoNotPoisonTheRoot() async throws {
        let tree = ForkTree(anchor: root(0), slot: 0)
        let forged = try #require(tree.take(2, slot: 2, below: 1, signature: 66))
        let forgedWait = Task { try await tree.ready(forged) }
        #expect(await eventually { tree.waiting == 1 })
        let good = try #require(tree.take(2, slot: 2, below: 1, signature: 7))
        let goodWait = Task { try await tree.ready(good) }
        #expect(await eventually { tree.waiting == 2 })
        let child = try #require(tree.take(3, slot: 3, below: 2))
        let childWait = Task { try await tree.ready(child) }
        #expect(await eventually { tree.waiting == 3 })
        let parent = try #require(tree.take(1, slot: 1, below: 0))
        tree.resolve(parent, .included)
        #expect(try await forgedWait.value == .included)
        #expect(try await goodWait.value == .included)
        #expect(tree.resolve(forged, .invalid(.proposerSignature, at: .signatures)) == .applied)
        #expect(tree.waiting == 1)
        #expect(tree.resolve(good, .included) == .applied)
        #expect(try await childWait.value == .included)
        // The forged copy again: known. A third one: the root is included.
        #expect(
            tree.insert(root: root(2), slot: 2, parent: root(1), signature: root(66), bytes: 1) == .duplicate(.included)
        )
        #expect(tree.resolve(forged, .included) == .superseded(.duplicate))
    }

    @Test func aForgedOnlyCopyMakesItsChildrenAskAgain() async throws {
        let tree = ForkTree(anchor: root(0), slot: 0)
        let forged = try #require(tree.take(1, slot: 1, below: 0, signature: 66))
        let child = try #require(tree.take(2, slot: 2, below: 1))
        let wait = Task { try await tree.ready(child) }
        #expect(await eventually { tree.waiting == 1 })
        #expect(tree.fetchRequests.count == 0)
        tree.resolve(forged, .invalid(.proposerSignature, at: .signatures))
        #expect(tree.fetchRequests.tryReceive() == root(1))
        let again = tree.insert(root: root(1), slot: 1, parent: root(0), signature: root(66), bytes: 1)
        #expect(again == .refused(.invalid(.proposerSignature, at: .signatures)))
        let good = try #require(tree.take(1, slot: 1, below: 0, signature: 7))
        tree.resolve(good, .included)
        #expect(try await wait.value == .included)
    }

    @Test func invalidityReachesAllDescendantsNowAndLater() async throws {
        let tree = ForkTree(anchor: root(0), slot: 0)
        let tickets = (1...6).compactMap { tree.take($0, slot: UInt64($0), below: $0 - 1) }
        let waits = tickets.dropFirst().map { ticket in Task { try await tree.ready(ticket) } }
        #expect(await eventually { tree.waiting == 5 })
        #expect(tree.resolve(tickets[0], .invalid(.stateRootMismatch, at: .transition)) == .applied)
        let inherited = ReadyOutcome.invalid(.ancestor(root(1)), at: .awaitParent)
        for wait in waits { #expect(try await wait.value == inherited) }
        let later = tree.insert(root: root(7), slot: 7, parent: root(6), signature: root(1), bytes: 1)
        #expect(later == .refused(inherited.lifecycle))
        let evenLater = tree.insert(root: root(8), slot: 8, parent: root(7), signature: root(1), bytes: 1)
        #expect(evenLater == .refused(inherited.lifecycle))
        #expect(
            tree.insert(root: root(1), slot: 1, parent: root(0), signature: root(9), bytes: 1)
                == .refused(.invalid(.stateRootMismatch, at: .transition))
        )
        #expect(tree.counts().included == 1)
        #expect(tree.counts().live == 0)
        #expect(tree.checkInvariants() == nil)
    }

    @Test func slotsMustRise() async throws {
        let tree = ForkTree(anchor: root(0), slot: 3)
        // The child came first; its parent turns out to be younger.
        let child = try #require(tree.take(2, slot: 5, below: 1))
        let wait = Task { try await tree.ready(child) }
        #expect(await eventually { tree.waiting == 1 })
        let parent = try #require(tree.take(1, slot: 5, below: 0))
        #expect(try await wait.value == .invalid(.slotNotAfterParent, at: .awaitParent))
        tree.resolve(parent, .included)
        let refused = Lifecycle.invalid(.slotNotAfterParent, at: .awaitParent)
        #expect(tree.insert(root: root(4), slot: 5, parent: root(1), signature: root(1), bytes: 1) == .refused(refused))
        #expect(tree.insert(root: root(5), slot: 9, parent: root(5), signature: root(1), bytes: 1) == .refused(refused))
        // Two blocks that name each other as parent.
        _ = try #require(tree.take(7, slot: 9, below: 8))
        #expect(tree.insert(root: root(8), slot: 10, parent: root(7), signature: root(1), bytes: 1).ticket == nil)
        #expect(tree.checkInvariants() == nil)
    }

    /// Whoever ends waits is told when the deadline is known, not before: a moment in between would be lost for ever.
    @Test func aWaitRingsOnceItsDeadlineCounts() async throws {
        let tree = ForkTree(anchor: root(0), slot: 0, clock: TestClock(now: 1_000_000))
        let ticket = try #require(tree.take(2, slot: 2, below: 1))
        async let deadline = {
            _ = try await tree.newWaits.receive()
            return tree.nextDeadline
        }()
        let wait = Task { try await tree.ready(ticket, deadline: 1_000_500) }
        #expect(try await deadline == 1_000_500)
        tree.close()
        _ = try await wait.value
        #expect(try await tree.newWaits.receive() == nil)
    }

    @Test func deadlinesAndAge() async throws {
        let clock = TestClock(now: 1_000_000)
        var limits = ForkTreeLimits()
        limits.waitingAge = 10_000
        let tree = ForkTree(anchor: root(0), slot: 0, limits: limits, clock: clock)
        let brief = try #require(tree.take(2, slot: 2, below: 1))
        let long = try #require(tree.take(3, slot: 3, below: 1))
        let below = try #require(tree.take(4, slot: 4, below: 2))
        let briefWait = Task { try await tree.ready(brief, deadline: 1_000_500) }
        let longWait = Task { try await tree.ready(long, deadline: .max) }
        let belowWait = Task { try await tree.ready(below) }
        #expect(await eventually { tree.waiting == 3 })
        #expect(tree.nextDeadline == 1_000_500)
        clock.advance(by: 499)
        tree.expire()
        #expect(tree.waiting == 3)
        clock.advance(by: 1)
        tree.expire()
        #expect(try await briefWait.value == .expired)
        #expect(try await belowWait.value == .expired)
        #expect(tree.nextDeadline == 1_010_000)
        clock.advance(by: 10_000)
        tree.expire()
        #expect(try await longWait.value == .expired)
        #expect(tree.nextDeadline == nil)
        #expect(tree.outstandingFetches.isEmpty)
        // Expired is no verdict: the block may come again, but a deadline in the past is answered at once.
        let again = try #require(tree.take(2, slot: 2, below: 1))
        #expect(try await tree.ready(again, deadline: clock.now) == .expired)
        #expect(tree.statistics.expired == 4)
        #expect(tree.checkInvariants() == nil)
    }

    @Test func finalityPrunesBranches() async throws {
        let tree = ForkTree(anchor: root(0), slot: 0)
        for number in 1...5 {
            #expect(tree.restore(root: root(number), slot: UInt64(number), parent: root(number - 1)) == .applied)
        }
        #expect(tree.restore(root: root(12), slot: 2, parent: root(1)) == .applied)
        let rival = try #require(tree.take(13, slot: 13, below: 12))
        #expect(try await tree.ready(rival) == .included)
        let below = try #require(tree.take(14, slot: 14, below: 13))
        let stray = try #require(tree.take(21, slot: 4, below: 20))
        let hopeful = try #require(tree.take(31, slot: 40, below: 30))
        let belowWait = Task { try await tree.ready(below) }
        let strayWait = Task { try await tree.ready(stray) }
        let hopefulWait = Task { try await tree.ready(hopeful) }
        #expect(await eventually { tree.waiting == 3 })
        #expect(tree.prune(finalized: root(77)) == nil)
        let report = try #require(tree.prune(finalized: root(4)))
        #expect(report.canonical == [root(3), root(2), root(1), root(0)])
        #expect(report.abandoned == [root(12)])
        #expect(try await belowWait.value == .invalid(.conflictsWithFinality, at: .awaitParent))
        #expect(try await strayWait.value == .evicted(.finality))
        #expect(tree.resolve(rival, .included) == .superseded(.invalid(.conflictsWithFinality, at: .awaitParent)))
        #expect(tree.counts().included == 2)
        #expect(tree.waiting == 1)
        // A child of a pruned block, however young, conflicts; an old block is merely too old.
        let conflict = Lifecycle.invalid(.conflictsWithFinality, at: .awaitParent)
        #expect(
            tree.insert(root: root(50), slot: 50, parent: root(2), signature: root(1), bytes: 1) == .refused(conflict)
        )
        #expect(
            tree.insert(root: root(3), slot: 3, parent: root(2), signature: root(1), bytes: 1)
                == .refused(.evicted(.finality))
        )
        // The missing parent of the hopeful one turns out to be old.
        #expect(
            tree.insert(root: root(30), slot: 3, parent: root(2), signature: root(1), bytes: 1)
                == .refused(.evicted(.finality))
        )
        #expect(try await hopefulWait.value == .invalid(.conflictsWithFinality, at: .awaitParent))
        #expect(tree.invalidate(root(4), .executionPayload, at: .transition) == .superseded(.included))
        #expect(tree.invalidate(root(5), .executionPayload, at: .transition) == .applied)
        #expect(tree.counts().included == 1)
        #expect(tree.statistics.overturned == 1)
        #expect(tree.checkInvariants() == nil)
    }

    @Test func boundsAreCountedAndNamed() async throws {
        var limits = ForkTreeLimits()
        limits.waitingBytes = 1_000
        let tree = ForkTree(anchor: root(0), slot: 0, limits: limits)
        let huge = try #require(tree.take(9, slot: 9, below: 8, bytes: 1_001))
        #expect(try await tree.ready(huge) == .evicted(.capacity))
        let old = try #require(tree.take(2, slot: 2, below: 1, bytes: 600))
        let oldWait = Task { try await tree.ready(old) }
        #expect(await eventually { tree.waiting == 1 })
        let young = try #require(tree.take(4, slot: 4, below: 3, bytes: 600))
        let youngWait = Task { try await tree.ready(young) }
        #expect(try await oldWait.value == .evicted(.capacity))
        #expect(tree.counts().waitingBytes == 600)
        #expect(tree.statistics.byteOverflows == 2)
        #expect(tree.statistics.rejectedNewcomers == 1)
        #expect(tree.statistics.evictedForCapacity == 2)
        tree.close()
        #expect(try await youngWait.value == .evicted(.shutdown))
        #expect(
            tree.insert(root: root(5), slot: 5, parent: root(0), signature: root(1), bytes: 1)
                == .refused(.evicted(.shutdown))
        )
        #expect(tree.checkInvariants() == nil)
    }

    @Test func negativeMemoryIsBounded() {
        var limits = ForkTreeLimits()
        limits.invalidRoots = 10
        let tree = ForkTree(anchor: root(0), slot: 0, limits: limits)
        for number in 1...25 { tree.invalidate(root(number), .invalidTransition, at: .transition) }
        #expect(tree.statistics.forgottenInvalidRoots == 15)
        #expect(tree.state(of: root(15)) == nil)
        #expect(tree.state(of: root(16)) == .invalid(.invalidTransition, at: .transition))
    }
}
