import CWasmtime
import Glibc

/// Answers the node's requests, one after the other.
final class WorkerService {
    private let engine: Result<(runtime: WasmRuntime, cache: ModuleCache), WasmFailure>
    private let output = WasmOutput(socket: WasmWorker.socket)

    /// Starts the engine; a failure is kept and answers every request.
    init(library: String, cache: String, cacheBytesMax: UInt64) {
        engine = Result { () throws(WasmFailure) in
            let runtime = try WasmRuntime(library: library)
            return (runtime, try ModuleCache(runtime: runtime, directory: cache, bytesMax: cacheBytesMax))
        }
        // As an address: the pointer lives as long as the process.
        let address = (try? engine.get()).map { Int(bitPattern: $0.runtime.engine) }
        WorkerInterrupt.watch {
            if let address, let engine = OpaquePointer(bitPattern: address) { wt_engine_increment_epoch(engine) }
        }
    }

    /// Returns when the node sends no more.
    func run() {
        while let request = receive() {
            let reply = answer(request)
            output.send(.ended, reply.encoded())
            guard reply.isClean else { return }
        }
    }

    private func answer(_ request: WasmWorkerRequest) -> WasmWorkerReply {
        do throws(WasmFailure) {
            let (runtime, cache): (WasmRuntime, ModuleCache)
            do throws(WasmFailure) { (runtime, cache) = try engine.get() } catch { return .unavailable(error) }
            output.send(.began)
            switch request {
            case .probe: return .ready
            case .prepare(let modules):
                var digests: [String: String] = [:]
                // What is wrong with a module is the run's to report; here it only costs the digests.
                _ = try? WasmRun.resolve(modules, in: cache) { digests[$0] = $1 }
                return .prepared(digests)
            case .run(let job):
                return try WasmRun(runtime: runtime, cache: cache, job: job, output: output).perform()
            }
        } catch {
            return .failed(error)
        }
    }

    private func receive() -> WasmWorkerRequest? {
        guard let header = read(WasmFrame.headerBytes),
            let (kind, count) = WasmFrame.parseHeader(header[...]), kind == .request,
            let content = read(count)
        else { return nil }
        return try? WasmWorkerRequest(decoding: content[...])
    }

    private func read(_ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(WasmWorker.socket, buffer.baseAddress.map { $0 + filled }, count - filled)
            }
            if got < 0 && errno == EINTR { continue }
            guard got > 0 else { return nil }
            filled += got
        }
        return bytes
    }
}
