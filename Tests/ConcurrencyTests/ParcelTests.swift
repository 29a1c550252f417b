import Concurrency
import Testing

@Suite struct ParcelTests {
    @Test func whatIsInsideIsGivenAwayOnce() async {
        final class Content: Sendable {}
        weak let content: Content?
        let parcel: Parcel<Content>
        do {
            let made = Content()
            content = made
            parcel = Parcel(made)
        }
        #expect(content != nil)
        let takers = await withTaskGroup { group in
            for _ in 0..<100 { group.addTask { parcel.take() != nil } }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(takers == 1)
        // Nobody who still knows the parcel keeps what was in it.
        #expect(content == nil)
        #expect(parcel.take() == nil)
    }
}
