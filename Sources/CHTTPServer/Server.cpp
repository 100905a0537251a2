#include "Server.hpp"

#include <stdexcept>

namespace chs {

Server::Server(const chs_config& config, const chs_callbacks& callbacks)
    : config_(config), callbacks_(callbacks), bodies_(config.max_buffered_body_bytes) {
    if (config.threads < 1 || config.threads > 64) throw std::invalid_argument("threads must be 1 ... 64");
    if (config.max_connections < 1 || config.max_connections > 65'000) {
        throw std::invalid_argument("max_connections must be 1 ... 65000");
    }
    if (config.certificate_file.count > 0) {
        const auto text = [](const chs_text& text) { return std::string(text.bytes, text.count); };
        tls_ = makeTLSContext(
            text(config.certificate_file), text(config.key_file), text(config.client_authorities_file));
    }
    for (uint32_t index = 0; index < config.threads; ++index) {
        loops_.push_back(std::make_unique<Loop>(*this, static_cast<uint8_t>(index)));
    }
    listener_ = std::make_unique<Listener>(*this, *loops_[0], std::string(config.host.bytes, config.host.count),
        config.port);
    // The caller's texts do not outlive the call.
    config_.host = config_.certificate_file = config_.key_file = config_.client_authorities_file = {nullptr, 0};
    try {
        for (auto& loop : loops_) loop->start();
    } catch (...) {
        stop();
        throw;
    }
    asio::post(loops_[0]->context(), [this] { listener_->accept(); });
}

Server::~Server() { stop(); }

void Server::submit(Command&& command) {
    const size_t index = command.id >> 56;
    if (command.id != 0 && index < loops_.size()) loops_[index]->submit(std::move(command));
}

void Server::drain(std::chrono::milliseconds grace) {
    if (draining_.exchange(true)) return;
    asio::post(loops_[0]->context(), [this] { listener_->close(); });
    for (auto& loop : loops_) {
        asio::post(loop->context(), [loop = loop.get(), grace] { loop->drain(grace); });
    }
}

void Server::stop() {
    if (stopped_) return;
    stopped_ = true;
    draining_ = true;
    asio::post(loops_[0]->context(), [this] { listener_->close(); });
    for (auto& loop : loops_) loop->requestStop();
    for (auto& loop : loops_) loop->join();
}

bool Server::admitConnection() {
    // With TLS each connection counts twice.
    const size_t most = size_t(config_.max_connections) * (tls_ ? 2 : 1);
    if (connections_.fetch_add(1) < most) return true;
    connections_.fetch_sub(1);
    return false;
}

void Server::connectionEnded() {
    connections_.fetch_sub(1);
    tellDrainedIfDone();
}

void Server::tellDrainedIfDone() {
    if (!isDraining() || connections_.load() != 0 || drainedTold_.exchange(true)) return;
    callbacks_.drained(callbacks_.context);
}

}  // namespace chs
