// The C interface: turns calls into commands for the loops, and exceptions into results.
#include "CHTTPServer.h"

#include "Server.hpp"

#include <cstdio>
#include <cstring>
#include <exception>

struct chs_server : chs::Server {
    using chs::Server::Server;
};

namespace {

using chs::Command;

std::string_view view(const uint8_t* bytes, size_t count) {
    return {count > 0 ? reinterpret_cast<const char*>(bytes) : "", count};
}

/// Hands a command over. Out of memory it is lost, and the exchange meets its end with the connection.
template <class Fill>
void submit(chs_server* server, Command::Kind kind, chs_id id, Fill&& fill) {
    try {
        Command command{kind, id};
        fill(command);
        server->submit(std::move(command));
    } catch (const std::exception&) {
    }
}

void setFields(Command& command, std::string_view fields, std::string_view body) {
    command.fieldsCount = fields.size();
    command.bytes.reserve(fields.size() + 2 + body.size());
    command.bytes.append(fields).append("\r\n").append(body);
}

}  // namespace

chs_server* chs_start(
    const chs_config* config, const chs_callbacks* callbacks, uint16_t* port, char* error, size_t error_size) {
    try {
        auto server = std::make_unique<chs_server>(*config, *callbacks);
        *port = server->port();
        return server.release();
    } catch (const std::exception& failure) {
        if (error_size > 0) std::snprintf(error, error_size, "%s", failure.what());
        return nullptr;
    }
}

void chs_drain(chs_server* server, uint32_t grace_ms) { server->drain(std::chrono::milliseconds(grace_ms)); }

void chs_stop(chs_server* server) { server->stop(); }

void chs_free(chs_server* server) { delete server; }

void chs_reply(
    chs_server* server, chs_id id, uint16_t status, const uint8_t* fields, size_t fields_count, const uint8_t* body,
    size_t body_count, int close) {
    submit(server, Command::Kind::reply, id, [&](Command& command) {
        command.status = status;
        command.close = close != 0;
        setFields(command, view(fields, fields_count), view(body, body_count));
    });
}

void chs_reply_file(
    chs_server* server, chs_id id, uint16_t status, const uint8_t* fields, size_t fields_count, int fd,
    uint64_t offset, uint64_t length, int close) {
    chs::FileDescriptor file(fd);
    submit(server, Command::Kind::replyFile, id, [&](Command& command) {
        command.status = status;
        command.close = close != 0;
        command.offset = offset;
        command.length = static_cast<int64_t>(length);
        setFields(command, view(fields, fields_count), {});
        command.file = std::move(file);
    });
}

void chs_stream_begin(
    chs_server* server, chs_id id, uint16_t status, const uint8_t* fields, size_t fields_count,
    int64_t content_length, int close) {
    submit(server, Command::Kind::streamBegin, id, [&](Command& command) {
        command.status = status;
        command.close = close != 0;
        command.length = content_length;
        setFields(command, view(fields, fields_count), {});
    });
}

void chs_stream_write(chs_server* server, chs_id id, const uint8_t* bytes, size_t count) {
    submit(server, Command::Kind::streamWrite, id, [&](Command& command) {
        char prefix[chs::chunkPrefixSize + 1];
        std::snprintf(prefix, sizeof prefix, "%08zx\r\n", count);
        command.bytes.reserve(chs::chunkPrefixSize + count + chs::chunkSuffixSize);
        command.bytes.append(prefix, chs::chunkPrefixSize).append(view(bytes, count)).append("\r\n");
    });
}

void chs_stream_end(chs_server* server, chs_id id) {
    submit(server, Command::Kind::streamEnd, id, [](Command&) {});
}

void chs_abort(chs_server* server, chs_id id) {
    submit(server, Command::Kind::abort, id, [](Command&) {});
}

void chs_websocket_accept(chs_server* server, chs_id id) {
    submit(server, Command::Kind::websocketAccept, id, [](Command&) {});
}

void chs_websocket_send(chs_server* server, chs_id id, int is_text, const uint8_t* bytes, size_t count) {
    submit(server, Command::Kind::websocketSend, id, [&](Command& command) {
        command.isText = is_text != 0;
        command.bytes = view(bytes, count);
    });
}

void chs_websocket_received(chs_server* server, chs_id id, size_t count) {
    submit(server, Command::Kind::websocketReceived, id, [&](Command& command) {
        command.length = static_cast<int64_t>(count);
    });
}

void chs_websocket_close(chs_server* server, chs_id id, uint16_t code, const uint8_t* reason, size_t reason_count) {
    submit(server, Command::Kind::websocketClose, id, [&](Command& command) {
        command.status = code;
        command.bytes = view(reason, reason_count);
    });
}
