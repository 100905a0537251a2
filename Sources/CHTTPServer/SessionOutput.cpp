// The sending half of Session.
#include "Session.hpp"

#include "Loop.hpp"
#include "ResponseHead.hpp"
#include "Server.hpp"
#include "WebSocketSession.hpp"

#include <array>
#include <cerrno>
#include <sys/sendfile.h>

namespace chs {

void Session::handle(Command& command) {
    const bool hasBegun = phase_ == Phase::sending;
    switch (command.kind) {
    case Command::Kind::reply:
        if (!hasBegun) reply(command);
        break;
    case Command::Kind::replyFile:
        if (!hasBegun) replyFile(command);
        break;
    case Command::Kind::streamBegin:
        if (!hasBegun) beginStream(command);
        break;
    case Command::Kind::streamWrite:
        if (hasBegun) writeStream(command);
        break;
    case Command::Kind::streamEnd:
        if (hasBegun) endStream();
        break;
    case Command::Kind::abort:
        exchange_ = 0;
        reset();
        break;
    case Command::Kind::websocketAccept:
        if (!hasBegun) acceptWebSocket();
        break;
    case Command::Kind::websocketSend:
    case Command::Kind::websocketReceived:
    case Command::Kind::websocketClose:
        break;
    }
}

/// Writes the head into the loop's scratch text.
void Session::beginSending(ResponseHead head, bool close) {
    phase_ = Phase::sending;
    if (close || loop_.server().isDraining()) keepAlive_ = false;
    const bool isHTTP11 = !parser_ || parser_->isHTTP11();
    head.close = !keepAlive_;
    head.keepAlive = !isHTTP11;
    auto& text = loop_.headScratch();
    text.clear();
    appendHead(text, head, loop_.dateField());
}

void Session::reply(Command& command) {
    exchange_ = 0;
    omitsBody_ = isBodyless(command.status) || (parser_ && parser_->isHead());
    const size_t bodyAt = command.fieldsCount + 2;
    const int64_t length = isBodyless(command.status) ? -1 : int64_t(command.bytes.size() - bodyAt);
    beginSending({command.status, length, false, false, false}, command.close);
    const size_t end = omitsBody_ ? bodyAt : command.bytes.size();
    isComplete_ = true;

    // The usual case: head and body leave together at once.
    const auto& head = loop_.headScratch();
    const std::array<asio::const_buffer, 2> buffers{asio::buffer(head), asio::buffer(command.bytes.data(), end)};
    ErrorCode error;
    const size_t sent = socket_.write_some(buffers, error);
    if (error && error != asio::error::would_block) return close();
    if (sent == head.size() + end) return finishExchange();
    if (sent < head.size()) enqueue(head, sent, head.size(), 0);
    enqueue(std::move(command.bytes), sent < head.size() ? 0 : sent - head.size(), end, 0);
    flush();
}

void Session::replyFile(Command& command) {
    exchange_ = 0;
    omitsBody_ = isBodyless(command.status) || (parser_ && parser_->isHead());
    const int64_t length = isBodyless(command.status) ? -1 : command.length;
    beginSending({command.status, length, false, false, false}, command.close);
    isComplete_ = true;
    enqueue(loop_.headScratch() + command.bytes, 0, loop_.headScratch().size() + command.bytes.size(), 0);
    if (!omitsBody_) {
        region_ = FileRegion{std::move(command.file), command.offset, static_cast<uint64_t>(command.length)};
    }
    flush();
}

void Session::beginStream(Command& command) {
    const bool isHTTP11 = !parser_ || parser_->isHTTP11();
    const bool isWithoutBody = isBodyless(command.status);
    omitsBody_ = isWithoutBody || (parser_ && parser_->isHead());
    hasPromise_ = command.length >= 0;
    promised_ = hasPromise_ ? static_cast<uint64_t>(command.length) : 0;
    isChunked_ = !hasPromise_ && isHTTP11 && !isWithoutBody;
    // HTTP/1.0 has no chunks: there the body ends with the connection.
    const bool endsWithConnection = !hasPromise_ && !isHTTP11 && !omitsBody_;
    beginSending({command.status, isWithoutBody ? -1 : command.length, isChunked_, false, false},
        command.close || endsWithConnection);
    enqueue(loop_.headScratch() + command.bytes, 0, loop_.headScratch().size() + command.bytes.size(), 0);
    if (!flushIsPlanned_) {
        flushIsPlanned_ = true;
        loop_.flushLater(shared_from_this());
    }
}

void Session::writeStream(Command& command) {
    const size_t count = command.bytes.size() - chunkPrefixSize - chunkSuffixSize;
    if (count == 0) return;
    if (omitsBody_) return credit(count);
    if (isChunked_) {
        enqueue(std::move(command.bytes), 0, count + chunkPrefixSize + chunkSuffixSize, count);
    } else {
        if (hasPromise_ && count > promised_) return reset();
        if (hasPromise_) promised_ -= count;
        enqueue(std::move(command.bytes), chunkPrefixSize, chunkPrefixSize + count, count);
    }
    if (!flushIsPlanned_) {
        flushIsPlanned_ = true;
        loop_.flushLater(shared_from_this());
    }
}

void Session::endStream() {
    exchange_ = 0;
    if (hasPromise_ && promised_ > 0 && !omitsBody_) return reset();
    if (isChunked_ && !omitsBody_) enqueue("0\r\n\r\n", 0, 5, 0);
    isComplete_ = true;
    if (!flushIsPlanned_) {
        flushIsPlanned_ = true;
        loop_.flushLater(shared_from_this());
    }
}

void Session::acceptWebSocket() {
    // A client may send nothing between its handshake and our answer (RFC 6455, 4.1).
    if (!parser_ || !parser_->isWebSocketHandshake() || !pending_.empty() || peerClosed_) return close();
    const auto keep = self();
    ErrorCode ignored;
    socket_.cancel(ignored);
    phase_ = Phase::closed;
    setDeadline(never);
    const auto id = std::exchange(exchange_, 0);
    const auto websocket = std::make_shared<WebSocketSession>(loop_, slot_, id, std::move(socket_));
    loop_.replace(slot_, websocket);
    websocket->start(parser_->webSocketKey());
    parser_.reset();
}

void Session::enqueue(std::string bytes, size_t begin, size_t end, size_t credit) {
    if (begin < end || credit > 0) output_.push_back({std::move(bytes), begin, end, credit});
}

void Session::flush() {
    flushIsPlanned_ = false;
    if (phase_ != Phase::sending || waitsWritable_) return;
    if (!flushQueue() || !flushFile()) return;
    setDeadline(never);
    if (isComplete_) finishExchange();
}

/// False when the client does not take more now, or the connection has ended.
bool Session::flushQueue() {
    while (!output_.empty()) {
        std::array<asio::const_buffer, 16> buffers;
        size_t used = 0;
        for (const auto& piece : output_) {
            if (used == buffers.size()) break;
            buffers[used++] = asio::buffer(piece.bytes.data() + piece.begin, piece.end - piece.begin);
        }
        ErrorCode error;
        size_t sent = socket_.write_some(buffers, error);
        if (error == asio::error::would_block) {
            waitWritable();
            return false;
        }
        if (error) {
            close();
            return false;
        }
        size_t credited = 0;
        while (!output_.empty()) {
            auto& front = output_.front();
            const size_t part = std::min(sent, front.end - front.begin);
            front.begin += part;
            sent -= part;
            if (front.begin < front.end) break;
            credited += front.credit;
            output_.pop_front();
        }
        credit(credited);
    }
    return true;
}

bool Session::flushFile() {
    // A fast client must not keep the thread from its other connections.
    size_t turn = 4 * 1024 * 1024;
    while (region_ && region_->remaining > 0) {
        if (turn == 0) {
            waitWritable();
            return false;
        }
        const size_t part = std::min<uint64_t>(std::min<uint64_t>(region_->remaining, turn), 1024 * 1024);
        auto offset = static_cast<off_t>(region_->offset);
        const ssize_t sent = ::sendfile(socket_.native_handle(), region_->file.get(), &offset, part);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0 && errno == EAGAIN) {
            waitWritable();
            return false;
        }
        if (sent <= 0) {
            reset();
            return false;
        }
        region_->offset += sent;
        region_->remaining -= sent;
        turn -= sent;
    }
    region_.reset();
    return true;
}

void Session::waitWritable() {
    setDeadline(Clock::now() + std::chrono::milliseconds(loop_.server().config().write_timeout_ms));
    if (waitsWritable_) return;
    waitsWritable_ = true;
    socket_.async_wait(Tcp::socket::wait_write, [self = self()](ErrorCode error) {
        self->waitsWritable_ = false;
        if (!error) self->flush();
    });
}

void Session::credit(size_t count) {
    if (count == 0 || exchange_ == 0) return;
    const auto& callbacks = loop_.server().callbacks();
    callbacks.sent(callbacks.context, exchange_, count);
}

}  // namespace chs
