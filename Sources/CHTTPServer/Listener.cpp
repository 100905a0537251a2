#include "Listener.hpp"

#include "Server.hpp"
#include "Session.hpp"

#include <stdexcept>

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
    const auto endpoint = resolve(loop.context(), host, port);
    ErrorCode error;
    const auto check = [&](const char* what) {
        if (error) throw std::runtime_error(std::string(what) + ": " + error.message());
    };
    acceptor_.open(endpoint.protocol(), error);
    check("cannot open a socket");
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
    Loop& target = server_.nextLoop();
    acceptor_.async_accept(target.context(), [this, &target](ErrorCode error, Tcp::socket socket) {
        accepted(error, std::move(socket), target);
    });
}

void Listener::accepted(ErrorCode error, Tcp::socket socket, Loop& target) {
    if (error == asio::error::operation_aborted || server_.isDraining()) return;
    if (error == asio::error::no_descriptors || error == asio::error::no_memory ||
        error == asio::error::no_buffer_space) {
        return pause();
    }
    if (!error) {
        if (server_.admitConnection()) {
            asio::post(target.context(), [&target, socket = std::move(socket)]() mutable {
                target.add(std::move(socket));
            });
        } else {
            turnAway(socket);
        }
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

void Listener::turnAway(Tcp::socket& socket) {
    static constexpr char answer[] =
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\nConnection: close\r\n\r\n";
    ErrorCode ignored;
    socket.non_blocking(true, ignored);
    socket.write_some(asio::buffer(answer, sizeof answer - 1), ignored);
    socket.shutdown(Tcp::socket::shutdown_both, ignored);
}

void Listener::close() {
    ErrorCode ignored;
    acceptor_.close(ignored);
    retry_.cancel();
}

}  // namespace chs
