#define _GNU_SOURCE
#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common.h"

enum { READ_MAX = 256 * 1024, SEND_MAX = 8192 };

/* One for all: a connection's unfinished frame is copied in front of what is read next. */
static uint8_t inbox[MESSAGE_MAX + WS_HEADER_MAX + READ_MAX];
static uint8_t inflated[MESSAGE_MAX];

void problem(const struct client *client, const char *format, ...)
{
    if (load.tally.first_problem[0])
        return;
    char *out = load.tally.first_problem;
    size_t size = sizeof load.tally.first_problem;
    int used = snprintf(out, size, "%.40s: ", client->user);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(out + used, size - (size_t)used, format, arguments);
    va_end(arguments);
}

static uint32_t fresh_mask(void)
{
    static uint32_t state = 0x9e3779b9u; /* xorshift: masks need no secrecy here */
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

bool client_frame(struct client *client, uint8_t opcode, const void *payload, size_t size)
{
    uint8_t frame[SEND_MAX + WS_HEADER_MAX];
    if (size > SEND_MAX)
        die("load: a message over %d bytes", SEND_MAX);
    size_t length = ws_masked(frame, opcode, payload, size, fresh_mask());
    ssize_t sent = send(client->fd, frame, length, MSG_NOSIGNAL);
    if (sent == (ssize_t)length)
        return true;
    if (sent < 0 && (errno == EAGAIN || errno == EPIPE || errno == ECONNRESET))
        return false;
    /* A send buffer takes a frame whole or not at all, but for the last one before it is full. */
    die("load: the server stopped reading in the middle of a frame: %m");
}

void client_gone(struct client *client, const char *why)
{
    if (client->state == CLIENT_GONE)
        return;
    if (client->state != CLIENT_JOINED)
        die("load: %s could not join: %s", client->user, why);
    load.tally.gone++;
    problem(client, "the connection ended: %s", why);
    client_close(client);
}

void client_joined(struct client *client)
{
    client->state = CLIENT_JOINED;
    load.joined++;
    load.in_flight--;
}

void client_close(struct client *client)
{
    static const uint8_t normal[2] = {1000 >> 8, 1000 & 0xff};
    if (client->state == CLIENT_GONE || client->fd < 0)
        return;
    uint8_t frame[16];
    size_t size = ws_masked(frame, WS_CLOSE, normal, sizeof normal, fresh_mask());
    /* A courtesy: where even this does not fit, the server sees the socket close. */
    send(client->fd, frame, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    close(client->fd);
    client->state = CLIENT_GONE;
    if (client->inflater != NULL)
        inflateEnd(client->inflater);
    free(client->inflater);
    client->inflater = NULL;
}

void client_connect(struct client *client)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(client->port)};
    if (inet_pton(AF_INET, client->host, &address.sin_addr) != 1)
        die("load: not an IPv4 address: %s", client->host);
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (client->fd < 0)
        die("load: socket: %m");
    set_nodelay(client->fd);
    if (connect(client->fd, (struct sockaddr *)&address, sizeof address) < 0
        && errno != EINPROGRESS)
        die("load: connect: %m");
    struct epoll_event interest = {.events = EPOLLOUT, .data.ptr = client};
    if (epoll_ctl(load.epoll, EPOLL_CTL_ADD, client->fd, &interest) < 0)
        die("load: epoll_ctl: %m");
    client->state = CLIENT_CONNECTING;
}

/* The socket is open: ask for the upgrade as a browser does. */
static void ask_upgrade(struct client *client)
{
    char request[1024];
    const char *subprotocol = load.options.wire->subprotocol;
    int size = snprintf(request, sizeof request,
                        "GET %s HTTP/1.1\r\nHost: %s:%u\r\nConnection: Upgrade\r\n"
                        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        "Sec-WebSocket-Key: " WS_NONCE "\r\n%s%s%s%s\r\n",
                        client->path, client->host, client->port,
                        subprotocol ? "Sec-WebSocket-Protocol: " : "",
                        subprotocol ? subprotocol : "", subprotocol ? "\r\n" : "",
                        load.options.deflate ? "Sec-WebSocket-Extensions: permessage-deflate; "
                                               "client_max_window_bits\r\n"
                                             : "");
    if (size >= (int)sizeof request || send(client->fd, request, (size_t)size, MSG_NOSIGNAL) != size)
        client_gone(client, "the upgrade request was not taken");
    struct epoll_event interest = {.events = EPOLLIN, .data.ptr = client};
    if (epoll_ctl(load.epoll, EPOLL_CTL_MOD, client->fd, &interest) < 0)
        die("load: epoll_ctl: %m");
    client->state = CLIENT_JOINING;
}

static void start_inflater(struct client *client)
{
    client->inflater = must_calloc(1, sizeof *client->inflater);
    if (inflateInit2(client->inflater, -MAX_WBITS) != Z_OK)
        die("load: inflateInit2 failed");
}

