import Hashing
import SSZ
import Testing

/// Several threads over lists that share nodes; run it under the Thread Sanitizer.
@Suite struct PersistentSharingTests {
    /// Each task hashes its own copy of a list whose shared nodes have no root yet, some after changing it.
    private func race<Element: NumberedElement>(_ type: Element.Type, _ layout: PersistentLayout) async {
        for round in 0..<6 {
            var model = (0..<9000).map { Element(number: UInt64($0 + round)) }
            var list = PersistentList(model, layout: layout)
            if round % 2 == 0 { _ = (list.root(limit: 1 << 40), list.progressiveRoot()) }
            for i in stride(from: 0, to: model.count, by: 37) {
                list[i] = Element(number: 77)
                model[i] = Element(number: 77)
            }
            let shared = list
            let expected = (PersistentModel.root(model, limit: 1 << 40), PersistentModel.progressiveRoot(model))
            let faults = await withTaskGroup(of: String?.self) { group in
                for task in 0..<8 {
                    group.addTask { [model] in
                        var copy = shared
                        var mine = model
                        if task % 2 == 1 {
                            for i in [task, 4000 + task, 8999] {
                                copy[i] = Element(number: UInt64(task))
                                mine[i] = Element(number: UInt64(task))
                            }
                        }
                        let limited = copy.root(limit: 1 << 40)
                        let progressive = copy.progressiveRoot()
                        if task % 2 == 0 {
                            return (limited, progressive) == expected ? nil : "task \(task): shared root"
                        }
                        if limited != PersistentModel.root(mine, limit: 1 << 40) { return "task \(task): own root" }
                        if progressive != PersistentModel.progressiveRoot(mine) { return "task \(task): own spine" }
                        return copy.checkInvariants()
                    }
                }
                return await group.reduce(into: []) { faults, fault in if let fault { faults.append(fault) } }
            }
            #expect(faults.isEmpty)
            #expect(shared.checkInvariants() == nil)
            #expect((shared.root(limit: 1 << 40), shared.progressiveRoot()) == expected)
        }
    }

    @Test(arguments: PersistentListTests.layouts)
    func manyThreadsHashSharedNodes(_ layout: PersistentLayout) async {
        await race(UInt64.self, layout)
        await race(TestRecord.self, layout)
    }

    /// One thread writes and hashes its list while others hash copies and let go of them, so that nodes become the
    /// writer's own at any moment.
    @Test(arguments: PersistentListTests.layouts)
    func anOwnerWritesWhileOthersLetGo(_ layout: PersistentLayout) async {
        for round in 0..<20 {
            let faults = await withTaskGroup(of: String?.self) { group in
                let model = (0..<3000).map { TestRecord(number: UInt64($0 + round)) }
                let made = PersistentList(model, layout: layout)
                for _ in 0..<3 {
                    let copy = made
                    group.addTask {
                        copy.root(limit: 1 << 20) == PersistentModel.root(model, limit: 1 << 20) ? nil : "a copy's root"
                    }
                }
                group.addTask {
                    var list = made
                    var mine = model
                    for step in 0..<300 {
                        let i = (step * 97 + round) % mine.count
                        list[i] = TestRecord(number: UInt64(step))
                        mine[i] = TestRecord(number: UInt64(step))
                        if step % 50 == 0 { _ = (list.root(limit: 1 << 20), list.progressiveRoot()) }
                    }
                    if list.root(limit: 1 << 20) != PersistentModel.root(mine, limit: 1 << 20) { return "own root" }
                    return list.checkInvariants()
                }
                return await group.reduce(into: []) { faults, fault in if let fault { faults.append(fault) } }
            }
            #expect(faults.isEmpty, "round \(round)")
        }
    }
}
