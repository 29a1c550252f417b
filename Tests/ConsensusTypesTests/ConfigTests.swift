import ConsensusTypes
import Hashing
import SSZ
import Testing

@Suite struct ConfigTests {
    @Test func forksMissingFromAFileNeverHappen() throws {
        let config = try Config(
            scalars: ["PRESET_BASE": "mainnet", "ELECTRA_FORK_EPOCH": "364032", "SECONDS_PER_SLOT": "12"],
            blobSchedule: nil
        )
        let spec = ChainSpec(preset: .mainnet, config: config)
        #expect(spec.forkEpoch(.fulu) == farFutureEpoch)
        #expect(spec.fork(atEpoch: 364_032) == .electra)
        #expect(config.slotDurationMs == 12_000)
    }

    @Test(arguments: [
        ("PRESET_BASE", "gnosis"), ("ELECTRA_FORK_EPOCH", "-1"), ("FULU_FORK_VERSION", "0x0102"),
        ("ELECTRA_FORK_EPOCH", "18446744073709551616"), ("SECONDS_PER_SLOT", "0"), ("SLOT_DURATION_MS", "0"),
    ])
    func aBadValueIsNamed(key: String, text: String) {
        #expect { try Config(scalars: [key: text], blobSchedule: nil) } throws: { error in
            (error as? ConfigError)?.key == key && "\(error)".contains(text)
        }
    }

    @Test func literalsOfTheSourceAreWhole() {
        #expect(Config.mainnet.depositContractAddress.description == "0x00000000219ab540356cbb839cbe05303d7705fa")
        #expect(Config.minimal.depositContractAddress.description == "0x1234567890123456789012345678901234567890")
    }

    /// A field whose path is no declared preset value would have a limit of 0.
    @Test func everyContainerHasAPlanInEveryFork() {
        for fork in ForkName.allCases {
            let context = ChainSpec.minimal.context(fork)
            #expect(context.plan(for: BeaconState.self).fieldNames.count >= 21)
            #expect(context.plan(for: BeaconBlockBody.self).generalizedIndex(of: "randao_reveal") != nil)
        }
    }
}
