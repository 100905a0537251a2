#include "TLSPump.hpp"

#include "Server.hpp"

#include <stdexcept>

namespace chs {

namespace {

/// From our end of the messages to the client's; a server that stops does not wait so long for idle clients.
constexpr auto closeTime = std::chrono::seconds(2);
constexpr auto closeTimeAtStop = std::chrono::milliseconds(200);

}  // namespace

std::unique_ptr<asio::ssl::context> makeTLSContext(const std::string& certificateFile, const std::string& keyFile) {
    auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
    ErrorCode error;
    SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
    SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION);
    // Clients that come back bring a ticket; a cache of sessions would grow with each that does not.
    SSL_CTX_set_session_cache_mode(context->native_handle(), SSL_SESS_CACHE_OFF);
    context->use_certificate_chain_file(certificateFile, error);
    if (error) throw std::runtime_error("cannot use the certificate " + certificateFile + ": " + error.message());
    context->use_private_key_file(keyFile, asio::ssl::context::pem, error);
    if (error) throw std::runtime_error("cannot use the key " + keyFile + ": " + error.message());
    if (SSL_CTX_check_private_key(context->native_handle()) != 1) {
        throw std::runtime_error("the key " + keyFile + " is not that of the certificate " + certificateFile);
    }
    return context;
}

TLSPump::TLSPump(Server& server, asio::ssl::context& context, Tcp::socket outer, Inner inner)
    : server_(server), outer_(std::move(outer), context), inner_(std::move(inner)), timer_(inner_.get_executor()) {
    server_.pumpStarted();
}

TLSPump::~TLSPump() { server_.connectionEnded(); }

void TLSPump::start() {
    ErrorCode ignored;
    outer_.next_layer().set_option(Tcp::no_delay(true), ignored);
    setDeadline(std::chrono::milliseconds(server_.config().header_timeout_ms));
    outer_.async_handshake(asio::ssl::stream_base::server, [self = shared_from_this()](ErrorCode error) {
        self->timer_.cancel();
        if (error) return self->cut();
        self->readOuter();
        self->readInner();
    });
}

/// From the client to the connection.
void TLSPump::readOuter() {
    outer_.async_read_some(asio::buffer(received_), [self = shared_from_this()](ErrorCode error, size_t count) {
        if (error) {
            // The connection learns that nothing more will come, and may still answer.
            ErrorCode ignored;
            self->inner_.shutdown(Inner::shutdown_send, ignored);
            return;
        }
        asio::async_write(
            self->inner_, asio::buffer(self->received_.data(), count), [self](ErrorCode error, size_t) {
                if (!error) self->readOuter();
            });
    });
}

/// From the connection to the client.
void TLSPump::readInner() {
    inner_.async_read_some(asio::buffer(sending_), [self = shared_from_this()](ErrorCode error, size_t count) {
        if (error == asio::error::eof) return self->closeOuter();
        if (error) return self->cut();
        // A client that takes nothing would otherwise be waited for without end.
        self->setDeadline(std::chrono::milliseconds(self->server_.config().write_timeout_ms));
        asio::async_write(
            self->outer_, asio::buffer(self->sending_.data(), count), [self](ErrorCode error, size_t) {
                self->timer_.cancel();
                if (error) return self->cut();
                self->readInner();
            });
    });
}

void TLSPump::closeOuter() {
    setDeadline(server_.isDraining() ? std::chrono::milliseconds(closeTimeAtStop) : closeTime);
    outer_.async_shutdown([self = shared_from_this()](ErrorCode) { self->cut(); });
}

void TLSPump::cut() {
    ErrorCode ignored;
    timer_.cancel();
    outer_.next_layer().close(ignored);
    inner_.close(ignored);
}

void TLSPump::setDeadline(std::chrono::milliseconds time) {
    timer_.expires_after(time);
    timer_.async_wait([weak = weak_from_this()](ErrorCode error) {
        const auto self = weak.lock();
        if (!error && self) self->cut();
    });
}

}  // namespace chs
