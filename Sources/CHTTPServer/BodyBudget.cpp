#include "BodyBudget.hpp"

#include "Net.hpp"

#include <boost/asio/ip/address.hpp>

namespace chs {

bool BodyBudget::take(const std::string& client, size_t count) {
    const std::lock_guard lock(mutex_);
    const auto entry = byClient_.find(client);
    const size_t total = total_ + count;
    const size_t own = (entry == byClient_.end() ? 0 : entry->second) + count;
    if (total > max_ || (total > max_ / 2 && own > max_ / 4)) return false;
    total_ = total;
    byClient_[client] = own;
    return true;
}

void BodyBudget::giveBack(const std::string& client, size_t count) {
    const std::lock_guard lock(mutex_);
    total_ -= count;
    const auto entry = byClient_.find(client);
    if (entry == byClient_.end()) return;
    entry->second -= count;
    if (entry->second == 0) byClient_.erase(entry);
}

std::string BodyBudget::clientName(const std::string& address) {
    auto host = address.substr(0, address.rfind(':'));
    if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
    ErrorCode error;
    const auto parsed = asio::ip::make_address(host, error);
    if (error || !parsed.is_v6()) return host;
    const auto bytes = parsed.to_v6().to_bytes();
    if (parsed.to_v6().is_v4_mapped()) return std::string(bytes.begin() + 12, bytes.end());
    return std::string(bytes.begin(), bytes.begin() + 8);
}

}  // namespace chs
