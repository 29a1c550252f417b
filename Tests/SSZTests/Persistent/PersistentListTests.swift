import Hashing
import SSZ
import TestSupport
import Testing

@Suite struct PersistentListTests {
    static let layouts: [PersistentLayout] = [.binary, .progressive]

    private func array<Element: NumberedElement>(_ count: Int, of type: Element.Type) -> [Element] {
        (0..<count).map { Element(number: UInt64($0) &* 0x9e37_79b9_7f4a_7c15) }
    }

    /// Every way of reading, and both kinds of root.
    private func expectEqual<Element: NumberedElement>(
        _ list: PersistentList<Element>,
        _ model: [Element],
        _ comment: Comment,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        func check(_ holds: Bool, _ what: String) {
            if !holds { Issue.record("\(what): \(comment)", sourceLocation: sourceLocation) }
        }
        check(list.count == model.count && list.isEmpty == model.isEmpty, "count")
        check(Array(list) == model, "iteration")
        check(list.indices.allSatisfy { list[$0] == model[$0] }, "subscript")
        var chunked: [Element] = []
        list.forEachChunk { first, elements in
            check(first == chunked.count && !elements.isEmpty, "chunk start")
            chunked.append(contentsOf: elements)
        }
        check(chunked == model, "chunks")
        for limit in [UInt64(model.count), 1 << 13, 1 << 40, .max] where limit >= UInt64(model.count) {
            check(list.root(limit: limit) == PersistentModel.root(model, limit: limit), "root of limit \(limit)")
            check(list.vectorRoot(count: limit) == PersistentModel.vectorRoot(model, count: limit), "vector \(limit)")
        }
        check(list.progressiveRoot() == PersistentModel.progressiveRoot(model), "progressive root")
        if let fault = list.checkInvariants() { Issue.record("\(fault): \(comment)", sourceLocation: sourceLocation) }
    }

    private func everySize<Element: NumberedElement>(_ type: Element.Type, _ layout: PersistentLayout) {
        let stride = MemoryLayout<Element>.stride
        let format = Element.packing == .composite ? (32, 1) : (stride == 1 ? 64 : 16, 32 / stride)
        let chunk = format.0 * format.1
        let leafBounds = [0, 1, 5, 21, 85, 341, 1365, 5461]
        var sizes = leafBounds.map { $0 * format.1 } + [chunk, 2 * chunk, 16 * chunk, 17 * chunk, 256 * chunk]
        if chunk * 256 > 100_000 { sizes.removeLast() }
        for size in sizes.flatMap({ [$0 - 1, $0, $0 + 1] }) where size >= 0 && size < 80_000 {
            let model = array(size, of: type)
            expectEqual(PersistentList(model, layout: layout), model, "\(type), \(layout), \(size)")
        }
    }

    @Test(arguments: layouts) func everySizeOfBytes(_ layout: PersistentLayout) { everySize(UInt8.self, layout) }
    @Test(arguments: layouts) func everySizeOfIntegers(_ layout: PersistentLayout) { everySize(UInt64.self, layout) }
    @Test(arguments: layouts) func everySizeOfRoots(_ layout: PersistentLayout) { everySize(Bytes32.self, layout) }
    @Test(arguments: layouts) func everySizeOfKeys(_ layout: PersistentLayout) { everySize(Bytes48.self, layout) }
    @Test(arguments: layouts) func everySizeOfRecords(_ layout: PersistentLayout) { everySize(TestRecord.self, layout) }

