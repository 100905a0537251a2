// The server: its configuration, the loops with their threads, the listener, and the counts all loops share.
#pragma once

#include "BodyBudget.hpp"
#include "CHTTPServer.h"
#include "Listener.hpp"
#include "Loop.hpp"
#include "TLSPump.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace chs {

class Server {
public:
    /// Binds and starts; throws std::exception with a text for people.
    Server(const chs_config& config, const chs_callbacks& callbacks);
    ~Server();

    uint16_t port() const { return listener_->port(); }
    void submit(Command&& command);
    void drain(std::chrono::milliseconds grace);
    void stop();

    const chs_config& config() const { return config_; }
    const chs_callbacks& callbacks() const { return callbacks_; }
    /// None for plain HTTP.
    asio::ssl::context* tls() { return tls_.get(); }
    bool isDraining() const { return draining_.load(std::memory_order_relaxed); }

    /// The loop for the next connection. Called by the listener only.
    Loop& nextLoop() { return *loops_[nextLoop_++ % loops_.size()]; }

    /// Counts a connection; false when there are too many.
    bool admitConnection();
    /// Counts the TLS end of a connection besides the connection itself, until `connectionEnded`.
    void pumpStarted() { connections_.fetch_add(1); }
    void connectionEnded();
    void tellDrainedIfDone();

    BodyBudget& bodies() { return bodies_; }

private:
    chs_config config_;
    const chs_callbacks callbacks_;
    BodyBudget bodies_;
    std::unique_ptr<asio::ssl::context> tls_;
    std::vector<std::unique_ptr<Loop>> loops_;
    std::unique_ptr<Listener> listener_;
    size_t nextLoop_ = 0;
    std::atomic<size_t> connections_{0};
    std::atomic<bool> draining_{false};
    std::atomic<bool> drainedTold_{false};
    bool stopped_ = false;
};

}  // namespace chs
