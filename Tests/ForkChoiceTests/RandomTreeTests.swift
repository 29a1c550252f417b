import ConsensusTypes
import ForkChoice
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
        var (heads, boosts, splits) = (0, 0, 0)
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
            }
        }
        // The events are worth something only if they lead somewhere.
        #expect(heads > 100 && boosts > 100 && splits > 100)
        #expect(seen == (schedule.gloas == farFutureEpoch ? [.full] : [.empty, .full]))
    }
}
