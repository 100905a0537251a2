// HTTP/1.1 and WebSocket server with a C interface.
//
// Threads: every callback runs on one of the server's io threads. Callbacks for one id always come from the same
// thread, in order. Callbacks must not block and must not call chs_stop or chs_free. All other functions may be
// called from any thread; they copy what they are given before they return.
//
// Ids: a request is known by an id, never by a pointer. Calls for an id whose exchange is over are dropped.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct chs_server chs_server;

/// What every received WebSocket message counts besides its bytes, so that empty ones do not come without limit.
enum { chs_websocket_message_cost = 64 };

/// One request and the exchange that answers it. Never zero, never reused while the server lives.
typedef uint64_t chs_id;

/// Bytes that are valid during the call only; not terminated by a zero.
typedef struct chs_text {
    const char *bytes;
    size_t count;
} chs_text;

typedef struct chs_field {
    chs_text name;
    chs_text value;
} chs_field;

/// A whole request. Everything in it is valid during the callback only.
typedef struct chs_request {
    chs_text method;
    chs_text target;
    chs_text remote_address;
    const chs_field *fields;
    size_t field_count;
    const uint8_t *body;
    size_t body_count;
    /// 1 when the request is a correct WebSocket handshake, so that chs_websocket_accept can be used.
    uint8_t is_websocket_handshake;
    /// 1 when the request has a body that wants_body did not want.
    uint8_t lacks_body;
} chs_request;

typedef struct chs_callbacks {
    void *context;
    /// The header of a request has arrived, and not yet all of its body. Returns 0 when the body is not worth waiting
    /// for: the request is then delivered without it, and its connection ends with the reply.
    int (*wants_body)(void *context, const chs_request *request);
    /// A request has arrived. Returns 0 to take it, else 400 (its target makes no sense) or 503 (come back later),
    /// which the server then answers itself.
    int (*request)(void *context, chs_id id, const chs_request *request);
    /// The client has closed its sending side while its reply was pending or being sent: most have gone, some only
    /// wait for the reply, which can still be sent.
    void (*half_closed)(void *context, chs_id id);
    /// The connection broke, or the server cut it, before the exchange was over. Its id is dead.
    void (*disconnected)(void *context, chs_id id);
    /// `count` bytes given to chs_stream_write or chs_websocket_send have left for the network.
    void (*sent)(void *context, chs_id id, size_t count);
    /// A whole message. No further ones are read until chs_websocket_received has credited enough of them back.
    void (*websocket_message)(void *context, chs_id id, int is_text, const uint8_t *bytes, size_t count);
    /// The WebSocket is over; `code` is the peer's close code, 1005 without one, 1006 when the connection dropped.
    void (*websocket_closed)(void *context, chs_id id, uint16_t code);
    /// After chs_drain: the last connection is gone. Comes at most once.
    void (*drained)(void *context);
} chs_callbacks;

typedef struct chs_config {
    /// Numeric IPv4 or IPv6 address, or a name to resolve.
    chs_text host;
    /// 0 picks a free port.
    uint16_t port;
    /// PEM files of the certificate chain and its key; empty for plain HTTP.
    chs_text certificate_file;
    chs_text key_file;
    /// PEM file of the authorities of clients: without a certificate of one of them nobody is served. Empty asks
    /// for none.
    chs_text client_authorities_file;
    /// io threads, 1 ... 64.
    uint32_t threads;
    /// Simultaneous connections, 1 ... 65 000; the next ones are told to come back (503).
    uint32_t max_connections;
    /// Bytes of request line and header fields.
    size_t max_header_bytes;
    /// Bytes of one request body.
    size_t max_body_bytes;
    /// Bytes of all request bodies held at one time; over it requests get a 503. Once half of them are taken, those of
    /// a client that holds a quarter, too.
    size_t max_buffered_body_bytes;
    /// Bytes of one WebSocket message from the peer.
    size_t max_websocket_message_bytes;
    /// From the first byte of a request to the end of its header.
    uint32_t header_timeout_ms;
    /// From the first byte of a request to its last.
    uint32_t request_timeout_ms;
    /// A kept-alive connection without a request.
    uint32_t idle_timeout_ms;
    /// A reply of which the client takes no byte.
    uint32_t write_timeout_ms;
    /// Between two pings on a silent WebSocket; it is dropped when nothing came back for twice this time.
    uint32_t websocket_ping_ms;
} chs_config;

/// Binds, listens and starts the io threads. Returns NULL and a text in `error` (at most `error_size` bytes with
/// the final zero) when that fails. `*port` receives the bound port.
chs_server *chs_start(
    const chs_config *config, const chs_callbacks *callbacks, uint16_t *port, char *error, size_t error_size);

/// Stops accepting, closes idle connections, ends WebSockets with 1001, and closes every other connection after its
/// running exchange, or at the latest after `grace_ms`. `drained` tells the end.
void chs_drain(chs_server *server, uint32_t grace_ms);

/// Cuts what is left and joins the io threads: no callback runs after it has returned. Calls that come later for any
/// id are dropped.
void chs_stop(chs_server *server);

/// Releases a stopped server.
void chs_free(chs_server *server);

/// Header fields of a reply are given as one block of complete lines ("Name: value\r\n"), without the fields of
/// framing (Content-Length, Transfer-Encoding, Connection) and Date, which the server writes itself.

/// Answers with a whole body. The exchange is over.
void chs_reply(
    chs_server *server, chs_id id, uint16_t status, const uint8_t *fields, size_t fields_count, const uint8_t *body,
    size_t body_count, int close);

/// Answers with `length` bytes of the open file `fd` from `offset`. Takes `fd` over in any case. A file that turns out
/// shorter cuts the connection. The exchange is over.
void chs_reply_file(
    chs_server *server, chs_id id, uint16_t status, const uint8_t *fields, size_t fields_count, int fd,
    uint64_t offset, uint64_t length, int close);

/// Begins a streamed body; `content_length` is -1 when unknown (chunked transfer coding). For requests and statuses
/// without a body, what is written to the stream is dropped and credited.
void chs_stream_begin(
    chs_server *server, chs_id id, uint16_t status, const uint8_t *fields, size_t fields_count,
    int64_t content_length, int close);

/// Appends to the body. Every byte is credited back by `sent`. More than the promised length cuts the connection.
void chs_stream_write(chs_server *server, chs_id id, const uint8_t *bytes, size_t count);

/// Ends the body; less than the promised length cuts the connection. The exchange is over.
void chs_stream_end(chs_server *server, chs_id id);

/// Resets the connection, so that the client sees a broken transfer. The exchange is over.
void chs_abort(chs_server *server, chs_id id);

/// Completes the handshake; the id then stands for the WebSocket. Messages may be sent at once.
void chs_websocket_accept(chs_server *server, chs_id id);

/// Sends one message. Its bytes are credited back by `sent`.
void chs_websocket_send(chs_server *server, chs_id id, int is_text, const uint8_t *bytes, size_t count);

/// Credits received messages back: their bytes and chs_websocket_message_cost for each.
void chs_websocket_received(chs_server *server, chs_id id, size_t count);

/// Closes after everything sent before has left. `reason` is cut to 123 bytes at a character's edge.
void chs_websocket_close(chs_server *server, chs_id id, uint16_t code, const uint8_t *reason, size_t reason_count);

#ifdef __cplusplus
}
#endif
