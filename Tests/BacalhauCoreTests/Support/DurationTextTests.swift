import BacalhauSupport
import Testing

struct DurationTextTests {
    @Test(arguments: [
        ("10m", 600.0), ("1h30m", 5400), ("500ms", 0.5), ("1.5s", 1.5), ("90", 90), ("0", 0), ("2h0m0.25s", 7200.25),
    ])
    func lengthsAreRead(_ text: String, _ seconds: Double) {
        #expect(DurationText.duration(text) == .seconds(seconds))
    }

    @Test(arguments: ["", "-1s", "5 minutes", "m", "1x", "nan", "inf", "1e300", "3000000h", "1.2.3s"])
    func anythingElseIsNoLength(_ text: String) {
        #expect(DurationText.duration(text) == nil)
    }

    @Test func partsOfASecondAreShown() {
        #expect(DurationText.goStyle(.milliseconds(500)) == "500ms")
        #expect(DurationText.goStyle(.milliseconds(61_050)) == "1m1.05s")
        #expect(DurationText.goStyle(.seconds(3600)) == "1h0m0s")
    }
}
