import Synchronization
import Testing

@testable import BacalhauCore

/// Opens once; those who wait pass then.
private final class Gate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiters: [CheckedContinuation<Void, Never>])>((false, []))

    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func pass() async {
        await withCheckedContinuation { waiter in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiters.append(waiter) }
                return state.isOpen
            }
            if isOpen { waiter.resume() }
        }
    }
}

@Suite struct SharedCallsTests {
    @Test func callersAtTheSameTimeShareOneCall() async throws {
        let calls = SharedCalls<String, Int>()
        let started = Gate()
        let gate = Gate()
        try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask {
                try await calls.run("a") { () async throws(ExecutorError) in
                    started.open()
                    await gate.pass()
                    return 1
                }
            }
            await started.pass()
            for _ in 0..<5 {
                group.addTask {
                    try await calls.run("a") { () async throws(ExecutorError) in
                        throw .rejected(reason: "a second call", hint: "")
                    }
                }
            }
            group.addTask {
                // Other keys do not wait. By the time this is done, the five have had their turn or come too late.
                _ = try await calls.run("b") { () async throws(ExecutorError) in 0 }
                while calls.waiterCount("a") < 5 { await Task.yield() }
                gate.open()
                return 1
            }
            for try await value in group { #expect(value == 1) }
        }
    }

    @Test func failureIsSharedToo() async {
        let calls = SharedCalls<String, Int>()
        await #expect(throws: ExecutorError.unavailable(reason: "x", hint: "y")) {
            try await calls.run("a") { () async throws(ExecutorError) in throw .unavailable(reason: "x", hint: "y") }
        }
    }

    @Test func waiterTakesOverFromACancelledCaller() async throws {
        let calls = SharedCalls<String, Int>()
        let started = Gate()
        let gate = Gate()
        async let first = calls.run("a") { () async throws(ExecutorError) -> Int in
            started.open()
            await gate.pass()
            throw .cancelled
        }
        await started.pass()
        async let second = calls.run("a") { () async throws(ExecutorError) in 2 }
        while calls.waiterCount("a") < 1 { await Task.yield() }
        gate.open()
        #expect(try await second == 2)
        do {
            _ = try await first
            Issue.record("the cancelled call has a value")
        } catch {
            #expect(error as? ExecutorError == .cancelled)
        }
    }

    @Test func cancelledWaiterLeavesAtOnce() async throws {
        let calls = SharedCalls<String, Int>()
        let started = Gate()
        let gate = Gate()
        async let first = calls.run("a") { () async throws(ExecutorError) -> Int in
            started.open()
            await gate.pass()
            return 1
        }
        await started.pass()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect(throws: ExecutorError.cancelled) {
                    try await calls.run("a") { () async throws(ExecutorError) in 2 }
                }
            }
            while calls.waiterCount("a") < 1 { await Task.yield() }
            group.cancelAll()
        }
        gate.open()
        #expect(try await first == 1)
    }
}
