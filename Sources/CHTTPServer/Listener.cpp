#include "Listener.hpp"

#include "Server.hpp"
#include "Session.hpp"

#include <cerrno>
#include <stdexcept>
#include <sys/socket.h>

namespace chs {

namespace {

/// A numeric address, or the first one the system's resolver knows for a name.
Tcp::endpoint resolve(asio::io_context& context, const std::string& host, uint16_t port) {
    ErrorCode error;
    const auto address = asio::ip::make_address(host, error);
    if (!error) return {address, port};
    Tcp::resolver resolver(context);
    const auto found = resolver.resolve(host, std::to_string(port), Tcp::resolver::passive, error);
    if (error || found.empty()) throw std::runtime_error("cannot resolve the address: " + error.message());
    return found.begin()->endpoint();
}

}  // namespace

Listener::Listener(Server& server, Loop& loop, const std::string& host, uint16_t port)
    : server_(server), acceptor_(loop.context()), retry_(loop.context()) {
    open(resolve(loop.context(), host, port));
}

/// Sockets are made by hand, because Asio leaves them open in the programs that this one starts.
void Listener::open(const Tcp::endpoint& endpoint) {
    ErrorCode error;
    const auto check = [&](const char* what) {
        if (error) throw std::runtime_error(std::string(what) + ": " + error.message());
    };
    const auto protocol = endpoint.protocol();
    FileDescriptor made(::socket(protocol.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!made) error = ErrorCode(errno, boost::system::system_category());
    check("cannot open a socket");
    acceptor_.assign(protocol, made.get(), error);
    check("cannot open a socket");
    made.release();
    acceptor_.set_option(Tcp::acceptor::reuse_address(true), error);
    check("cannot set SO_REUSEADDR");
    if (endpoint.address().is_v6() && endpoint.address().is_unspecified()) {
        acceptor_.set_option(asio::ip::v6_only(false), error);
        check("cannot listen for IPv4 and IPv6");
    }
    acceptor_.bind(endpoint, error);
    check("cannot bind the address");
    acceptor_.listen(asio::socket_base::max_listen_connections, error);
    check("cannot listen");
    port_ = acceptor_.local_endpoint(error).port();
    check("cannot tell the bound port");
}

void Listener::accept() {
    if (!acceptor_.is_open() || server_.isDraining()) return;
    acceptor_.async_wait(Tcp::acceptor::wait_read, [this](ErrorCode error) {
        if (!error) acceptWaiting();
    });
}

void Listener::acceptWaiting() {
    // A rush of connections must not keep the thread from those it has.
    for (int turn = 0; turn < 64 && acceptor_.is_open() && !server_.isDraining(); ++turn) {
        FileDescriptor connection(
            ::accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
        if (!connection) {
            if (errno == EAGAIN) break;
            if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) return pause();
            continue;
        }
        if (!server_.admitConnection()) {
            turnAway(connection);
            continue;
        }
        Loop& target = server_.nextLoop();
        asio::post(target.context(), [&target, connection = std::move(connection)]() mutable {
            if (target.server().tls() != nullptr) {
                target.addTLS(std::move(connection));
            } else {
                target.add(std::move(connection));
            }
        });
    }
    accept();
}

/// Out of descriptors or memory: trying again at once would only burn time.
void Listener::pause() {
    retry_.expires_after(std::chrono::milliseconds(100));
    retry_.async_wait([this](ErrorCode error) {
        if (!error) accept();
    });
}

void Listener::turnAway(const FileDescriptor& connection) {
    static constexpr char answer[] =
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\nConnection: close\r\n\r\n";
    // As far as it goes: the client learns of the refusal from the end of the connection, too.
    (void)::send(connection.get(), answer, sizeof answer - 1, MSG_NOSIGNAL);
    ::shutdown(connection.get(), SHUT_RDWR);
}

void Listener::close() {
    ErrorCode ignored;
    acceptor_.close(ignored);
    retry_.cancel();
}

}  // namespace chs
