// The TLS end of one connection: decrypts what the client sends into a local socket, whose other end is an ordinary
// connection of the loop, and encrypts what comes back.
#pragma once

#include "Net.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace chs {

class Loop;
class Server;

/// Makes the context of all TLS connections; throws std::exception with a text for people.
/// Without authorities of clients no client is asked for a certificate.
std::unique_ptr<asio::ssl::context> makeTLSContext(
    const std::string& certificateFile, const std::string& keyFile, const std::string& clientAuthoritiesFile);

/// Lives on one loop's thread, and for as long as one of its operations runs. Waits for readiness and calls what never
/// blocks, so that no buffer is held while nothing is under way; what one side does not take at once is kept, and the
/// other side waits for it.
class TLSPump : public std::enable_shared_from_this<TLSPump> {
public:
    using Inner = asio::local::stream_protocol::socket;

    TLSPump(Loop& loop, Tcp::socket outer, Inner inner);
    ~TLSPump();

    void start();

private:
    using Step = void (TLSPump::*)();

    struct Free {
        void operator()(SSL* ssl) const { SSL_free(ssl); }
    };

    void handshake();
    void receive();
    bool pass(std::string_view bytes);
    void endInput();
    void send();
    bool encrypt(std::string_view bytes);
    void closeOuter();
    void end();
    void drain();
    void cut();
    bool goOn(int result, Step step);
    template <class Socket> void await(Socket& socket, asio::socket_base::wait_type what, Step step);
    void later(Step step);
    void setDeadline(std::chrono::milliseconds time);

    Loop& loop_;
    Server& server_;
    Tcp::socket outer_;
    Inner inner_;
    asio::steady_timer timer_;
    std::unique_ptr<SSL, Free> ssl_;
    /// Decrypted, and not taken by the connection yet.
    std::string received_;
    /// Of the connection, and not taken by the client yet.
    std::string unsent_;
    /// The connection takes nothing more: what the client still sends is thrown away.
    bool isDeaf_ = false;
    /// All is said: only the client's end is waited for, lest a reset overtakes what it was sent.
    bool isDraining_ = false;
};

}  // namespace chs
