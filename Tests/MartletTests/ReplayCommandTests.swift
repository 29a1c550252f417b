import Node
import TestSupport
import Testing

@testable import martlet

@Suite struct ReplayCommandTests {
    /// Machines are told of every message, but where memory is limited of no more than people are.
    @Test func aLimitOnMemoryHoldsForTheListToo() {
        #expect(ReplayCommand.listing(isJSON: true, nil) == .all)
        for (isJSON, limit) in [
            (true, MemoryLimit(bytes: 1 << 30)), (false, nil), (false, MemoryLimit(bytes: 1 << 30)),
        ] {
            #expect(ReplayCommand.listing(isJSON: isJSON, limit) == .faults(atMost: 1_000))
        }
    }

    @Test(arguments: [ReplayReport.Listing.all, .faults(atMost: 1)])
    func theDocumentSaysWhatItLists(_ listing: ReplayReport.Listing) async throws {
        var options = ReplayOptions(streams: ["\(Checkout.fixtures)/fulu-forky"])
        options.listing = listing
        let report = try await Replay.run(options)
        let document = ReplayDocument(report)
        let faults = report.messages - report.included
        #expect(faults > 1)
        switch listing {
        case .all:
            #expect(document.listed == "all")
            #expect(document.results.count == report.messages && document.unlisted == 0)
        case .faults:
            #expect(document.listed == "faults")
            #expect(document.results.count == 1 && document.results.allSatisfy { $0.state != "included" })
            #expect(document.unlisted > 0 && document.unlisted < faults)
        }
    }
}
