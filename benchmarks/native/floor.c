/* The floor: the least that a server on this kernel can spend on the job of a room.
 *
 * It accepts WebSockets, answers joins, turns each transform into one fixed-size frame and every
 * 50 ms writes to each member of a room one buffer with all frames of that tick: one write() per
 * receiver. It checks no token, no order, no rate and no bounds, and it cannot survive a slow
 * receiver. Whatever a real server costs above it is the price of its language and its rules.
 *
 * Usage: floor PORT     listens on 127.0.0.1, prints "ready" and serves until a signal ends it.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <signal.h>
#include <unistd.h>

#include "common.h"
#include "ws.h"

enum {
    TICK_NS = 50 * 1000 * 1000,
    FRAME_SIZE = 185, /* what an avatar_transform_broadcast of an ordinary guest takes */
    IN_MAX = 8192,    /* an upgrade request or a few client messages of at most 4 KiB */
    MESSAGE_MAX = 4096,
    ID_MAX = 129,
    TS_DIGITS = 13, /* of epoch milliseconds, until the year 2286 */
    ROOMS_MAX = 1024,
    MEMBERS_MAX = 1024,
    TICK_FRAMES_MAX = 4 * MEMBERS_MAX,
    EVENTS_MAX = 512,
};

struct room {
    char id[ID_MAX];
    struct client *members[MEMBERS_MAX];
    size_t count;
    uint8_t *tick; /* the frames of this tick, TICK_FRAMES_MAX at most */
    size_t used;
};

struct client {
    int fd;
    int upgraded;
    struct room *room; /* NULL before the join */
    char user[ID_MAX];
    uint8_t in[IN_MAX];
    size_t used;
};

static struct room rooms[ROOMS_MAX];
static size_t room_count;

static void send_all(struct client *client, const void *data, size_t size)
{
    /* A queue for slow receivers would be cost that the floor must not have. */
    if (write(client->fd, data, size) != (ssize_t)size)
        die("floor: a receiver is too slow, the run is void: %m");
}

/* The value of a string field: copied to out, false where it is missing or too long. */
static int string_field(const char *text, size_t size, const char *key, char out[ID_MAX])
{
    const char *start = memmem(text, size, key, strlen(key));
    if (start == NULL)
        return 0;
    start += strlen(key);
    const char *end = memchr(start, '"', size - (size_t)(start - text));
    if (end == NULL || end - start >= ID_MAX)
        return 0;
    memcpy(out, start, (size_t)(end - start));
    out[end - start] = '\0';
    return 1;
}

static struct room *find_room(const char *id)
{
    for (size_t i = 0; i < room_count; i++)
        if (strcmp(rooms[i].id, id) == 0)
            return &rooms[i];
    if (room_count == ROOMS_MAX)
        die("floor: too many rooms");
    struct room *room = &rooms[room_count++];
    snprintf(room->id, sizeof room->id, "%s", id);
    room->tick = must_calloc(TICK_FRAMES_MAX, FRAME_SIZE);
    return room;
}

static void send_text(struct client *client, const char *text, size_t size)
{
    uint8_t frame[WS_HEADER_MAX + 512];
    if (size > 512)
        die("floor: answer too long");
    size_t header = ws_header(frame, WS_TEXT, size);
    memcpy(frame + header, text, size);
    send_all(client, frame, header + size);
}

static void join(struct client *client, const char *text, size_t size)
{
    char room_id[ID_MAX];
    if (!string_field(text, size, "\"roomId\":\"", room_id)
        || !string_field(text, size, "\"userId\":\"", client->user))
        die("floor: a join without roomId or userId");
    client->room = find_room(room_id);
    if (client->room->count == MEMBERS_MAX)
        die("floor: too many members");
    client->room->members[client->room->count++] = client;
    char answer[512];
    int length = snprintf(answer, sizeof answer,
                          "{\"v\":1,\"t\":\"room_state\",\"ts\":%lld,\"payload\":{\"roomId\":\"%s\","
                          "\"serverTimeMs\":%lld,\"members\":[]}}",
                          (long long)wall_ms(), room_id, (long long)wall_ms());
    send_text(client, answer, (size_t)length);
}

/* Add the member's transform to its room's tick: the client's own fields from "seq" on, behind the
 * sender's id, padded with spaces to the fixed size. */
static void transform(struct client *client, const char *text, size_t size)
{
    struct room *room = client->room;
    const char *fields = memmem(text, size, "\"seq\":", 6);
    if (room == NULL || fields == NULL)
        die("floor: not a transform of a member: %.*s", (int)size, text);
    if (room->used == TICK_FRAMES_MAX * FRAME_SIZE)
        die("floor: more transforms in one tick than it has room for");
    uint8_t *frame = room->tick + room->used;
    size_t header = ws_header(frame, WS_TEXT, FRAME_SIZE - 4);
    char *out = (char *)frame + header;
    size_t left = FRAME_SIZE - header;
    const char *ts = memmem(text, size, "\"ts\":", 5);
    if (ts == NULL || ts + 5 + TS_DIGITS > text + size)
        die("floor: a transform without ts");
    int prefix = snprintf(out, left,
                          "{\"v\":1,\"t\":\"avatar_transform_broadcast\",\"ts\":%.*s,"
                          "\"payload\":{\"userId\":\"%s\",",
                          TS_DIGITS, ts + 5, client->user);
    size_t rest = size - (size_t)(fields - text);
    if (prefix < 0 || (size_t)prefix + rest > left)
        die("floor: a transform over %d bytes", FRAME_SIZE);
    memcpy(out + prefix, fields, rest);
    memset(out + prefix + rest, ' ', left - (size_t)prefix - rest);
    room->used += FRAME_SIZE;
}

