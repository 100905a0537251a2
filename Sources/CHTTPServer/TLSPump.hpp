// The TLS end of one connection: decrypts what the client sends into a local socket, whose other end is an ordinary
// connection of the loop, and encrypts what comes back.
#pragma once

#include "Net.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <array>
#include <memory>
#include <string>

namespace chs {

class Loop;
class Server;

/// Makes the context of all TLS connections; throws std::exception with a text for people.
std::unique_ptr<asio::ssl::context> makeTLSContext(const std::string& certificateFile, const std::string& keyFile);

/// Lives on one loop's thread, and for as long as one of its operations runs. Each direction holds one buffer: a slow
/// reader on one side holds up the writer on the other.
class TLSPump : public std::enable_shared_from_this<TLSPump> {
public:
    using Inner = asio::local::stream_protocol::socket;

    TLSPump(Server& server, asio::ssl::context& context, Tcp::socket outer, Inner inner);
    ~TLSPump();

    void start();

private:
    void readOuter();
    void readInner();
    void closeOuter();
    void cut();
    void setDeadline(std::chrono::milliseconds time);

    Server& server_;
    asio::ssl::stream<Tcp::socket> outer_;
    Inner inner_;
    asio::steady_timer timer_;
    std::array<char, 16 * 1024> received_;
    std::array<char, 16 * 1024> sending_;
};

}  // namespace chs
