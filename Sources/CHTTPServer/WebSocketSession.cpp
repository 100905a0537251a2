#include "WebSocketSession.hpp"

#include "Loop.hpp"
#include "Server.hpp"

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket.hpp>

#include <algorithm>

namespace chs {

namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;

namespace {

/// Received bytes that may wait for their receiver; then the peer has to wait.
constexpr size_t maxUncredited = 256 * 1024;
constexpr size_t maxReasonBytes = 123;

/// Cuts at the edge of a character.
std::string shortened(std::string reason) {
    if (reason.size() > maxReasonBytes) {
        size_t end = maxReasonBytes;
        while (end > 0 && (static_cast<unsigned char>(reason[end]) & 0xc0) == 0x80) --end;
        reason.resize(end);
    }
    return reason;
}

/// Whether text that is UTF-8 so far ends inside of a character. Beast does not see that when the last frame is empty.
bool endsInsideCharacter(const char* bytes, size_t count) {
    size_t distance = 1;
    while (distance <= std::min<size_t>(count, 3)) {
        const unsigned char c = bytes[count - distance];
        if ((c & 0xc0) != 0x80) return distance < (c >= 0xf0 ? 4u : c >= 0xe0 ? 3u : c >= 0xc0 ? 2u : 1u);
        ++distance;
    }
    return false;
}

}  // namespace

WebSocketSession::WebSocketSession(Loop& loop, uint16_t slot, chs_id id, Tcp::socket socket)
    : Connection(loop, slot), stream_(std::move(socket)) {
    exchange_ = id;
    const auto& config = loop.server().config();
    websocket::stream_base::timeout timeout;
    timeout.handshake_timeout = std::chrono::seconds(10);
    // Beast pings when half of this has passed in silence.
    timeout.idle_timeout = std::chrono::milliseconds(config.websocket_ping_ms) * 2;
    timeout.keep_alive_pings = true;
    stream_.set_option(timeout);
    stream_.read_message_max(config.max_websocket_message_bytes);
    stream_.auto_fragment(false);
    // Otherwise Beast tells everybody its name and version.
    stream_.set_option(websocket::stream_base::decorator(
        [](websocket::response_type& response) { response.set(http::field::server, "bacalhau"); }));
}

void WebSocketSession::start(const std::string& key) {
    const auto request = std::make_shared<http::request<http::empty_body>>(http::verb::get, "/", 11);
    request->set(http::field::host, "-");
    request->set(http::field::connection, "upgrade");
    request->set(http::field::upgrade, "websocket");
    request->set(http::field::sec_websocket_version, "13");
    request->set(http::field::sec_websocket_key, key);
    stream_.async_accept(*request, [self = self(), request](ErrorCode error) {
        if (error) return self->finish(1006);
        self->isOpen_ = true;
        self->read();
        self->write();
        self->closeIfSent();
    });
}

void WebSocketSession::handle(Command& command) {
    switch (command.kind) {
    case Command::Kind::websocketSend:
        if (closeCode_ != 0) break;
        output_.push_back({std::move(command.bytes), command.isText});
        write();
        break;
    case Command::Kind::websocketReceived:
        uncredited_ -= std::min(uncredited_, static_cast<size_t>(command.length));
        read();
        break;
    case Command::Kind::websocketClose:
        close(command.status, std::move(command.bytes));
        break;
    case Command::Kind::abort:
        exchange_ = 0;
        cut();
        break;
    default:
        break;
    }
}

void WebSocketSession::read() {
    if (!isOpen_ || isReading_ || isFinished_ || isClosing_ || uncredited_ >= maxUncredited) return;
    isReading_ = true;
    stream_.async_read(input_, [self = self()](ErrorCode error, size_t) {
        self->isReading_ = false;
        if (!error) return self->received();
        // While our own closing handshake runs, its end is what counts.
        if (self->isClosing_) return;
        const bool isClose = error == websocket::error::closed;
        self->finish(isClose ? static_cast<uint16_t>(self->stream_.reason().code) : 1006);
    });
}

void WebSocketSession::received() {
    const auto data = input_.cdata();
    if (stream_.got_text() && endsInsideCharacter(static_cast<const char*>(data.data()), data.size())) {
        tellClosed(1007);
        input_.consume(input_.size());
        return close(1007, "text that is not UTF-8");
    }
    if (exchange_ != 0 && closeCode_ == 0) {
        uncredited_ += data.size() + chs_websocket_message_cost;
        const auto& callbacks = loop_.server().callbacks();
        callbacks.websocket_message(callbacks.context, exchange_, stream_.got_text(),
            static_cast<const uint8_t*>(data.data()), data.size());
    }
    input_.consume(input_.size());
    read();
}

void WebSocketSession::write() {
    if (!isOpen_ || isWriting_ || isFinished_ || isClosing_ || output_.empty()) return;
    isWriting_ = true;
    stream_.text(output_.front().isText);
    stream_.async_write(asio::buffer(output_.front().bytes), [self = self()](ErrorCode error, size_t) {
        self->isWriting_ = false;
        if (self->isFinished_) return;
        if (error) return self->finish(1006);
        const size_t count = self->output_.front().bytes.size();
        self->output_.pop_front();
        if (self->exchange_ != 0) {
            const auto& callbacks = self->loop_.server().callbacks();
            callbacks.sent(callbacks.context, self->exchange_, count);
        }
        self->write();
        self->closeIfSent();
    });
}

void WebSocketSession::close(uint16_t code, std::string reason) {
    if (closeCode_ != 0) return;
    closeCode_ = code;
    closeReason_ = shortened(std::move(reason));
    closeIfSent();
}

void WebSocketSession::closeIfSent() {
    if (closeCode_ == 0 || !isOpen_ || isWriting_ || isClosing_ || isFinished_ || !output_.empty()) return;
    isClosing_ = true;
    const websocket::close_reason reason(static_cast<websocket::close_code>(closeCode_), closeReason_);
    stream_.async_close(reason, [self = self()](ErrorCode error) {
        self->finish(error ? 1006 : self->closeCode_);
    });
}

/// The server stops: the peer is told to go elsewhere, and the handler that nothing follows.
void WebSocketSession::drain() {
    tellClosed(1001);
    close(1001, "server is stopping");
}

void WebSocketSession::cut() { finish(1006); }

void WebSocketSession::finish(uint16_t code) {
    if (isFinished_) return;
    isFinished_ = true;
    const auto keep = self();
    ErrorCode ignored;
    boost::beast::get_lowest_layer(stream_).close(ignored);
    tellClosed(code);
    loop_.release(slot_);
}

void WebSocketSession::tellClosed(uint16_t code) {
    const auto id = std::exchange(exchange_, 0);
    if (id == 0) return;
    const auto& callbacks = loop_.server().callbacks();
    callbacks.websocket_closed(callbacks.context, id, code);
}

}  // namespace chs