static void flush_rooms(void)
{
    for (size_t i = 0; i < room_count; i++) {
        struct room *room = &rooms[i];
        if (room->used == 0)
            continue;
        for (size_t j = 0; j < room->count; j++)
            send_all(room->members[j], room->tick, room->used);
        room->used = 0;
    }
}

static void drop(struct client *client)
{
    struct room *room = client->room;
    for (size_t i = 0; room != NULL && i < room->count; i++)
        if (room->members[i] == client)
            room->members[i] = room->members[--room->count];
    close(client->fd);
    free(client);
}

/* Bytes of the upgrade request that were used, 0 while it is not whole. */
static size_t upgrade(struct client *client)
{
    static const char answer[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                 "Connection: Upgrade\r\nSec-WebSocket-Accept: " WS_ACCEPT
                                 "\r\n\r\n";
    uint8_t *end = memmem(client->in, client->used, "\r\n\r\n", 4);
    if (end == NULL)
        return 0;
    if (memmem(client->in, client->used, WS_NONCE, strlen(WS_NONCE)) == NULL)
        die("floor: it only answers RFC 6455's sample nonce");
    send_all(client, answer, sizeof answer - 1);
    client->upgraded = 1;
    return (size_t)(end + 4 - client->in);
}

/* Bytes of one frame that were used, 0 while it is not whole, -1 when the client leaves. */
static ssize_t take_frame(struct client *client, uint8_t *data, size_t size)
{
    struct ws_frame frame;
    int parsed = ws_parse(data, size, MESSAGE_MAX, &frame);
    if (parsed == 0)
        return 0;
    if (parsed < 0 || frame.opcode == WS_CLOSE)
        return -1;
    const char *text = (const char *)frame.payload;
    if (frame.opcode == WS_TEXT && client->room != NULL)
        transform(client, text, frame.length);
    else if (frame.opcode == WS_TEXT)
        join(client, text, frame.length);
    return (ssize_t)frame.size;
}

/* Read what there is; false when the client is gone. */
static int serve(struct client *client)
{
    ssize_t got = read(client->fd, client->in + client->used, IN_MAX - client->used);
    if (got <= 0)
        return got < 0 && errno == EAGAIN;
    client->used += (size_t)got;
    size_t taken = client->upgraded ? 0 : upgrade(client);
    while (client->upgraded && taken < client->used) {
        ssize_t step = take_frame(client, client->in + taken, client->used - taken);
        if (step < 0)
            return 0;
        if (step == 0)
            break;
        taken += (size_t)step;
    }
    memmove(client->in, client->in + taken, client->used - taken);
    client->used -= taken;
    return client->used < IN_MAX;
}

static int listen_on(int port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int on = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0
        || bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 1024) < 0)
        die("floor: cannot listen on %d: %m", port);
    return fd;
}

static void accept_all(int listener, int epoll)
{
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0 && errno == EAGAIN)
            return;
        if (fd < 0)
            die("floor: accept: %m");
        set_nodelay(fd);
        struct client *client = must_calloc(1, sizeof *client);
        client->fd = fd;
        struct epoll_event interest = {.events = EPOLLIN, .data.ptr = client};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &interest) < 0)
            die("floor: epoll_ctl: %m");
    }
}

static void watch(int epoll, int fd, void *mark)
{
    struct epoll_event interest = {.events = EPOLLIN, .data.ptr = mark};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &interest) < 0)
        die("floor: epoll_ctl: %m");
}

int main(int count, char **arguments)
{
    if (count != 2)
        die("usage: floor PORT");
    /* The benchmark that started it is gone: so is its purpose. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_IGN);
    int listener = listen_on(atoi(arguments[1]));
    int timer = periodic_timer(TICK_NS);
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    watch(epoll, listener, &listener);
    watch(epoll, timer, &timer);
    puts("ready");
    fflush(stdout);
    struct epoll_event events[EVENTS_MAX];
    for (;;) {
        int ready = epoll_wait(epoll, events, EVENTS_MAX, -1);
        for (int i = 0; i < ready; i++) {
            uint64_t fired;
            if (events[i].data.ptr == &listener)
                accept_all(listener, epoll);
            else if (events[i].data.ptr == &timer && read(timer, &fired, sizeof fired) > 0)
                flush_rooms();
            else if (events[i].data.ptr != &timer && !serve(events[i].data.ptr))
                drop(events[i].data.ptr);
        }
    }
}
