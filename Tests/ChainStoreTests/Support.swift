import ChainStore
import Foundation
import Hashing
import Synchronization

/// A root made of a number, spread like a hash.
func root(_ number: Int) -> Bytes32 {
    withUnsafeBytes(of: number.bigEndian) { SHA256.hash($0) }
}

func summary(slot: UInt64, parent: Bytes32, state: Bytes32 = .zero) -> BlockSummary {
    BlockSummary(slot: slot, proposerIndex: slot % 7, parentRoot: parent, stateRoot: state, bodyRoot: root(-9))
}

let testNetwork = NetworkIdentity(configDigest: root(-1), genesisValidatorsRoot: root(-2), name: "testnet")

/// Lets calls through only while it is open, so a test decides what waits behind what.
final class GateEngine: KeyValueStore {
    private let engine: any KeyValueStore
    private let condition = NSCondition()
    private let state = Mutex((reads: true, writes: true))
    private let arrived = Mutex(0)

    init(_ engine: any KeyValueStore) { self.engine = engine }

    func set(reads: Bool, writes: Bool) {
        condition.lock()
        state.withLock { $0 = (reads, writes) }
        condition.broadcast()
        condition.unlock()
    }

    /// Calls that have come to the gate so far.
    var arrivals: Int { arrived.withLock { $0 } }

    func get(_ key: [UInt8]) throws(StoreError) -> [UInt8]? {
        pass(\.reads)
        return try engine.get(key)
    }

    func get(all keys: [[UInt8]]) throws(StoreError) -> [[UInt8]?] {
        pass(\.reads)
        return try engine.get(all: keys)
    }

    func write(_ batch: WriteBatch, durability: Durability) throws(StoreError) {
        pass(\.writes)
        try engine.write(batch, durability: durability)
    }

    func page(_ range: KeyRange, limit: PageLimit, order: ScanOrder) throws(StoreError) -> Page {
        pass(\.reads)
        return try engine.page(range, limit: limit, order: order)
    }

    func close() { engine.close() }

    private func pass(_ gate: KeyPath<(reads: Bool, writes: Bool), Bool>) {
        arrived.withLock { $0 += 1 }
        condition.lock()
        while !state.withLock({ $0[keyPath: gate] }) { condition.wait() }
        condition.unlock()
    }
}

/// Gives other tasks a turn until the condition holds.
func until(_ condition: () -> Bool) async {
    while !condition() { await Task.yield() }
}

/// Runs `step` with number after number from eight tasks, notes in a file which have ended, and is killed behind `last`.
func noteUntilKilled(_ notes: String, behind last: Int, _ step: @escaping @Sendable (Int) async throws -> Void)
    async throws
{
    let file = open(notes, O_CREAT | O_WRONLY | O_APPEND, 0o600)
    try await withThrowingTaskGroup(of: Void.self) { group in
        for task in 0..<8 {
            group.addTask {
                for turn in 0..<1000 {
                    let number = turn * 8 + task
                    try await step(number)
                    let line = Array("\(number)\n".utf8)
                    _ = write(file, line, line.count)
                    if number == last { kill(getpid(), SIGKILL) }
                }
            }
        }
        try await group.waitForAll()
    }
}

/// What was noted.
func noted(_ notes: String) throws -> [Int] {
    try String(contentsOfFile: notes, encoding: .utf8).split(separator: "\n").compactMap { Int($0) }
}
