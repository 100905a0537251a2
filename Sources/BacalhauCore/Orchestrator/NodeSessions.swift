import BacalhauModel
import Synchronization

/// The open streams of wishes, one for each connected node.
///
/// A stream needs no bound of its own: it holds at most what was reserved on its node, and a stop for each of that.
final class NodeSessions: Sendable {
    private let streams = Mutex<[NodeID: AsyncStream<NodeMessage>.Continuation]>([:])

    /// Opens the stream of a node; a former one ends.
    func open(_ id: NodeID) -> AsyncStream<NodeMessage> {
        let (stream, continuation) = AsyncStream<NodeMessage>.makeStream()
        streams.withLock { $0.updateValue(continuation, forKey: id) }?.finish()
        return stream
    }

    /// Hands messages to the nodes that are connected. The others hear of them when they connect.
    func deliver(_ messages: [(node: NodeID, message: NodeMessage)]) {
        streams.withLock { streams in
            for (node, message) in messages { streams[node]?.yield(message) }
        }
    }

    func close(_ id: NodeID) { streams.withLock { $0.removeValue(forKey: id) }?.finish() }

    func closeAll() {
        let open = streams.withLock { streams in
            defer { streams = [:] }
            return streams.values.map { $0 }
        }
        for stream in open { stream.finish() }
    }
}
