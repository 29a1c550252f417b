import TestSupport
import Testing

@testable import Concurrency

/// The queue as plainly as it can be written: three arrays.
private struct Model {
    var buffer: [Int] = []
    var senders: [(id: UInt64, element: Int)] = []
    var receivers: [UInt64] = []
    var finished = false
    let capacity: Int
    let policy: OverflowPolicy

    mutating func send(_ element: Int, id: UInt64) -> String {
        if finished { return "finished" }
        if !receivers.isEmpty { return "deliver \(receivers.removeFirst())" }
        if buffer.count < capacity {
            buffer.append(element)
            return "enqueued"
        }
        switch policy {
        case .suspend:
            senders.append((id, element))
            return "parked"
        case .rejectNewest: return "rejected"
        case .dropOldest:
            buffer.append(element)
            return "dropped \(buffer.removeFirst())"
        }
    }

    mutating func receive(id: UInt64) -> String {
        if buffer.isEmpty {
            if finished { return "end" }
            receivers.append(id)
            return "parked"
        }
        let element = buffer.removeFirst()
        if senders.isEmpty { return "element \(element)" }
        let sender = senders.removeFirst()
        buffer.append(sender.element)
        return "element \(element) resuming \(sender.id)"
    }
}

private typealias Machine = BoundedQueueStateMachine<Int, UInt64, UInt64>

private func send(_ element: Int, _ machine: inout Machine, id: UInt64) -> String {
    switch machine.send(element) {
    case .deliver(let receiver): return "deliver \(receiver)"
    case .done(.enqueued): return "enqueued"
    case .done(.rejected): return "rejected"
    case .done(.finished): return "finished"
    case .done(.enqueuedDropping(let oldest)): return "dropped \(oldest)"
    case .full:
        machine.park(sender: id, element: element, id: id)
        return "parked"
    }
}

private func receive(_ machine: inout Machine, id: UInt64) -> String {
    switch machine.receive() {
    case .element(let element, nil): return "element \(element)"
    case .element(let element, let sender?): return "element \(element) resuming \(sender)"
    case .end: return "end"
    case .empty:
        machine.park(receiver: id, id: id)
        return "parked"
    }
}

@Suite struct BoundedQueueStateMachineTests {
    /// Every sequence of six operations out of six, for two capacities and all policies.
    @Test(arguments: OverflowPolicy.allCases, [1, 2])
    func everyShortSequence(policy: OverflowPolicy, capacity: Int) {
        var ran = 0
        everySequence(of: 6, length: 6) { operations in
            var machine = Machine(capacity: capacity, policy: policy)
            var model = Model(capacity: capacity, policy: policy)
            ran += 1
            for (step, operation) in operations.enumerated() {
                let id = machine.makeID()
                let (got, expected): (String, String)
                switch operation {
                case 0, 1: (got, expected) = (send(step, &machine, id: id), model.send(step, id: id))
                case 2: (got, expected) = (receive(&machine, id: id), model.receive(id: id))
                case 3:
                    let victim = model.senders.last?.id ?? 0
                    model.senders.removeAll { $0.id == victim }
                    (got, expected) = ("\(machine.cancelSender(id: victim) ?? 0)", "\(victim)")
                case 4:
                    let victim = model.receivers.first ?? 0
                    model.receivers.removeAll { $0 == victim }
                    (got, expected) = ("\(machine.cancelReceiver(id: victim) ?? 0)", "\(victim)")
                default:
                    let left = machine.finish()
                    (got, expected) = ("\(left)", "\((senders: model.senders.map(\.id), receivers: model.receivers))")
                    (model.senders, model.receivers, model.finished) = ([], [], true)
                }
                if got != expected {
                    Issue.record("\(policy) \(capacity) \(operations) step \(step): got \(got), expected \(expected)")
                }
                let sizes = [machine.count, machine.waitingSenders, machine.waitingReceivers]
                let modelSizes = [model.buffer.count, model.senders.count, model.receivers.count]
                if sizes != modelSizes {
                    Issue.record("\(policy) \(capacity) \(operations) step \(step): \(sizes) for \(modelSizes)")
                }
                if machine.count > capacity { Issue.record("\(operations): over capacity") }
            }
        }
        #expect(ran == 46_656)
    }

    @Test func waitersLeaveInAnyOrderAndMemoryFollows() {
        var random = SplitMix64(seed: 11)
        var queue = WaiterQueue<UInt64>()
        var model: [UInt64] = []
        for id in 1...UInt64(20_000) {
            switch UInt8.random(in: 0..<4, using: &random) {
            case 0, 1:
                queue.append(id, id: id)
                model.append(id)
            case 2:
                guard let victim = model.randomElement(using: &random) else { continue }
                model.removeAll { $0 == victim }
                if queue.remove(id: victim) != victim { Issue.record("lost \(victim)") }
            default:
                let expected = model.isEmpty ? nil : model.removeFirst()
                if queue.popFirst() != expected { Issue.record("order broken at \(id)") }
            }
            if queue.count != model.count || queue.first() != model.first { Issue.record("differs at \(id)") }
        }
        #expect(queue.removeAll() == model)
    }
}
