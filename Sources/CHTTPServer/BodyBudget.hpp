// How many bytes of request bodies are held, and for whom.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

namespace chs {

/// One client may take half of all bytes while nobody else takes any, but never the second half beyond a quarter: bodies
/// that never end must not keep those of other clients out.
class BodyBudget {
public:
    explicit BodyBudget(size_t max) : max_(max) {}

    /// Counts bytes for a client; false when there would be too many.
    bool take(const std::string& client, size_t count);
    void giveBack(const std::string& client, size_t count);

    /// What a client is known by: an IPv4 address, or the first 64 bits of an IPv6 address, as a client has all that
    /// begin with them. `address` has a port.
    static std::string clientName(const std::string& address);

private:
    const size_t max_;
    std::mutex mutex_;
    size_t total_ = 0;
    std::unordered_map<std::string, size_t> byClient_;
};

}  // namespace chs
