// What a loop knows of a connection, whatever protocol it speaks.
#pragma once

#include "Command.hpp"
#include "Net.hpp"

#include <memory>

namespace chs {

class Loop;

/// Belongs to one loop thread: every member function runs there.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(Loop& loop, uint16_t slot) : loop_(loop), slot_(slot) {}
    virtual ~Connection() = default;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// The exchange that commands may name now; 0 when there is none.
    chs_id exchange() const { return exchange_; }
    TimePoint deadline() const { return deadline_; }

    virtual void handle(Command& command) = 0;
    /// Sends what the commands of one batch have left in the queue.
    virtual void flush() {}
    /// The deadline has passed.
    virtual void expire() = 0;
    /// Ends as soon as the running exchange allows.
    virtual void drain() = 0;
    /// Ends now.
    virtual void cut() = 0;

protected:
    void setDeadline(TimePoint deadline);

    Loop& loop_;
    const uint16_t slot_;
    chs_id exchange_ = 0;

private:
    TimePoint deadline_ = never;
};

}  // namespace chs
