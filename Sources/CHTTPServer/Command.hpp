// What other threads ask a loop to do with an exchange.
#pragma once

#include "CHTTPServer.h"

#include <string>
#include <unistd.h>
#include <utility>

namespace chs {

/// An open file with one owner.
class FileDescriptor {
public:
    FileDescriptor() = default;
    explicit FileDescriptor(int number) : number_(number) {}
    FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~FileDescriptor() {
        if (number_ >= 0) ::close(number_);
    }

    int get() const { return number_; }
    /// Gives the ownership up.
    int release() { return std::exchange(number_, -1); }
    explicit operator bool() const { return number_ >= 0; }

private:
    int number_ = -1;
};

struct Command {
    enum class Kind {
        reply,
        replyFile,
        streamBegin,
        streamWrite,
        streamEnd,
        abort,
        websocketAccept,
        websocketSend,
        websocketReceived,
        websocketClose,
    };

    Kind kind;
    chs_id id;
    /// HTTP status, or close code of a WebSocket.
    uint16_t status = 0;
    /// Close the connection after the reply.
    bool close = false;
    bool isText = false;
    /// Content length (-1: unknown), length of a file region, or credit, as the kind needs it.
    int64_t length = 0;
    uint64_t offset = 0;
    FileDescriptor file;
    /// The field block first (`fieldsCount` bytes), then an empty line and the body.
    std::string bytes;
    size_t fieldsCount = 0;
};

/// A streamed piece is framed by the thread that hands it over, so that it is copied once only: eight hexadecimal
/// digits and a line end before it, a line end after it. Without chunked transfer coding the frame is left out.
constexpr size_t chunkPrefixSize = 10;
constexpr size_t chunkSuffixSize = 2;

}  // namespace chs