    /// Random operations on lists and plain arrays side by side; copies are kept and must stay as they were.
    private func randomOperations<Element: NumberedElement>(_ type: Element.Type, seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let layout = Self.layouts[Int(seed % 2)]
        var list = PersistentList<Element>(layout: layout)
        var model: [Element] = []
        var copies: [(list: PersistentList<Element>, model: [Element])] = []
        // Small numbers, so that bytes are often kept two in one.
        let largest: UInt64 = seed % 4 < 2 ? 1000 : 15
        func element() -> Element { Element(number: UInt64.random(in: 0...largest, using: &random)) }
        for step in 0..<160 {
            let comment: Comment = "\(type), seed \(seed), step \(step)"
            switch Int.random(in: 0..<15, using: &random) {
            case 0:
                let value = element()
                list.append(value)
                model.append(value)
            case 1:
                let values = (0..<Int.random(in: 0...3000, using: &random)).map { _ in element() }
                if Bool.random(using: &random) {
                    list.append(contentsOf: values)
                } else {
                    list.append(contentsOf: values.lazy.map { $0 })
                }
                model.append(contentsOf: values)
            case 2...5:
                if model.isEmpty { continue }
                for _ in 0..<Int.random(in: 1...40, using: &random) {
                    let i = Int.random(in: 0..<model.count, using: &random)
                    let value = element()
                    list[i] = value
                    model[i] = value
                }
            case 6:
                if model.isEmpty { continue }
                let i = Int.random(in: 0..<model.count, using: &random)
                let value = element()
                let old = list.update(at: i) { (slot: inout Element) -> Element in
                    defer { slot = value }
                    return slot
                }
                if old != model[i] { Issue.record("update gave another element: \(comment)") }
                model[i] = value
            case 7:
                let n = Int.random(in: 0...model.count, using: &random) / Int.random(in: 1...4, using: &random)
                list.removeFirst(n)
                model.removeFirst(n)
            case 8:
                let every = Int.random(in: 1...2000, using: &random)
                let value = element()
                let skip = Bool.random(using: &random)
                list.updateEachChunk { first, elements in
                    var changed = false
                    for i in 0..<elements.count where (first + i) % every == 0 {
                        elements[i] = value
                        changed = true
                    }
                    return changed && !skip
                }
                if !skip { for i in stride(from: 0, to: model.count, by: every) { model[i] = value } }
            case 9:
                var values = model
                if Bool.random(using: &random) {
                    for i in values.indices where i % 700 == 3 { values[i] = element() }
                } else {
                    values = (0..<Int.random(in: 0...3000, using: &random)).map { _ in element() }
                }
                list.replaceAll(with: values)
                model = values
                if Int.random(in: 0..<4, using: &random) == 0 {
                    model = Array(repeating: element(), count: model.count)
                    list.replaceAll(with: repeatElement(model.first ?? element(), count: model.count))
                }
            case 10:
                list.convert(to: Self.layouts[Int.random(in: 0...1, using: &random)])
            case 11:
                let value = element()
                let count = Int.random(in: 0...20_000, using: &random)
                list = PersistentList(repeating: value, count: count, layout: list.layout)
                model = Array(repeating: value, count: count)
            case 12:
                if model.isEmpty || Element.packing == .composite { continue }
                let (list0, model0) = (list, model)
                let stays = Bool.random(using: &random)
                let sum = list.withWriter { writer -> Int in
                    var wrong = writer.count == model.count ? 0 : 1
                    for _ in 0..<Int.random(in: 0...400, using: &random) {
                        let i = Int.random(in: 0..<model.count, using: &random)
                        if writer[i] != model[i] { wrong += 1 }
                        let value = stays ? model[i] : element()
                        writer[i] = value
                        model[i] = value
                        if writer[i] != value { wrong += 1 }
                    }
                    return wrong
                }
                if sum > 0 { Issue.record("\(sum) wrong elements in a writer: \(comment)") }
                if Array(list) != model { Issue.record("elements after a writer: \(comment)") }
                if Array(list0) != model0 { Issue.record("a writer wrote into a copy: \(comment)") }
            case 13:
                copies.append((list, model))
                if copies.count > 3 { copies.removeFirst() }
            default:
                if list.root(limit: 1 << 40) != PersistentModel.root(model, limit: 1 << 40) {
                    Issue.record("root: \(comment)")
                }
                if list.progressiveRoot() != PersistentModel.progressiveRoot(model) {
                    Issue.record("progressive root: \(comment)")
                }
            }
            if let fault = list.checkInvariants() { Issue.record("\(fault): \(comment)") }
            if step % 20 == 19 {
                expectEqual(list, model, comment)
                for copy in copies {
                    if Array(copy.list) != copy.model { Issue.record("a copy changed: \(comment)") }
                    if copy.list.root(limit: 1 << 40) != PersistentModel.root(copy.model, limit: 1 << 40) {
                        Issue.record("root of a copy: \(comment)")
                    }
                    if (copy.list == list) != (copy.model == model) { Issue.record("equality: \(comment)") }
                }
            }
        }
    }

