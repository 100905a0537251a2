#include "ResponseHead.hpp"

// Needed by the header below, which forgets it.
#include <ostream>

#include <boost/beast/http/status.hpp>

namespace chs {

bool isBodyless(unsigned status) { return status < 200 || status == 204 || status == 304; }

void appendHead(std::string& text, const ResponseHead& head, std::string_view dateField) {
    const auto reason = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(head.status));
    text += "HTTP/1.1 ";
    text += std::to_string(head.status);
    text += ' ';
    text.append(reason.data(), reason.size());
    text += "\r\n";
    text += dateField;
    if (head.contentLength >= 0) {
        text += "Content-Length: ";
        text += std::to_string(head.contentLength);
        text += "\r\n";
    }
    if (head.isChunked) text += "Transfer-Encoding: chunked\r\n";
    if (head.close) {
        text += "Connection: close\r\n";
    } else if (head.keepAlive) {
        text += "Connection: keep-alive\r\n";
    }
}

std::string errorContent(unsigned status, std::string_view message, size_t& fieldsCount) {
    std::string text = "Content-Type: application/json; charset=UTF-8\r\n";
    if (status == 503) text += "Retry-After: 1\r\n";
    fieldsCount = text.size();
    text += "\r\n{\n  \"error\": \"code=";
    text += std::to_string(status);
    text += ", message=";
    text += message;
    text += "\",\n  \"message\": \"";
    text += message;
    text += "\"\n}\n";
    return text;
}

}  // namespace chs
