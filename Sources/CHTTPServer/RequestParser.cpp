#include "RequestParser.hpp"

#include "Server.hpp"

#include <boost/beast/http/error.hpp>

#include <algorithm>

namespace chs {

namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

constexpr size_t maxFields = 256;

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

bool isDigits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The characters of uri-host and port (RFC 3986). An empty Host is legal.
bool isHost(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](unsigned char c) {
        return std::isalnum(c) || std::string_view("-._~%!$&'()*+;=:[]").find(char(c)) != std::string_view::npos;
    });
}

/// 16 bytes in base64.
bool isWebSocketKey(std::string_view text) {
    return text.size() == 24 && text.substr(22) == "==" &&
        std::all_of(text.begin(), text.begin() + 22,
            [](unsigned char c) { return std::isalnum(c) || c == '+' || c == '/'; });
}

bool startsWith(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

/// origin-form, absolute-form, or "*" for OPTIONS; visible ASCII only, and no fragment.
bool isTarget(std::string_view method, std::string_view target) {
    for (const unsigned char c : target) {
        if (c <= 0x20 || c >= 0x7f || c == '#') return false;
    }
    return startsWith(target, "/") || startsWith(target, "http://") || startsWith(target, "https://") ||
        (target == "*" && method == "OPTIONS");
}

}  // namespace

HeaderScanner::Result HeaderScanner::scan(std::string_view input) {
    for (; position_ < input.size(); ++position_) {
        const unsigned char c = input[position_];
        if (previous_ == '\r') {
            if (c != '\n') return Result::malformed;
            previous_ = char(c);
            if (lineIsEmpty_) {
                ++position_;
                return Result::complete;
            }
            ++lines_;
            lineIsEmpty_ = true;
            continue;
        }
        if (c == '\r') {
            previous_ = '\r';
            continue;
        }
        if ((c < 0x20 && c != '\t') || c == 0x7f) return Result::malformed;
        // A line that begins with white space continues the one before (obs-fold), which nobody may send any more.
        if (lineIsEmpty_ && (c == ' ' || c == '\t')) return Result::malformed;
        lineIsEmpty_ = false;
        previous_ = char(c);
    }
    return Result::incomplete;
}

RequestParser::RequestParser(Server& server, const std::string& remoteAddress)
    : server_(server), remoteAddress_(remoteAddress) {
    header_limit(static_cast<std::uint32_t>(server.config().max_header_bytes + 1));
    body_limit(server.config().max_body_bytes);
    eager(false);
}

RequestParser::~RequestParser() {
    if (countedBytes_ > 0) server_.bodies().giveBack(client_, countedBytes_);
}

Refusal RequestParser::parseHeader(std::string_view header) {
    beast::error_code error;
    const size_t used = put(asio::buffer(header.data(), header.size()), error);
    if (error == http::error::body_limit) return {413, "Request Entity Too Large"};
    if (error == http::error::bad_version) return {400, "the request line must end in HTTP/1.1 or HTTP/1.0"};
    if (error || used != header.size() || !is_header_done()) return {400, "malformed request header"};
    headerDone_ = true;
    eager(true);
    return checkHeader();
}

Refusal RequestParser::checkHeader() const {
    if (!isTarget(method_, target_)) return {400, "the request target must be an absolute path or URL"};
    if (fields_.size() >= maxFields) return {431, "too many header fields"};
    if (hosts_ > 1 || (hosts_ == 0 && isHTTP11())) return {400, "exactly one Host header field is needed"};
    if (!hostIsValid_) return {400, "malformed Host header field"};
    if (contentLengths_ > 1 || !contentLengthIsDigits_) return {400, "malformed Content-Length header field"};
    if (transferEncodings_ > 0 && (transferEncodings_ > 1 || !isChunkedOnly_ || !isHTTP11() || contentLengths_ > 0)) {
        return {400, "the only transfer coding taken is chunked, in HTTP/1.1 and without Content-Length"};
    }
    if (expectations_ > 0 && isHTTP11() && !expectsContinue_) return {417, "the only expectation met is 100-continue"};
    return accepted;
}

