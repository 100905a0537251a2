#include "Loop.hpp"

#include "Server.hpp"
#include "Session.hpp"

#include <algorithm>
#include <csignal>
#include <sys/socket.h>

namespace chs {

void Connection::setDeadline(TimePoint deadline) {
    deadline_ = deadline;
    if (deadline != never) loop_.watch(deadline);
}

Loop::Loop(Server& server, uint8_t index)
    : server_(server), index_(index), context_(1), work_(context_.get_executor()), timer_(context_) {}

void Loop::start() {
    // Signals belong to the program, and writing to a vanished client must not raise SIGPIPE.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this] { run(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    pthread_setname_np(thread_.native_handle(), "http-io");
}

void Loop::run() {
    for (;;) {
        try {
            context_.run();
            return;
        } catch (const std::exception&) {
            // Out of memory in one connection's handler: the others go on, this one meets its deadline.
        }
    }
}

void Loop::requestStop() {
    {
        std::lock_guard lock(mutex_);
        stopped_ = true;
        submitted_.clear();
    }
    asio::post(context_, [this] {
        cutAll();
        work_.reset();
        context_.stop();
    });
}

void Loop::join() {
    if (thread_.joinable()) thread_.join();
    slots_.clear();
    unflushed_.clear();
}

void Loop::submit(Command&& command) {
    bool first;
    {
        std::lock_guard lock(mutex_);
        if (stopped_) return;
        first = submitted_.empty();
        submitted_.push_back(std::move(command));
    }
    if (first) asio::post(context_, [this] { runCommands(); });
}

void Loop::runCommands() {
    {
        std::lock_guard lock(mutex_);
        running_.swap(submitted_);
    }
    for (auto& command : running_) {
        const size_t slot = (command.id >> 40) & 0xffff;
        if (slot >= slots_.size()) continue;
        const auto connection = slots_[slot].connection;
        if (connection && connection->exchange() == command.id) connection->handle(command);
    }
    running_.clear();
    for (size_t index = 0; index < unflushed_.size(); ++index) {
        const auto connection = std::move(unflushed_[index]);
        connection->flush();
    }
    unflushed_.clear();
}

void Loop::add(FileDescriptor connection) { addSession(std::move(connection), {}); }

void Loop::addTLS(FileDescriptor connection) {
    int ends[2];
    Tcp::socket outer(context_);
    TLSPump::Inner inner(context_);
    ErrorCode error;
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) {
        return server_.connectionEnded();
    }
    FileDescriptor near(ends[0]), far(ends[1]);
    outer.assign(Tcp::v4(), connection.get(), error);
    if (!error) {
        connection.release();
        inner.assign(asio::local::stream_protocol(), near.get(), error);
    }
    if (error) return server_.connectionEnded();
    near.release();
    auto remoteAddress = Session::describe(outer);
    std::make_shared<TLSPump>(*this, std::move(outer), std::move(inner))->start();
    addSession(std::move(far), std::move(remoteAddress));
}

void Loop::addSession(FileDescriptor connection, std::string remoteAddress) {
    Tcp::socket socket(context_);
    ErrorCode error;
    // The family only matters for options of IP that are not used here.
    if (!server_.isDraining()) socket.assign(Tcp::v4(), connection.get(), error);
    if (error || server_.isDraining()) {
        if (socket.is_open()) connection.release();
        server_.connectionEnded();
        return;
    }
    connection.release();
    if (freeSlots_.empty()) {
        freeSlots_.push_back(static_cast<uint16_t>(slots_.size()));
        slots_.emplace_back();
    }
    const uint16_t slot = freeSlots_.back();
    freeSlots_.pop_back();
    const auto session = std::make_shared<Session>(*this, slot, std::move(socket), std::move(remoteAddress));
    slots_[slot].connection = session;
    session->start();
}

void Loop::replace(uint16_t slot, std::shared_ptr<Connection> connection) {
    slots_[slot].connection = std::move(connection);
}

void Loop::release(uint16_t slot) {
    slots_[slot].connection.reset();
    freeSlots_.push_back(slot);
    server_.connectionEnded();
    if (freeSlots_.size() == slots_.size()) {
        armed_ = never;
        timer_.cancel();
    }
}

chs_id Loop::newExchange(uint16_t slot) {
    constexpr uint64_t generationMask = (uint64_t(1) << 40) - 1;
    uint64_t& generation = slots_[slot].generation;
    generation = std::max<uint64_t>(1, (generation + 1) & generationMask);
    return uint64_t(index_) << 56 | uint64_t(slot) << 40 | generation;
}

void Loop::watch(TimePoint deadline) {
    if (deadline < armed_) arm(deadline);
}

/// One timer serves all connections: it is set to the earliest deadline seen and, when it fires, looks for those that
/// have really passed. Deadlines mostly move away before they are reached, so this costs a comparison per request.
void Loop::arm(TimePoint deadline) {
    armed_ = deadline;
    timer_.expires_at(deadline);
    timer_.async_wait([this](ErrorCode error) {
        if (!error) checkDeadlines();
    });
}

void Loop::checkDeadlines() {
    const TimePoint now = Clock::now();
    armed_ = never;
    if (now >= cutAt_) return cutAll();
    TimePoint next = cutAt_;
    // By index: ending a connection may change the table.
    for (size_t index = 0; index < slots_.size(); ++index) {
        const auto connection = slots_[index].connection;
        if (!connection) continue;
        if (connection->deadline() <= now) connection->expire();
        next = std::min(next, connection->deadline());
    }
    if (freeSlots_.size() == slots_.size() || next == never) return;
    // Deadlines close together share one look at the table.
    next = std::max(next, now + std::chrono::milliseconds(20));
    if (next < armed_) arm(next);
}

void Loop::drain(std::chrono::milliseconds grace) {
    for (size_t index = 0; index < slots_.size(); ++index) {
        const auto connection = slots_[index].connection;
        if (connection) connection->drain();
    }
    if (freeSlots_.size() < slots_.size()) {
        cutAt_ = Clock::now() + grace;
        watch(cutAt_);
    }
    server_.tellDrainedIfDone();
}

void Loop::cutAll() {
    for (size_t index = 0; index < slots_.size(); ++index) {
        const auto connection = slots_[index].connection;
        if (connection) connection->cut();
    }
}

const std::string& Loop::dateField() {
    const std::time_t now = std::time(nullptr);
    if (now != dateSecond_) {
        dateSecond_ = now;
        static const char* const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
        static const char* const months[] = {
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        std::tm parts;
        gmtime_r(&now, &parts);
        // Not strftime: its names follow the locale.
        char text[64];
        const int count = std::snprintf(text, sizeof text, "Date: %s, %02d %s %d %02d:%02d:%02d GMT\r\n",
            days[parts.tm_wday], parts.tm_mday, months[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour,
            parts.tm_min, parts.tm_sec);
        dateField_.assign(text, count);
    }
    return dateField_;
}

}  // namespace chs
