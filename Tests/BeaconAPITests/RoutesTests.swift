import BeaconAPI
import Concurrency
import Testing

@Suite struct BlockNameTests {
    @Test(
        arguments: [
            ("head", .head), ("justified", .justified), ("finalized", .finalized), ("0", .slot(0)),
            ("18446744073709551615", .slot(.max)), ("12345678", .slot(12_345_678)),
            ("0x12345678", .root([0x12, 0x34, 0x56, 0x78])), ("deadbeef", .root([0xde, 0xad, 0xbe, 0xef])),
            ("0x" + String(repeating: "Ab", count: 32), .root([UInt8](repeating: 0xab, count: 32))),
        ] as [(String, BlockName)]
    )
    func namesAreRead(text: String, name: BlockName) throws {
        #expect(try BlockName(text) == name)
        #expect(try BlockName("\(name)") == name)
    }

    @Test(arguments: [
        "", "0x", "0x123456", "0x123456789", "tail", "-1", "+1", "1 ", "0x" + String(repeating: "a", count: 66),
        "18446744073709551616", "0xzzzzzzzz",
    ])
    func nonsenseIsRefused(text: String) {
        #expect(throws: BlockNameError.self) { try BlockName(text) }
    }
}

@Suite struct RoutesTests {
    private func get(_ path: String, _ chain: FakeChain = FakeChain()) async -> (status: UInt32, text: String) {
        let response = await Routes(chain, version: "9").respond(HTTPRequest(path: path))
        let body = (try? response.wholeBody()) ?? []
        return (response.status, String(decoding: body, as: UTF8.self))
    }

    @Test func everyPathHasItsAnswer() async {
        let head = await get("/martlet/v1/head")
        #expect(head.status == 200)
        #expect(head.text.contains("\"parent_root\":\"\(FakeChain.root)\""))
        #expect(head.text.contains("\"counts\":{\"block_child\":1,\"included\":2}"))
        #expect(await get("/martlet/v1/tree").text.contains("\"cause\":\"ancestor\""))
        #expect(await get("/martlet/v1/block/40").text.hasPrefix("{\"blocks\":[{"))
        #expect(await get("/martlet/v1/block/0xabababab").status == 200)
        let choice = await get("/eth/v1/debug/fork_choice").text
        #expect(choice.contains("\"justified_checkpoint\":{\"epoch\":\"3\""))
        #expect(choice.contains("\"fork_choice_nodes\":[]"))
        #expect(await get("/eth/v1/node/version").text == "{\"data\":{\"version\":\"martlet/9\"}}")
        #expect(await get("/eth/v1/node/syncing").text.contains("\"sync_distance\":\"1\""))
        #expect(await get("/metrics").text.contains("\nbeacon_head_slot 40\n"))
        #expect(await get("/").text.contains("/martlet/v1/head"))
    }

    @Test func healthSaysWhetherTheHeadIsBehind() async {
        #expect(await get("/eth/v1/node/health").status == 200)
        #expect(await get("/eth/v1/node/health", FakeChain(headSlot: 33)).status == 200)
        #expect(await get("/eth/v1/node/health", FakeChain(headSlot: 32)).status == 206)
        #expect(await get("/eth/v1/node/health", FakeChain(headSlot: 99)).status == 200)
    }

    @Test(
        arguments: [
            ("/martlet/v1/block/41", 404), ("/martlet/v1/block/0x12", 400), ("/martlet/v1/block", 404),
            ("/martlet/v2/head", 404), ("/eth/v1/node", 404),
        ] as [(String, UInt32)]
    )
    func errorsHaveACodeAndAMessage(path: String, status: UInt32) async {
        let answer = await get(path)
        #expect(answer.status == status)
        #expect(answer.text.hasPrefix("{\"code\":\(status),\"message\":\""))
    }

    @Test func aChainThatFailsIsAnAnswerToo() async {
        #expect(await get("/martlet/v1/head", FakeChain(isBroken: true)).status == 500)
    }

    @Test func metricsAreWrittenAsPrometheusReadsThem() {
        var histogram = LatencyHistogram()
        histogram.record(60_000)
        histogram.record(2_000_000_000)
        let text = PrometheusText.render([
            MetricFamily("a", .gauge, "An A.", 7),
            MetricFamily("b_total", .counter, "Bs.", by: "state", ["x\"\\\n": 1, "included": 2]),
            MetricFamily(
                "c_seconds",
                .histogram,
                "Cs.",
                samples: [.init(labels: [(name: "stage", value: "decode")], .durations(histogram))]
            ),
        ])
        #expect(
            text.hasPrefix(
                """
                # HELP a An A.
                # TYPE a gauge
                a 7
                # HELP b_total Bs.
                # TYPE b_total counter
                b_total{state="included"} 2
                b_total{state="x\\"\\\\\\n"} 1
                # HELP c_seconds Cs.
                # TYPE c_seconds histogram
                c_seconds_bucket{stage="decode",le="5e-05"} 0
                c_seconds_bucket{stage="decode",le="0.0001"} 1

                """
            )
        )
        #expect(text.contains("c_seconds_bucket{stage=\"decode\",le=\"1.0\"} 1\n"))
        #expect(text.contains("c_seconds_bucket{stage=\"decode\",le=\"2.5\"} 2\n"))
        #expect(text.contains("c_seconds_bucket{stage=\"decode\",le=\"+Inf\"} 2\n"))
        #expect(text.hasSuffix("c_seconds_sum{stage=\"decode\"} 2.00006\nc_seconds_count{stage=\"decode\"} 2\n"))
    }
}