Refusal RequestParser::parseBody(std::string_view input, size_t& used) {
    // Line ends, extensions and trailers of the chunked coding are small; only their whole is ever left unread.
    constexpr size_t maxUnparsed = 16 * 1024;
    beast::error_code error;
    used = put(asio::buffer(input.data(), input.size()), error);
    if (tooManyBytes_) return {503, "too many request bodies at one time, try again"};
    if (error == http::error::body_limit) return {413, "Request Entity Too Large"};
    if (error && error != http::error::need_more) return {400, "malformed chunked body"};
    if (error && input.size() - used > maxUnparsed) return {400, "chunk extension or trailer too long"};
    return accepted;
}

bool RequestParser::bodyFits(size_t count) const {
    const auto length = content_length();
    return length.has_value() && *length <= count;
}

bool RequestParser::isWebSocketHandshake() const {
    return upgradesToWebSocket_ && upgrade() && isHTTP11() && method_ == "GET" && isWebSocketVersion13_ &&
        isWebSocketKey(webSocketKey_) && contentLengths_ == 0 && transferEncodings_ == 0;
}

chs_request RequestParser::view(std::vector<chs_field>& fields) const {
    const auto text = [](const std::string& value) { return chs_text{value.data(), value.size()}; };
    fields.clear();
    for (const auto& field : fields_) fields.push_back({text(field.name), text(field.value)});
    chs_request request{};
    request.method = text(method_);
    request.target = text(target_);
    request.fields = fields.data();
    request.field_count = fields.size();
    request.body = reinterpret_cast<const uint8_t*>(body_.data());
    request.body_count = body_.size();
    request.is_websocket_handshake = isWebSocketHandshake();
    request.lacks_body = lacksBody_;
    return request;
}

void RequestParser::on_request_impl(
    http::verb, beast::string_view method, beast::string_view target, int version, beast::error_code&) {
    method_.assign(method.data(), method.size());
    target_.assign(target.data(), target.size());
    version_ = version;
}

void RequestParser::on_field_impl(
    http::field field, beast::string_view name, beast::string_view value, beast::error_code&) {
    // Trailers must not pass for header fields; nobody here needs them.
    if (headerDone_ || fields_.size() >= maxFields) return;
    fields_.push_back({std::string(name.data(), name.size()), std::string(value.data(), value.size())});
    switch (field) {
    case http::field::host:
        ++hosts_;
        hostIsValid_ = hostIsValid_ && isHost(chs::view(value));
        break;
    case http::field::content_length:
        ++contentLengths_;
        contentLengthIsDigits_ = contentLengthIsDigits_ && isDigits(chs::view(value));
        break;
    case http::field::transfer_encoding:
        ++transferEncodings_;
        isChunkedOnly_ = beast::iequals(value, "chunked");
        break;
    case http::field::expect:
        ++expectations_;
        expectsContinue_ = beast::iequals(value, "100-continue");
        break;
    case http::field::upgrade:
        upgradesToWebSocket_ = beast::iequals(value, "websocket");
        break;
    case http::field::sec_websocket_version:
        isWebSocketVersion13_ = value == "13";
        break;
    case http::field::sec_websocket_key:
        webSocketKey_.assign(value.data(), value.size());
        break;
    default:
        break;
    }
}

void RequestParser::on_header_impl(beast::error_code&) {}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) {}

std::size_t RequestParser::on_body_impl(beast::string_view part, beast::error_code& error) {
    if (client_.empty()) client_ = BodyBudget::clientName(remoteAddress_);
    if (!server_.bodies().take(client_, part.size())) {
        tooManyBytes_ = true;
        error = http::error::body_limit;
        return 0;
    }
    countedBytes_ += part.size();
    body_.append(part.data(), part.size());
    return part.size();
}

void RequestParser::on_chunk_header_impl(std::uint64_t, beast::string_view, beast::error_code&) {}

std::size_t RequestParser::on_chunk_body_impl(
    std::uint64_t, beast::string_view part, beast::error_code& error) {
    return on_body_impl(part, error);
}

void RequestParser::on_finish_impl(beast::error_code&) {}

}  // namespace chs
