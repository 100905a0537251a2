import Synchronization

/// An HTTP/1.1 and WebSocket server.
///
/// Start it, then run it: ``start()`` binds the port, ``run(wantsBody:handler:)`` answers requests until its task is cancelled
/// or ``shutdown()`` is called. All requests are child tasks of `run`.
///
/// Bounds of connections, requests, bodies and times are in ``HTTPServerConfiguration``. What is no proper HTTP is
/// answered with 400 before a handler sees it.
public final class HTTPServer: Sendable {
    private enum Phase {
        case new
        case starting
        case started(HTTPServerCore)
        case running(HTTPServerCore)
        case ended
    }

    private let configuration: HTTPServerConfiguration
    private let phase = Mutex(Phase.new)

    /// Makes a server that does nothing yet.
    public init(configuration: HTTPServerConfiguration = HTTPServerConfiguration()) {
        self.configuration = configuration
    }

    /// Binds the address and accepts connections, whose requests wait for ``run(wantsBody:handler:)``.
    ///
    /// - Returns: The bound port.
    /// - Throws: ``HTTPServerError/cannotListen(address:reason:)``, ``HTTPServerError/invalidConfiguration(_:)`` or
    ///   ``HTTPServerError/alreadyStarted``.
    @discardableResult
    public func start() throws(HTTPServerError) -> Int {
        let isFirst = phase.withLock { phase in
            guard case .new = phase else { return false }
            phase = .starting
            return true
        }
        guard isFirst else { throw .alreadyStarted }
        do {
            let core = try HTTPServerCore(configuration: configuration)
            phase.withLock { $0 = .started(core) }
            return core.port
        } catch {
            phase.withLock { $0 = .new }
            throw error
        }
    }

    /// Answers requests with `handler`, each in a child task that is cancelled when its client goes away.
    ///
    /// Returns after ``shutdown()``, or when the calling task is cancelled: then nothing more is accepted, WebSockets
    /// are closed with 1001, running requests get ``HTTPServerConfiguration/stopGrace`` to end (in the case of
    /// cancellation they are cancelled at once), and what is left is cut and cancelled. It waits for every handler.
    ///
    /// - Parameters:
    ///   - wantsBody: called with the header of a request whose body has not arrived as a whole. When it says no, the
    ///     request is handled at once, marked with ``HTTPRequest/lacksBody``, and its connection ends with the reply: so
    ///     whoever would be refused anyway cannot make the server wait for a long body and keep it. Called on the
    ///     threads that read and write: it must not wait for anything. Bodies that come before `run` are all taken.
    ///   - handler: answers.
    /// - Throws: ``HTTPServerError/notReadyToRun``.
    public func run(
        wantsBody: @escaping @Sendable (HTTPRequest) -> Bool = { _ in true },
        handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse
    ) async throws(HTTPServerError) {
        let core = phase.withLock { phase -> HTTPServerCore? in
            guard case .started(let core) = phase else { return nil }
            phase = .running(core)
            return core
        }
        guard let core else { throw .notReadyToRun }
        core.events.take(bodies: wantsBody)
        let inbox = core.events.inbox
        await withDiscardingTaskGroup { group in
            while let exchanges = await inbox.next() {
                for exchange in exchanges {
                    group.addTask { await RequestTask(core: core, exchange: exchange).run(handler) }
                }
            }
            // After a cancellation nobody else has done it.
            core.drain()
        }
        await core.events.waitUntilDrained()
        core.stop()
        phase.withLock { $0 = .ended }
    }

    /// Begins to stop; ``run(wantsBody:handler:)`` returns when it is done, also when it is called later. Does nothing before
    /// ``start()``.
    public func shutdown() {
        switch phase.withLock({ $0 }) {
        case .started(let core), .running(let core):
            core.drain()
            core.events.inbox.close()
        case .new, .starting, .ended: break
        }
    }
}
