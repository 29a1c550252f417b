internal import BlockPipeline
internal import ChainStore
internal import Concurrency
internal import ConsensusTypes
internal import ForkChoice
internal import ForkTree

extension MetricFamily {
    /// What a chain counts; names of the Beacon metrics where there are some.
    static func families(of chain: Chain) -> [MetricFamily] {
        let snapshot = chain.choice.snapshot
        let tree = chain.tree.statistics
        let store = chain.store.statistics
        return families(of: chain.stateTally) + [
            MetricFamily("beacon_head_slot", .gauge, "Slot of the head block.", snapshot.head.slot),
            MetricFamily("beacon_clock_slot", .gauge, "Slot of fork choice's clock.", snapshot.currentSlot),
            MetricFamily("beacon_finalized_epoch", .gauge, "Finalized epoch.", snapshot.finalized.epoch),
            MetricFamily(
                "beacon_current_justified_epoch",
                .gauge,
                "Justified epoch of fork choice.",
                snapshot.justified.epoch
            ),
            MetricFamily(
                "martlet_stage_seconds",
                .histogram,
                "Time of blocks in each stage.",
                samples: chain.metrics.stages.map { stage, histogram in
                    Sample(labels: [(name: "stage", value: stage.name)], .durations(histogram))
                }
            ),
            MetricFamily(
                "martlet_deliveries_total",
                .counter,
                "Deliveries by how they ended.",
                by: "state",
                chain.metrics.ends
            ),
            MetricFamily(
                "martlet_block_data_total",
                .counter,
                "Blocks with blobs by what was found of their data.",
                by: "result",
                DataResult.allCases.reduce(into: [:]) { $0[$1.name] = chain.metrics.data[$1] ?? 0 }
            ),
            MetricFamily("martlet_transitions_total", .counter, "Transitions begun.", chain.metrics.transitions),
            MetricFamily(
                "martlet_blocks",
                .gauge,
                "Known blocks since the finalized one, by lifecycle.",
                by: "state",
                chain.tree.counts().byName.mapValues { UInt64(max(0, $0)) }
            ),
            MetricFamily(
                "martlet_tree_evicted_total",
                .counter,
                "Blocks dropped from the tree without a verdict.",
                by: "cause",
                [
                    "capacity": tree.evictedForCapacity, "finality": tree.evictedForFinality,
                    "shutdown": tree.evictedByShutdown, "expired": tree.expired,
                ]
            ),
            MetricFamily(
                "martlet_store_operations_total",
                .counter,
                "What the store did.",
                by: "operation",
                [
                    "read": UInt64(max(0, store.engineReads)), "cache_hit": UInt64(max(0, store.cacheHits)),
                    "cache_miss": UInt64(max(0, store.cacheMisses)), "write": UInt64(max(0, store.writes)),
                    "batch": UInt64(max(0, store.groups)), "sync": UInt64(max(0, store.syncs)),
                ]
            ),
            MetricFamily(
                "martlet_state_cache_bytes",
                .gauge,
                "Bytes of states in memory, what they share counted once.",
                UInt64(max(0, chain.states.cache.bytes))
            ),
            MetricFamily(
                "martlet_state_cache_limit_bytes",
                .gauge,
                "Bytes that states in memory may take.",
                UInt64(max(0, chain.states.cache.limit))
            ),
            MetricFamily(
                "martlet_state_cache_states",
                .gauge,
                "States in memory.",
                UInt64(max(0, chain.states.cache.count))
            ),
            MetricFamily(
                "martlet_state_cache_evicted_total",
                .counter,
                "States given up for others.",
                chain.states.cache.evicted
            ),
            MetricFamily(
                "martlet_states_rebuilt_total",
                .counter,
                "States rebuilt from the store.",
                chain.states.rebuildings
            ),
            MetricFamily(
                "martlet_cache_bytes",
                .gauge,
                "Bytes of other caches.",
                by: "cache",
                chain.cacheBytes.mapValues { UInt64(max(0, $0)) }
            ),
            MetricFamily(
                "martlet_fork_choice_blocks",
                .gauge,
                "Blocks that fork choice weighs.",
                UInt64(max(0, snapshot.tree.count))
            ),
        ]
    }

    /// What was written of states.
    private static func families(of tally: StateTally) -> [MetricFamily] {
        [
            MetricFamily(
                "martlet_states_stored_total",
                .counter,
                "States written down, by form.",
                by: "form",
                ["whole": tally.whole, "difference": tally.differences]
            ),
            MetricFamily(
                "martlet_states_stored_bytes_total",
                .counter,
                "Bytes of states written down, before compression.",
                by: "form",
                ["whole": tally.wholeBytes, "difference": tally.differenceBytes]
            ),
            MetricFamily(
                "martlet_states_stored_unfinalized_total",
                .counter,
                "States written down of blocks that were not final.",
                tally.unfinalized
            ),
            MetricFamily(
                "martlet_states_stored_dropped_total",
                .counter,
                "Stored states that finality decided against.",
                tally.dropped
            ),
            MetricFamily(
                "martlet_states_not_stored_total",
                .counter,
                "States not written down as they should be: passed over, failed, or whole since a difference was refused.",
                by: "cause",
                ["passed_over": tally.passedOver, "failed": tally.failures, "refused": tally.refused]
            ),
        ]
    }
}
