import ConsensusTypes
import Hashing
import SSZ
import Testing

@testable import Conformance

@Suite struct StateComparisonTests {
    private let context = ChainSpec.minimal.context(.fulu)

    private func state() -> BeaconState {
        var state = BeaconState()
        state.forkName = .fulu
        state.blockRoots = .init(repeatElement(Root(), count: 64))
        state.balances = [1, 2, 3]
        return state
    }

    private func reason(_ change: (inout BeaconState) -> Void) -> String? {
        var got = state()
        change(&got)
        do {
            let expected = state()
            throw StateMismatch(
                "post",
                try #require(expected.differences(from: got, limit: StateMismatch.limit, in: context))
            )
        } catch {
            return "\(error)"
        }
    }

    @Test func differencesAreToldByPath() {
        #expect(reason { $0.slot = 7 } == "post.slot: expected 0, got 7")
        #expect(reason { $0.balances[1] = 9 } == "post.balances[1]: expected 2, got 9")
        let several = reason {
            $0.slot = 7
            $0.balances.append(4)
        }
        #expect(
            several == """
                post: 3 places differ:
                post.slot: expected 0, got 7
                post.balances: expected 3 elements, got 4 elements
                post.balances[3]: expected nothing, got 4
                """
        )
        let many = reason { state in
            for i in 0..<12 { state.blockRoots[i] = Root(repeatElement(1, count: 32)) ?? Root() }
        }
        #expect(many?.hasPrefix("post: 12 places differ, the first 8:\npost.block_roots[0]: expected 0x00") == true)
        #expect(many?.split(separator: "\n").count == 9)
    }
}