    @Test(arguments: 0..<4 as Range<UInt64>) func randomOperations(seed: UInt64) {
        randomOperations(UInt8.self, seed: seed)
        randomOperations(UInt64.self, seed: 100 + seed)
        randomOperations(Bytes32.self, seed: 200 + seed)
        randomOperations(Bytes48.self, seed: 300 + seed)
        randomOperations(TestRecord.self, seed: 400 + seed)
    }

    @Test(arguments: layouts) func copiesPartWays(_ layout: PersistentLayout) {
        var model = array(20_000, of: TestRecord.self)
        var list = PersistentList(model, layout: layout)
        _ = list.root(limit: 1 << 40)
        _ = list.progressiveRoot()
        var otherList = list
        var otherModel = model
        #expect(otherList == list)
        list[777] = TestRecord(number: 5)
        model[777] = TestRecord(number: 5)
        otherList[778] = TestRecord(number: 6)
        otherModel[778] = TestRecord(number: 6)
        #expect(otherList != list)
        expectEqual(list, model, "the one")
        expectEqual(otherList, otherModel, "the other")
        otherList[778] = model[778]
        otherList[777] = model[777]
        #expect(otherList == list)
        #expect(otherList.hashValue == list.hashValue)
    }

    @Test func equalityAcrossLayouts() {
        let model = array(1000, of: UInt64.self)
        var progressive = PersistentList(model, layout: .progressive)
        #expect(progressive == PersistentList(model, layout: .binary))
        progressive[999] = 1
        #expect(progressive != PersistentList(model, layout: .binary))
    }

