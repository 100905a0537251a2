// One HTTP/1.1 connection: reads requests one after the other and sends their replies in that order.
#pragma once

#include "Connection.hpp"
#include "RequestParser.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace chs {

struct ResponseHead;

/// All of the connection's input and output goes through a plain socket with readiness waits and calls that never
/// block. Where the client speaks TLS this is one end of a local pair (TLSPump.hpp).
class Session final : public Connection {
public:
    /// `remoteAddress` is asked of the socket when empty.
    Session(Loop& loop, uint16_t slot, Tcp::socket socket, std::string remoteAddress);

    /// Address and port of the peer, for people.
    static std::string describe(const Tcp::socket& socket);

    void start();
    void handle(Command& command) override;
    void flush() override;
    void expire() override;
    void drain() override;
    void cut() override;

private:
    enum class Phase {
        /// Between two requests.
        idle,
        readingHeader,
        readingBody,
        /// The request is with the handler.
        handling,
        /// The reply has begun.
        sending,
        /// Everything is sent; what the client still sends is thrown away, lest a reset overtakes the reply.
        lingering,
        closed,
    };

    struct Output {
        std::string bytes;
        /// Part of `bytes` that is still to be sent.
        size_t begin;
        size_t end;
        /// Told by `sent` when the piece has left.
        size_t credit;
    };

    struct FileRegion {
        FileDescriptor file;
        uint64_t offset;
        uint64_t remaining;
    };

    std::shared_ptr<Session> self() { return std::static_pointer_cast<Session>(shared_from_this()); }

    // Input (Session.cpp)
    void waitReadable();
    void readable();
    void peerClosed();
    void receive(std::string_view input);
    size_t readHeader(std::string_view input);
    size_t readBody(std::string_view input);
    bool wantsBody();
    void deliver();
    void refuse(const Refusal& refusal);
    void finishExchange();
    void linger();
    void close();
    void reset();

    // Output (SessionOutput.cpp)
    void reply(Command& command);
    void replyFile(Command& command);
    void beginStream(Command& command);
    void writeStream(Command& command);
    void endStream();
    void acceptWebSocket();
    void beginSending(ResponseHead head, bool close);
    void enqueue(std::string bytes, size_t begin, size_t end, size_t credit);
    bool flushQueue();
    bool flushFile();
    void waitWritable();
    void credit(size_t count);

    Tcp::socket socket_;
    std::string remoteAddress_;
    Phase phase_ = Phase::idle;

    std::string pending_;
    HeaderScanner scanner_;
    std::unique_ptr<RequestParser> parser_;
    TimePoint requestStart_;
    size_t discarded_ = 0;
    bool waitsReadable_ = false;
    bool skippedEmptyLine_ = false;
    bool peerClosed_ = false;

    std::deque<Output> output_;
    std::optional<FileRegion> region_;
    uint64_t promised_ = 0;
    bool waitsWritable_ = false;
    bool flushIsPlanned_ = false;
    bool keepAlive_ = true;
    bool omitsBody_ = false;
    bool isChunked_ = false;
    bool hasPromise_ = false;
    bool isComplete_ = false;
};

}  // namespace chs
