// One io thread with the connections that belong to it.
#pragma once

#include "Connection.hpp"

#include <array>
#include <ctime>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace chs {

class Server;

class Loop {
public:
    Loop(Server& server, uint8_t index);

    void start();
    /// Cuts every connection and lets the thread end. Commands that come later are dropped.
    void requestStop();
    void join();
    /// From any thread.
    void submit(Command&& command);

    // The rest runs on the loop's thread.

    asio::io_context& context() { return context_; }
    Server& server() { return server_; }

    void add(FileDescriptor connection);
    /// A connection whose client speaks TLS.
    void addTLS(FileDescriptor connection);
    /// Lets another protocol go on in the place of a connection.
    void replace(uint16_t slot, std::shared_ptr<Connection> connection);
    void release(uint16_t slot);
    chs_id newExchange(uint16_t slot);
    void watch(TimePoint deadline);
    void flushLater(std::shared_ptr<Connection> connection) { unflushed_.push_back(std::move(connection)); }
    void drain(std::chrono::milliseconds grace);

    /// Buffers that nobody keeps across calls.
    asio::mutable_buffer readScratch() { return asio::buffer(readScratch_); }
    std::string& headScratch() { return headScratch_; }
    std::vector<chs_field>& fieldScratch() { return fieldScratch_; }
    /// "Date: ...\r\n" of this second.
    const std::string& dateField();

private:
    struct Slot {
        std::shared_ptr<Connection> connection;
        uint64_t generation = 0;
    };

    void addSession(FileDescriptor connection, std::string remoteAddress);
    void run();
    void runCommands();
    void arm(TimePoint deadline);
    void checkDeadlines();
    void cutAll();

    Server& server_;
    const uint8_t index_;
    asio::io_context context_;
    asio::executor_work_guard<asio::io_context::executor_type> work_;
    std::thread thread_;

    std::mutex mutex_;
    std::vector<Command> submitted_;
    bool stopped_ = false;
    std::vector<Command> running_;
    std::vector<std::shared_ptr<Connection>> unflushed_;

    std::vector<Slot> slots_;
    std::vector<uint16_t> freeSlots_;
    asio::steady_timer timer_;
    TimePoint armed_ = never;
    TimePoint cutAt_ = never;

    std::array<char, 64 * 1024> readScratch_;
    std::string headScratch_;
    std::vector<chs_field> fieldScratch_;
    std::string dateField_;
    std::time_t dateSecond_ = 0;
};

}  // namespace chs