    @Test func packedBytesBothWays() throws {
        let model = array(3001, of: UInt64.self)
        let bytes = model.flatMap { number in withUnsafeBytes(of: number.littleEndian) { Array($0) } }
        for layout in Self.layouts {
            // Read from an odd address.
            let list = try #require(
                ([0] + bytes).withUnsafeBytes {
                    PersistentList<UInt64>(
                        decodingPacked: UnsafeRawBufferPointer(rebasing: $0.dropFirst()),
                        layout: layout
                    )
                }
            )
            expectEqual(list, model, "decoded")
            var encoded: [UInt8] = []
            list.forEachPackedChunk { encoded.append(contentsOf: $0) }
            #expect(encoded == bytes)
        }
        #expect(
            bytes.dropLast().withContiguousStorageIfAvailable { PersistentList<UInt64>(decodingPacked: .init($0)) }
                == .some(nil)
        )
        #expect(PersistentList<UInt64>(decodingPacked: .init(start: nil, count: 0))?.isEmpty == true)
    }

    @Test func aThrownErrorLeavesTheListAsItWas() {
        struct Stop: Error, Equatable { let at: Int }
        let model = array(2000, of: UInt64.self)
        var list = PersistentList(model)
        let before = list.root(limit: 1 << 20)
        #expect(throws: Stop(at: 1024)) {
            try list.updateEachChunk { (first, elements) throws(Stop) in
                elements[0] = 1
                if first == 1024 { throw Stop(at: first) }
                return false
            }
        }
        #expect(throws: Stop(at: 3)) {
            try list.update(at: 3) { (element) throws(Stop) in
                element = 1
                throw Stop(at: 3)
            }
        }
        #expect(throws: Stop(at: 512)) {
            try list.forEachChunk { (first, _) throws(Stop) in if first == 512 { throw Stop(at: first) } }
        }
        expectEqual(list, model, "after errors")
        #expect(list.root(limit: 1 << 20) == before)
    }

    @Test(arguments: layouts) func aWriterCopiesWhatIsShared(_ layout: PersistentLayout) {
        let model = array(40_000, of: UInt64.self)
        var list = PersistentList(model, layout: layout)
        let root = list.root(limit: 1 << 40)
        let older = list
        // Reading and writing the same keeps everything shared.
        list.withWriter { writer in for i in stride(from: 0, to: 40_000, by: 7) { writer[i] = model[i] } }
        #expect(list.root(limit: 1 << 40) == root)
        var changed = model
        list.withWriter { writer in
            for i in stride(from: 3, to: 40_000, by: 997) {
                writer[i] = writer[i] &+ 1
                changed[i] = model[i] &+ 1
            }
        }
        expectEqual(list, changed, "written")
        expectEqual(older, model, "the copy")
        // Now the list's own: in place, and the roots must be forgotten all the same.
        list.withWriter { writer in writer[39_999] = 0 }
        changed[39_999] = 0
        expectEqual(list, changed, "written again")
    }

    /// Bytes below 16 are kept two in a byte once a writer has touched their chunk: everything must read the same.
    @Test(arguments: layouts) func smallBytesReadTheSame(_ layout: PersistentLayout) {
        for size in [1, 31, 32, 700, 2048, 2049, 30_000] {
            var model = (0..<size).map { UInt8($0 * 7 % 8) }
            var list = PersistentList(model, layout: layout)
            func write(_ step: Int, _ value: UInt8, _ comment: Comment) {
                let (older, before) = (list, model)
                list.withWriter { writer in for i in stride(from: 0, to: size, by: step) { writer[i] = value } }
                for i in stride(from: 0, to: size, by: step) { model[i] = value }
                expectEqual(list, model, comment)
                expectEqual(older, before, "the copy: \(comment)")
                #expect(older == PersistentList(before, layout: layout), comment)
            }
            write(1, 9, "\(size), all")
            write(3, 15, "\(size), narrow")
            write(5, 16, "\(size), no longer narrow")
            write(5, 0, "\(size), narrow again")
            // Every other way of writing, on narrow chunks.
            let (older, before) = (list, model)
            list[size / 2] = 200
            model[size / 2] = 200
            list[0] = 1
            model[0] = 1
            expectEqual(list, model, "\(size), subscript")
            list.append(3)
            model.append(3)
            expectEqual(list, model, "\(size), append")
            expectEqual(older, before, "\(size), the narrow one")
            var updated = older
            updated.updateEachChunk { _, bytes in
                for i in bytes.indices { bytes[i] &+= 250 }
                return true
            }
            expectEqual(updated, before.map { $0 &+ 250 }, "\(size), updateEachChunk")
            var shorter = older
            shorter.removeFirst(size / 3)
            expectEqual(shorter, Array(before.dropFirst(size / 3)), "\(size), removeFirst")
            var converted = older
            converted.convert(to: layout == .binary ? .progressive : .binary)
            expectEqual(converted, before, "\(size), converted")
            var replaced = older
            replaced.replaceAll(with: before.map { $0 ^ 1 })
            expectEqual(replaced, before.map { $0 ^ 1 }, "\(size), replaceAll")
            expectEqual(older, before, "\(size), the narrow one in the end")
        }
    }

    @Test func whatAWriterWroteBeforeAnErrorStays() {
        struct Stop: Error, Equatable {}
        var model = array(3000, of: UInt8.self)
        var list = PersistentList(model)
        let older = list
        #expect(throws: Stop()) {
            try list.withWriter { (writer) throws(Stop) in
                writer[2999] = 1
                throw Stop()
            }
        }
        expectEqual(older, model, "the copy")
        model[2999] = 1
        expectEqual(list, model, "after the error")
    }

    @Test func iterationSeesTheListAsItWas() {
        let model = array(5000, of: UInt64.self)
        var list = PersistentList(model)
        var seen: [UInt64] = []
        for (i, element) in list.enumerated() {
            list[4999 - i] = 0
            seen.append(element)
        }
        #expect(seen == model)
        #expect(list.allSatisfy { $0 == 0 })
        #expect(list.first == 0 && list.last == 0)
        #expect(PersistentList<UInt64>().first == nil && PersistentList<UInt64>().last == nil)
    }
}
