#include "TLSPump.hpp"

#include "ResponseHead.hpp"
#include "Server.hpp"

#include <openssl/err.h>
#include <openssl/sslerr.h>
#include <stdexcept>

namespace chs {

namespace {

/// From our end of the messages to the client's; a server that stops does not wait so long for idle clients.
constexpr auto closeTime = std::chrono::seconds(2);
constexpr auto closeTimeAtStop = std::chrono::milliseconds(200);
/// Reads of one connection before others have their turn.
constexpr int turnsMax = 16;

/// Serves only clients that show a certificate of one of these authorities.
void demandCertificates(SSL_CTX* context, const std::string& file) {
    ERR_clear_error();
    const auto names = SSL_load_client_CA_file(file.c_str());
    if (names == nullptr || SSL_CTX_load_verify_file(context, file.c_str()) != 1) {
        const ErrorCode error(static_cast<int>(ERR_get_error()), asio::error::get_ssl_category());
        sk_X509_NAME_pop_free(names, X509_NAME_free);
        throw std::runtime_error("cannot use the authorities of clients " + file + ": " + error.message());
    }
    // Which authorities count is told to clients, so that they can choose.
    SSL_CTX_set_client_CA_list(context, names);
    // Tickets count here only, where certificates were looked at.
    static constexpr unsigned char place[] = "bacalhau";
    SSL_CTX_set_session_id_context(context, place, sizeof place - 1);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
}

/// For clients that speak plain HTTP here: without a word they would look for the mistake elsewhere.
std::string plainAnswer() {
    size_t fieldsCount = 0;
    const auto content = errorContent(400, "this port speaks HTTPS: the address begins with https://", fieldsCount);
    ResponseHead head{};
    head.status = 400;
    head.contentLength = static_cast<int64_t>(content.size() - fieldsCount - 2);
    head.close = true;
    std::string text;
    appendHead(text, head, {});
    return text + content;
}

}  // namespace

std::unique_ptr<asio::ssl::context> makeTLSContext(
    const std::string& certificateFile, const std::string& keyFile, const std::string& clientAuthoritiesFile) {
    auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
    const auto handle = context->native_handle();
    ErrorCode error;
    SSL_CTX_set_min_proto_version(handle, TLS1_2_VERSION);
    SSL_CTX_set_options(handle, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    // A connection that rests keeps no buffers, and a write that has to be repeated may come from another place.
    SSL_CTX_set_mode(
        handle, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    // Clients that come back bring a ticket; a cache of sessions would grow with each that does not.
    SSL_CTX_set_session_cache_mode(handle, SSL_SESS_CACHE_OFF);
    context->use_certificate_chain_file(certificateFile, error);
    if (error) throw std::runtime_error("cannot use the certificate " + certificateFile + ": " + error.message());
    context->use_private_key_file(keyFile, asio::ssl::context::pem, error);
    if (error) throw std::runtime_error("cannot use the key " + keyFile + ": " + error.message());
    if (SSL_CTX_check_private_key(handle) != 1) {
        throw std::runtime_error("the key " + keyFile + " is not that of the certificate " + certificateFile);
    }
    if (!clientAuthoritiesFile.empty()) demandCertificates(handle, clientAuthoritiesFile);
    return context;
}

TLSPump::TLSPump(Loop& loop, Tcp::socket outer, Inner inner)
    : loop_(loop), server_(loop.server()), outer_(std::move(outer)), inner_(std::move(inner)),
      timer_(loop.context()), ssl_(SSL_new(server_.tls()->native_handle())) {
    server_.pumpStarted();
}

TLSPump::~TLSPump() { server_.connectionEnded(); }

void TLSPump::start() {
    ErrorCode error;
    outer_.set_option(Tcp::no_delay(true), error);
    outer_.non_blocking(true, error);
    if (!error) inner_.non_blocking(true, error);
    // Writing to a vanished client raises no signal on the threads of the loops.
    if (error || !ssl_ || SSL_set_fd(ssl_.get(), outer_.native_handle()) != 1) return cut();
    setDeadline(std::chrono::milliseconds(server_.config().header_timeout_ms));
    handshake();
}

void TLSPump::handshake() {
    if (!outer_.is_open()) return;
    ERR_clear_error();
    const int result = SSL_accept(ssl_.get());
    if (result == 1) {
        timer_.cancel();
        receive();
        return send();
    }
    if (goOn(result, &TLSPump::handshake)) return;
    // The client has been told why, and is to read it.
    ErrorCode ignored;
    if (ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_HTTP_REQUEST) {
        // One small answer into an empty socket: it fits, or the client has gone.
        outer_.write_some(asio::buffer(plainAnswer()), ignored);
    }
    inner_.close(ignored);
    end();
}

/// From the client to the connection.
void TLSPump::receive() {
    for (int turn = 0; turn < turnsMax; ++turn) {
        if (!outer_.is_open() || isDraining_) return;
        if (!received_.empty()) {
            const auto kept = std::exchange(received_, {});
            if (!pass(kept)) return;
        }
        const auto buffer = loop_.readScratch();
        ERR_clear_error();
        const int count = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()));
        if (count <= 0) {
            if (!goOn(count, &TLSPump::receive)) endInput();
            return;
        }
        if (!pass({static_cast<const char*>(buffer.data()), static_cast<size_t>(count)})) return;
    }
    later(&TLSPump::receive);
}

/// Gives the connection what the client sent; false when it does not take all of it now.
bool TLSPump::pass(std::string_view bytes) {
    while (!isDeaf_ && !bytes.empty()) {
        ErrorCode error;
        bytes.remove_prefix(inner_.write_some(asio::buffer(bytes), error));
        if (error == asio::error::would_block) {
            received_ = bytes;
            await(inner_, Inner::wait_write, &TLSPump::receive);
            return false;
        }
        if (error && error != asio::error::interrupted) isDeaf_ = true;
    }
    return true;
}

/// The connection learns that nothing more will come, and may still answer.
void TLSPump::endInput() {
    ErrorCode ignored;
    inner_.shutdown(Inner::shutdown_send, ignored);
}

/// From the connection to the client.
void TLSPump::send() {
    for (int turn = 0; turn < turnsMax; ++turn) {
        if (!outer_.is_open()) return;
        if (!unsent_.empty()) {
            const auto kept = std::exchange(unsent_, {});
            if (!encrypt(kept)) return;
            timer_.cancel();
        }
        const auto buffer = loop_.readScratch();
        ErrorCode error;
        const size_t count = inner_.read_some(buffer, error);
        if (error == asio::error::would_block) return await(inner_, Inner::wait_read, &TLSPump::send);
        if (error == asio::error::interrupted) continue;
        if (error == asio::error::eof) return closeOuter();
        // It broke off: without TLS's word for the end, what it said does not look whole.
        if (error) return end();
        if (!encrypt({static_cast<const char*>(buffer.data()), count})) return;
    }
    later(&TLSPump::send);
}

/// Sends the client what the connection says; false when it does not take all of it now.
bool TLSPump::encrypt(std::string_view bytes) {
    while (!bytes.empty()) {
        ERR_clear_error();
        const int count = SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
        if (count > 0) {
            bytes.remove_prefix(count);
            continue;
        }
        unsent_ = bytes;
        // A client that takes nothing would otherwise be waited for without end.
        setDeadline(std::chrono::milliseconds(server_.config().write_timeout_ms));
        if (!goOn(count, &TLSPump::send)) cut();
        return false;
    }
    return true;
}

/// Tells the client that all is said.
void TLSPump::closeOuter() {
    if (!outer_.is_open()) return;
    setDeadline(closeTime);
    ERR_clear_error();
    const int result = SSL_shutdown(ssl_.get());
    if (result < 0) {
        if (!goOn(result, &TLSPump::closeOuter)) cut();
        return;
    }
    end();
}

/// Sends nothing more, and waits for the client's end.
void TLSPump::end() {
    setDeadline(server_.isDraining() ? std::chrono::milliseconds(closeTimeAtStop) : closeTime);
    ErrorCode ignored;
    outer_.shutdown(Tcp::socket::shutdown_send, ignored);
    drain();
}

void TLSPump::drain() {
    isDraining_ = true;
    for (int turn = 0; turn < turnsMax; ++turn) {
        if (!outer_.is_open()) return;
        ErrorCode error;
        outer_.read_some(loop_.readScratch(), error);
        if (error == asio::error::would_block) return await(outer_, Tcp::socket::wait_read, &TLSPump::drain);
        if (error && error != asio::error::interrupted) return cut();
    }
    later(&TLSPump::drain);
}

void TLSPump::cut() {
    ErrorCode ignored;
    timer_.cancel();
    outer_.close(ignored);
    inner_.close(ignored);
}

/// Takes `step` again once the client's socket is ready for it; false when the last result was a failure or the end.
bool TLSPump::goOn(int result, Step step) {
    switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
        await(outer_, Tcp::socket::wait_read, step);
        return true;
    case SSL_ERROR_WANT_WRITE:
        await(outer_, Tcp::socket::wait_write, step);
        return true;
    default:
        return false;
    }
}

template <class Socket> void TLSPump::await(Socket& socket, asio::socket_base::wait_type what, Step step) {
    socket.async_wait(what, [self = shared_from_this(), step](ErrorCode error) {
        if (!error) ((*self).*step)();
    });
}

/// Lets the loop's other connections have their turn first.
void TLSPump::later(Step step) {
    asio::post(loop_.context(), [self = shared_from_this(), step] { ((*self).*step)(); });
}

void TLSPump::setDeadline(std::chrono::milliseconds time) {
    timer_.expires_after(time);
    timer_.async_wait([weak = weak_from_this()](ErrorCode error) {
        const auto self = weak.lock();
        if (!error && self) self->cut();
    });
}

}  // namespace chs
