import ConsensusTypes
import ForkChoice
import Hashing
import Testing

/// Heads, weights and viable leaves of random trees, against a plain reading of the specification.
struct RandomTreeTests {
    /// Epochs at which gloas and heze begin.
    struct Schedule: CustomTestStringConvertible, Sendable {
        let name: String
        let gloas: Epoch
        let heze: Epoch
        var testDescription: String { name }
    }

    static let schedules = [
        Schedule(name: "fulu", gloas: farFutureEpoch, heze: farFutureEpoch),
        Schedule(name: "gloas", gloas: 0, heze: farFutureEpoch),
        Schedule(name: "heze", gloas: 0, heze: 0),
        Schedule(name: "fulu to heze", gloas: 1, heze: 2),
    ]

    @Test(arguments: schedules)
    func agreesWithTheSpecification(_ schedule: Schedule) throws {
        var seen = Set<PayloadStatus>()
        var (heads, boosts, splits, withheld, extended, dropped, finalized) = (0, 0, 0, 0, 0, 0, 0)
        for seed in UInt64(1)...12 {
            var scenario = Scenario(seed: seed, gloasEpoch: schedule.gloas, hezeEpoch: schedule.heze)
            var last = try scenario.store.getHead().root
            for step in 0..<140 {
                scenario.step()
                if let difference = try scenario.difference() {
                    Issue.record("\(schedule.name), seed \(seed), step \(step): \(difference)")
                    return
                }
                let head = try scenario.store.getHead()
                seen.insert(head.payloadStatus)
                if head.root != last { heads += 1 }
                last = head.root
                if scenario.model.shouldApplyBoost() { boosts += 1 }
                if scenario.model.viableLeaves().count > 2 { splits += 1 }
                if scenario.model.boostRoot != Root(), !scenario.model.shouldApplyBoost() { withheld += 1 }
                for root in scenario.model.payloads
                where scenario.model.isPreviousSlotDecision(PayloadNode(root: root, payloadStatus: .full)) {
                    if scenario.model.shouldExtendPayload(root) { extended += 1 } else { dropped += 1 }
                }
                if scenario.model.finalized.epoch > 0 { finalized += 1 }
            }
        }
        // The events are worth something only if they lead somewhere.
        let reached = "\(heads) heads, \(boosts) boosts, \(splits) splits, \(finalized) finalized"
        #expect(heads > 100 && boosts > 100 && splits > 100 && finalized > 20, "\(reached)")
        let decided = "\(withheld) boosts withheld, \(extended) payloads extended, \(dropped) dropped"
        #expect((extended > 100) == (schedule.gloas != farFutureEpoch), "\(decided)")
        #expect((withheld > 10 && dropped > 5) == (schedule.gloas != farFutureEpoch), "\(decided)")
        #expect(seen == (schedule.gloas == farFutureEpoch ? [.full] : [.empty, .full]))
    }
}
