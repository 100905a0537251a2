// A request as it comes in: Beast's parser, and the rules of RFC 9112 that Beast leaves to its user.
#pragma once

#include "CHTTPServer.h"
#include "Net.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/field.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace chs {

class Server;

/// Why a request is not taken.
struct Refusal {
    unsigned status;
    const char* message;
    explicit operator bool() const { return status != 0; }
};

constexpr Refusal accepted{0, ""};

/// Looks for the end of a header, and for the bytes that must not be in it, as it arrives.
class HeaderScanner {
public:
    enum class Result { incomplete, complete, malformed };

    /// `input` starts at the header's first byte and only grows from call to call.
    Result scan(std::string_view input);
    /// Bytes of the header with its empty line, once complete.
    size_t end() const { return position_; }
    bool hasFirstLine() const { return lines_ > 0; }
    void reset() { *this = HeaderScanner(); }

private:
    size_t position_ = 0;
    size_t lines_ = 0;
    char previous_ = 0;
    bool lineIsEmpty_ = true;
};

class RequestParser final : public boost::beast::http::basic_parser<true> {
public:
    RequestParser(Server& server, const std::string& remoteAddress);
    ~RequestParser() override;
    RequestParser(const RequestParser&) = delete;
    RequestParser& operator=(const RequestParser&) = delete;

    /// Parses the whole header (found by HeaderScanner) and applies the rules to it.
    Refusal parseHeader(std::string_view header);
    /// Parses a part of the body; `used` receives how much of it.
    Refusal parseBody(std::string_view input, size_t& used);

    /// Whether `count` bytes hold the whole body.
    bool bodyFits(size_t count) const;
    /// Leaves the body out of the request.
    void leaveBodyOut() { lacksBody_ = true; }

    bool isHead() const { return method_ == "HEAD"; }
    bool isHTTP11() const { return version_ >= 11; }
    bool expectsContinue() const { return expectsContinue_; }
    bool isWebSocketHandshake() const;
    const std::string& webSocketKey() const { return webSocketKey_; }

    /// Views into the parser, valid until releaseBody or its end.
    chs_request view(std::vector<chs_field>& fields) const;
    /// Gives the memory of the body back; it stays counted until the parser ends, because the receiver has a copy.
    void releaseBody() { std::string().swap(body_); }

private:
    struct Field {
        std::string name;
        std::string value;
    };

    Refusal checkHeader() const;

    void on_request_impl(boost::beast::http::verb, boost::beast::string_view method,
        boost::beast::string_view target, int version, boost::beast::error_code& error) override;
    void on_response_impl(int, boost::beast::string_view, int, boost::beast::error_code&) override {}
    void on_field_impl(boost::beast::http::field field, boost::beast::string_view name,
        boost::beast::string_view value, boost::beast::error_code& error) override;
    void on_header_impl(boost::beast::error_code& error) override;
    void on_body_init_impl(
        const boost::optional<std::uint64_t>& length, boost::beast::error_code& error) override;
    std::size_t on_body_impl(boost::beast::string_view part, boost::beast::error_code& error) override;
    void on_chunk_header_impl(
        std::uint64_t, boost::beast::string_view, boost::beast::error_code& error) override;
    std::size_t on_chunk_body_impl(
        std::uint64_t, boost::beast::string_view part, boost::beast::error_code& error) override;
    void on_finish_impl(boost::beast::error_code& error) override;

    Server& server_;
    /// Whose bytes are counted; empty until there are some.
    std::string client_;
    const std::string& remoteAddress_;
    std::string method_;
    std::string target_;
    int version_ = 0;
    std::vector<Field> fields_;
    std::string body_;
    size_t countedBytes_ = 0;
    bool headerDone_ = false;
    bool tooManyBytes_ = false;
    bool lacksBody_ = false;

    unsigned hosts_ = 0;
    unsigned contentLengths_ = 0;
    unsigned transferEncodings_ = 0;
    unsigned expectations_ = 0;
    bool hostIsValid_ = true;
    bool contentLengthIsDigits_ = true;
    bool isChunkedOnly_ = true;
    bool expectsContinue_ = false;
    bool upgradesToWebSocket_ = false;
    bool isWebSocketVersion13_ = false;
    std::string webSocketKey_;
};

}  // namespace chs