/* Bytes of the upgrade's answer that were used, 0 while it is not whole. */
static size_t take_upgrade(struct client *client, uint8_t *data, size_t size)
{
    const uint8_t *end = memmem(data, size, "\r\n\r\n", 4);
    if (end == NULL)
        return 0;
    size_t head = (size_t)(end + 4 - data);
    if (memcmp(data, "HTTP/1.1 101", 12) != 0 || !memmem(data, head, WS_ACCEPT, strlen(WS_ACCEPT)))
        die("load: not an upgrade: %.*s", (int)head, (const char *)data);
    bool deflate = memmem(data, head, "permessage-deflate", 18) != NULL;
    if (deflate != load.options.deflate)
        die("load: permessage-deflate was %s: %.*s", deflate ? "not offered" : "not taken",
            (int)head, (const char *)data);
    const char *subprotocol = load.options.wire->subprotocol;
    if (subprotocol != NULL && !memmem(data, head, subprotocol, strlen(subprotocol)))
        die("load: %s was not taken: %.*s", subprotocol, (int)head, (const char *)data);
    if (deflate)
        start_inflater(client);
    client->upgraded = true;
    load.options.wire->open(client);
    return head;
}

/* The text of a deflated message in `inflated` (RFC 7692 §7.2.2); its size. */
static size_t inflate_message(struct client *client, uint8_t *data, size_t size)
{
    static const uint8_t tail[4] = {0, 0, 0xff, 0xff};
    const struct span { const uint8_t *at; size_t size; } parts[2] = {{data, size}, {tail, 4}};
    z_stream *stream = client->inflater;
    stream->next_out = inflated;
    stream->avail_out = sizeof inflated;
    for (int i = 0; i < 2; i++) {
        stream->next_in = (Bytef *)(uintptr_t)parts[i].at;
        stream->avail_in = (uInt)parts[i].size;
        int result = inflate(stream, Z_SYNC_FLUSH);
        if ((result != Z_OK && result != Z_BUF_ERROR) || stream->avail_in != 0)
            die("load: a deflated message cannot be read: %s", stream->msg ? stream->msg : "?");
    }
    load.tally.inflated++;
    return sizeof inflated - stream->avail_out;
}

void client_sample(struct client *client)
{
    client->counted = client->slot % load.options.check_every != 0;
    client->room->judged += !client->counted;
    if (!client->counted || client->inflater == NULL)
        return;
    inflateEnd(client->inflater);
    free(client->inflater);
    client->inflater = NULL;
}

static void take_message(struct client *client, struct ws_frame *frame, uint64_t at_ns)
{
    const struct wire *wire = load.options.wire;
    load.tally.deflated += frame->rsv1;
    load.tally.messages += load.under_load;
    if (client->counted) {
        uint64_t updates = wire->count(client, frame, at_ns);
        load.tally.counted++;
        load.tally.received += updates;
        load.tally.window.delivered += load.tally.window.open ? updates : 0;
        return;
    }
    if (!frame->rsv1) {
        wire->take(client, frame->payload, frame->length, at_ns);
        return;
    }
    if (client->inflater == NULL)
        die("load: a deflated message where that was not agreed on");
    size_t size = inflate_message(client, frame->payload, frame->length);
    wire->take(client, inflated, size, at_ns);
}

static void take_frame(struct client *client, struct ws_frame *frame, uint64_t at_ns)
{
    if (!frame->fin || frame->opcode == 0)
        die("load: a fragmented message; none of the servers measured sends such");
    if (frame->opcode == WS_TEXT || frame->opcode == WS_BINARY)
        take_message(client, frame, at_ns);
    else if (frame->opcode == WS_PING)
        /* A full socket means that the server is far behind: it will ask again. */
        load.tally.blocked += !client_frame(client, WS_PONG, frame->payload, frame->length);
    else if (frame->opcode == WS_CLOSE) {
        char why[160];
        unsigned code = frame->length < 2 ? 1005 : frame->payload[0] * 256u + frame->payload[1];
        size_t reason = frame->length < 2 ? 0 : frame->length - 2;
        snprintf(why, sizeof why, "closed with %u %.*s", code, (int)reason,
                 (const char *)frame->payload + 2);
        client_gone(client, why);
    }
}

/* Judge every whole frame in the inbox; returns how many bytes they took. */
static size_t take_frames(struct client *client, size_t size)
{
    uint64_t at_ns = now_ns();
    size_t taken = client->upgraded ? 0 : take_upgrade(client, inbox, size);
    while (client->upgraded && client->state != CLIENT_GONE) {
        struct ws_frame frame;
        int parsed = ws_parse(inbox + taken, size - taken, MESSAGE_MAX, &frame);
        if (parsed < 0)
            die("load: the server sent what is not a frame");
        if (parsed == 0)
            break;
        taken += frame.size;
        take_frame(client, &frame, at_ns);
    }
    return taken;
}

static void client_read(struct client *client)
{
    if (client->carried)
        memcpy(inbox, client->carry, client->carried);
    ssize_t got = recv(client->fd, inbox + client->carried, READ_MAX, 0);
    if (got < 0 && errno == EAGAIN)
        return;
    if (got <= 0) {
        client_gone(client, got == 0 ? "end of stream" : strerror(errno));
        return;
    }
    if (load.tally.window.open) {
        load.tally.window.bytes += (uint64_t)got;
        client->second_bytes += (uint64_t)got;
    }
    size_t size = client->carried + (size_t)got;
    size_t taken = take_frames(client, size);
    client->carried = size - taken;
    if (client->carried == 0 || client->state == CLIENT_GONE)
        return;
    client->carry = must_realloc(client->carry, client->carried);
    memcpy(client->carry, inbox + taken, client->carried);
}

void client_ready(struct client *client, uint32_t epoll_events)
{
    if (client->state == CLIENT_GONE)
        return;
    if (client->state != CLIENT_CONNECTING) {
        client_read(client);
        return;
    }
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(client->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0 || !(epoll_events & EPOLLOUT))
        client_gone(client, strerror(error));
    ask_upgrade(client);
}
