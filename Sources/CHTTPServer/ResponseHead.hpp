// Status line and the header fields the server writes itself.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace chs {

struct ResponseHead {
    unsigned status;
    /// Content-Length; -1 writes none.
    int64_t contentLength;
    bool isChunked;
    bool close;
    /// HTTP/1.0 clients have to be told.
    bool keepAlive;
};

/// Statuses that never have a body.
bool isBodyless(unsigned status);

/// Appends everything up to the handler's own fields; they and the empty line follow.
void appendHead(std::string& text, const ResponseHead& head, std::string_view dateField);

/// Fields, empty line and body of an error the server answers itself.
std::string errorContent(unsigned status, std::string_view message, size_t& fieldsCount);

}  // namespace chs
