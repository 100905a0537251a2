#include "Session.hpp"

#include "Loop.hpp"
#include "ResponseHead.hpp"
#include "Server.hpp"

namespace chs {

namespace {

/// Bytes read ahead of a running exchange (pipelined requests).
constexpr size_t maxReadAhead = 32 * 1024;
constexpr auto lingerTime = std::chrono::seconds(2);
constexpr size_t maxDiscarded = 64 * 1024 * 1024;

}  // namespace

std::string Session::describe(const Tcp::socket& socket) {
    ErrorCode error;
    const auto peer = socket.remote_endpoint(error);
    if (error) return {};
    const auto address = peer.address();
    const auto host = address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
    return host + ":" + std::to_string(peer.port());
}

Session::Session(Loop& loop, uint16_t slot, Tcp::socket socket, std::string remoteAddress)
    : Connection(loop, slot), socket_(std::move(socket)),
      remoteAddress_(remoteAddress.empty() ? describe(socket_) : std::move(remoteAddress)) {}

void Session::start() {
    ErrorCode error;
    socket_.non_blocking(true, error);
    if (error) return close();
    // A local pair does not know the option, and needs it not.
    if (loop_.server().tls() == nullptr) socket_.set_option(Tcp::no_delay(true), error);
    if (error) return close();
    setDeadline(Clock::now() + std::chrono::milliseconds(loop_.server().config().idle_timeout_ms));
    waitReadable();
}

/// A read is awaited in every phase: while a reply is pending it is what notices that the client has gone.
void Session::waitReadable() {
    if (waitsReadable_ || peerClosed_ || phase_ == Phase::closed) return;
    if ((phase_ == Phase::handling || phase_ == Phase::sending) && pending_.size() >= maxReadAhead) return;
    waitsReadable_ = true;
    socket_.async_wait(Tcp::socket::wait_read, [self = self()](ErrorCode error) {
        self->waitsReadable_ = false;
        if (!error) self->readable();
    });
}

void Session::readable() {
    if (phase_ == Phase::closed) return;
    auto buffer = loop_.readScratch();
    if (phase_ == Phase::handling || phase_ == Phase::sending) {
        if (pending_.size() >= maxReadAhead) return;
        buffer = asio::buffer(buffer, maxReadAhead - pending_.size());
    }
    ErrorCode error;
    const size_t count = socket_.read_some(buffer, error);
    if (error == asio::error::would_block || error == asio::error::interrupted) return waitReadable();
    if (error == asio::error::eof) return peerClosed();
    if (error) return close();
    const std::string_view input(static_cast<const char*>(buffer.data()), count);
    switch (phase_) {
    case Phase::idle:
    case Phase::readingHeader:
    case Phase::readingBody:
        receive(input);
        break;
    case Phase::handling:
    case Phase::sending:
        pending_.append(input);
        break;
    case Phase::lingering:
        discarded_ += count;
        if (discarded_ > maxDiscarded) return close();
        break;
    case Phase::closed:
        return;
    }
    waitReadable();
}

/// The client will send nothing more. It may have gone, or only be waiting for its reply.
void Session::peerClosed() {
    peerClosed_ = true;
    keepAlive_ = false;
    if (phase_ != Phase::handling && phase_ != Phase::sending) return close();
    if (exchange_ == 0) return;
    const auto& callbacks = loop_.server().callbacks();
    callbacks.half_closed(callbacks.context, exchange_);
}

/// Takes requests out of what was left over and `input`, until one is complete.
void Session::receive(std::string_view input) {
    std::string kept;
    if (!pending_.empty()) {
        kept.swap(pending_);
        kept.append(input);
        input = kept;
    }
    while (!input.empty()) {
        size_t used = 0;
        if (phase_ == Phase::idle || phase_ == Phase::readingHeader) {
            used = readHeader(input);
        } else if (phase_ == Phase::readingBody) {
            used = readBody(input);
        }
        if (used == 0) break;
        input.remove_prefix(used);
    }
    if (phase_ != Phase::closed && phase_ != Phase::lingering) pending_.assign(input);
}

size_t Session::readHeader(std::string_view input) {
    const auto& config = loop_.server().config();
    if (phase_ == Phase::idle) {
        // One empty line before a request is forgiven (RFC 9112, 2.2).
        if (!skippedEmptyLine_ && input.substr(0, 2) == "\r\n") {
            skippedEmptyLine_ = true;
            return 2;
        }
        if (!skippedEmptyLine_ && input == "\r") return 0;
        phase_ = Phase::readingHeader;
        scanner_.reset();
        requestStart_ = Clock::now();
        setDeadline(requestStart_ + std::chrono::milliseconds(config.header_timeout_ms));
    }
    const auto result = scanner_.scan(input);
    if (result == HeaderScanner::Result::malformed) {
        refuse({400, "control character, bare line feed or folded line in the request header"});
        return 0;
    }
    if (scanner_.end() > config.max_header_bytes) {
        refuse(scanner_.hasFirstLine() ? Refusal{431, "request header too large"}
                                       : Refusal{414, "request target too long"});
        return 0;
    }
    if (result == HeaderScanner::Result::incomplete) return 0;

    const size_t end = scanner_.end();
    parser_ = std::make_unique<RequestParser>(loop_.server(), remoteAddress_);
    if (const auto refusal = parser_->parseHeader(input.substr(0, end))) {
        refuse(refusal);
        return 0;
    }
    keepAlive_ = parser_->keep_alive();
    if (parser_->is_done()) {
        deliver();
        return phase_ == Phase::handling ? end : 0;
    }
    if (!parser_->bodyFits(input.size() - end) && !wantsBody()) {
        parser_->leaveBodyOut();
        keepAlive_ = false;
        deliver();
        return 0;
    }
    phase_ = Phase::readingBody;
    setDeadline(requestStart_ + std::chrono::milliseconds(config.request_timeout_ms));
    if (parser_->expectsContinue() && parser_->isHTTP11() && input.size() == end) {
        static constexpr std::string_view answer = "HTTP/1.1 100 Continue\r\n\r\n";
        ErrorCode error;
        // The socket's buffer is empty here, so the few bytes either fit or the connection is broken.
        if (socket_.write_some(asio::buffer(answer.data(), answer.size()), error) != answer.size()) {
            close();
            return 0;
        }
    }
    return end;
}

size_t Session::readBody(std::string_view input) {
    size_t used = 0;
    if (const auto refusal = parser_->parseBody(input, used)) {
        refuse(refusal);
        return 0;
    }
    if (parser_->is_done()) {
        deliver();
        return phase_ == Phase::handling ? used : 0;
    }
    return used;
}

bool Session::wantsBody() {
    auto request = parser_->view(loop_.fieldScratch());
    request.remote_address = {remoteAddress_.data(), remoteAddress_.size()};
    const auto& callbacks = loop_.server().callbacks();
    return callbacks.wants_body(callbacks.context, &request) != 0;
}

void Session::deliver() {
    phase_ = Phase::handling;
    setDeadline(never);
    skippedEmptyLine_ = false;
    exchange_ = loop_.newExchange(slot_);
    if (loop_.server().isDraining()) keepAlive_ = false;
    auto request = parser_->view(loop_.fieldScratch());
    request.remote_address = {remoteAddress_.data(), remoteAddress_.size()};
    const auto& callbacks = loop_.server().callbacks();
    const int refusal = callbacks.request(callbacks.context, exchange_, &request);
    parser_->releaseBody();
    if (refusal == 0) return;
    exchange_ = 0;
    refuse(refusal == 400 ? Refusal{400, "malformed percent-encoding in the request target"}
                          : Refusal{503, "too many requests at one time, try again"});
}

/// Answers for the handler, and closes: what follows in the input cannot be trusted or is not wanted.
void Session::refuse(const Refusal& refusal) {
    pending_.clear();
    keepAlive_ = false;
    Command command{Command::Kind::reply, 0};
    command.status = static_cast<uint16_t>(refusal.status);
    command.close = true;
    command.bytes = errorContent(refusal.status, refusal.message, command.fieldsCount);
    reply(command);
}

void Session::finishExchange() {
    parser_.reset();
    isComplete_ = false;
    if (!keepAlive_ || loop_.server().isDraining()) return linger();
    phase_ = Phase::idle;
    setDeadline(Clock::now() + std::chrono::milliseconds(loop_.server().config().idle_timeout_ms));
    if (!pending_.empty()) receive({});
    waitReadable();
}

void Session::linger() {
    if (peerClosed_) return close();
    phase_ = Phase::lingering;
    pending_.clear();
    ErrorCode error;
    socket_.shutdown(Tcp::socket::shutdown_send, error);
    if (error) return close();
    setDeadline(Clock::now() + lingerTime);
    waitReadable();
}

void Session::close() {
    if (phase_ == Phase::closed) return;
    phase_ = Phase::closed;
    const auto keep = self();
    setDeadline(never);
    ErrorCode ignored;
    socket_.close(ignored);
    parser_.reset();
    output_.clear();
    region_.reset();
    if (exchange_ != 0) {
        const auto& callbacks = loop_.server().callbacks();
        callbacks.disconnected(callbacks.context, exchange_);
    }
    exchange_ = 0;
    loop_.release(slot_);
}

/// Closes with a reset, so that a reply without a declared length does not look complete.
void Session::reset() {
    ErrorCode ignored;
    if (phase_ != Phase::closed) socket_.set_option(Tcp::socket::linger(true, 0), ignored);
    close();
}

void Session::expire() {
    switch (phase_) {
    case Phase::readingHeader:
    case Phase::readingBody:
        return refuse({408, "the request did not arrive in time"});
    case Phase::sending:
        return reset();
    case Phase::idle:
    case Phase::lingering:
        return close();
    case Phase::handling:
    case Phase::closed:
        return;
    }
}

void Session::drain() {
    switch (phase_) {
    case Phase::idle:
    case Phase::readingHeader:
    case Phase::readingBody:
        return close();
    case Phase::handling:
    case Phase::sending:
    case Phase::lingering:
    case Phase::closed:
        keepAlive_ = false;
    }
}

void Session::cut() {
    if (phase_ == Phase::sending) return reset();
    close();
}

}  // namespace chs
