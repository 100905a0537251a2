// One WebSocket connection, after its handshake was accepted.
#pragma once

#include "Connection.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <deque>
#include <memory>
#include <string>

namespace chs {

/// Pings, pongs, fragments and the closing handshake are Beast's; its timers drop a silent peer.
class WebSocketSession final : public Connection {
public:
    WebSocketSession(Loop& loop, uint16_t slot, chs_id id, Tcp::socket socket);

    /// Answers the handshake that came with `key`.
    void start(const std::string& key);
    void handle(Command& command) override;
    void expire() override {}
    void drain() override;
    void cut() override;

private:
    struct Output {
        std::string bytes;
        bool isText;
    };

    std::shared_ptr<WebSocketSession> self() {
        return std::static_pointer_cast<WebSocketSession>(shared_from_this());
    }
    void read();
    void received();
    void write();
    void close(uint16_t code, std::string reason);
    void closeIfSent();
    void finish(uint16_t code);
    void tellClosed(uint16_t code);

    boost::beast::websocket::stream<Tcp::socket> stream_;
    boost::beast::flat_buffer input_;
    std::deque<Output> output_;
    /// Cost of messages the receiver has not yet credited back.
    size_t uncredited_ = 0;
    uint16_t closeCode_ = 0;
    std::string closeReason_;
    bool isOpen_ = false;
    bool isReading_ = false;
    bool isWriting_ = false;
    bool isClosing_ = false;
    bool isFinished_ = false;
};

}  // namespace chs
