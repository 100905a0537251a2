// Accepts connections and deals them out to the loops.
#pragma once

#include "Command.hpp"
#include "Net.hpp"

#include <string>

namespace chs {

class Loop;
class Server;

/// Lives on the first loop.
class Listener {
public:
    /// Binds and listens; throws std::exception with a text for people.
    Listener(Server& server, Loop& loop, const std::string& host, uint16_t port);

    uint16_t port() const { return port_; }
    void accept();
    void close();

private:
    void open(const Tcp::endpoint& endpoint);
    void acceptWaiting();
    void pause();
    static void turnAway(const FileDescriptor& connection);

    Server& server_;
    Tcp::acceptor acceptor_;
    asio::steady_timer retry_;
    uint16_t port_ = 0;
};

}  // namespace chs
