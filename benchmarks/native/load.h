/* The load generator's parts: load.c (arguments and phases), client.c (one connection), wires.c (the
 * languages that servers speak: json.c, compact.c, colyseus.c), walk.c (where everybody is), check.c (is what
 * arrives right?), crowd.c (how a crowd is seen) and result.c (the JSON line). */
#ifndef VIRTUBAR_LOAD_H
#define VIRTUBAR_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

#include "histogram.h"
#include "ws.h"

enum {
    ID_MAX = 129,
    SENT_RING = 256, /* send times kept per client: 12 s at 20 Hz, over any delay worth measuring */
    ROOM_MAX = 4096,
    CLIENTS_MAX = 16384,
    MESSAGE_MAX = 1 << 20, /* the largest message a server may send: a room_state of a full room */
    STAT_MAX = 1024,       /* one line of /proc/PID/stat */
    IN_FLIGHT_MAX = 64,    /* joins at once: a door, not a flood */
    NEAR_MAX = 64,         /* neighbours of somebody that are looked at */
    JUMP_NEAR = 10,        /* the same after a jump */
};

enum client_state { CLIENT_NEW, CLIENT_CONNECTING, CLIENT_JOINING, CLIENT_JOINED, CLIENT_GONE };

struct room {
    char id[ID_MAX];
    struct client *members[ROOM_MAX];
    uint32_t count;
    uint32_t judged; /* of them, as of client_sample */
};

/* Somebody has jumped to others, and now they have to be seen at full rate. */
struct jump {
    uint64_t at_ns; /* 0 while there is none */
    uint32_t count, slots[JUMP_NEAR];
    uint64_t full_ns[JUMP_NEAR]; /* since when each has been */
    bool seen[JUMP_NEAR];        /* at all, since then */
};

struct client {
    /* Who it is, as the driver's list says. */
    char *host, *path, *join_message;
    uint16_t port;
    char user[ID_MAX];
    struct room *room;
    uint32_t index, slot; /* among all clients, in its room */

    /* Its connection. */
    int fd;
    enum client_state state;
    bool upgraded;
    bool counted; /* its updates are counted and not judged, see client_sample */
    uint8_t *carry; /* the bytes of a frame that is not whole yet */
    size_t carried;
    z_stream *inflater; /* NULL where nothing is deflated, or only counted */

    /* What it sent: seq 1, 2, 3 … */
    uint32_t seq;
    uint64_t sent_ns[SENT_RING];

    /* What it received: the last seq of each room mate, by slot; who stands for which number in
     * binary messages (compact.c), NULL for nobody. */
    uint32_t *last_seen;
    const struct client **indices;
    uint32_t indices_count;
    struct jump jump;
    /* Bytes in the window, and in its second that is under way. */
    uint64_t bytes, second_bytes;
};

/* How a crowd was seen while the window was open, in microseconds. */
struct crowd_tally {
    struct histogram behind_us;  /* since those nearest left the place where they are seen */
    struct histogram near_us;    /* how old the newest place of those nearest is */
    struct histogram anybody_us; /* the same of everybody */
    struct histogram full_us;    /* from a jump on, until those nearest are seen at full rate */
};

/* What was seen since the load began; `window` only what was seen while it was open. */
struct tally {
    uint64_t sent, blocked;         /* transforms; not sent because the socket was full */
    uint64_t expected, received;    /* deliveries */
    uint64_t chat_expected, chat_received; /* the same of chat */
    uint64_t skipped;               /* never came to a judged receiver, but a newer one did */
    uint64_t repeated;              /* where the crowd is looked at: what the receiver knew */
    uint64_t disorder;              /* seq not above the last one of that sender */
    uint64_t invented;              /* a seq that was never sent */
    uint64_t foreign;               /* from no member of the room */
    uint64_t wrong;                 /* coordinates that its sender did not send at that seq */
    uint64_t refused;               /* error and auth_error events */
    uint64_t messages, counted;     /* under load; those of them that were not judged */
    uint64_t deflated, inflated;    /* frames with RSV1; those of them that were read */
    uint64_t gone;                  /* connections that the server ended */
    char first_problem[256];
    struct {
        bool open;
        uint64_t due, delivered, bytes;
        struct histogram echo_us, others_us;
    } window;
    struct crowd_tally crowd;
    uint64_t second_bytes_max; /* the most that one client got in one second of the window */
};

/* A language that servers speak. A server with another one needs a row in wires.c and these: */
struct wire {
    const char *name;
    const char *subprotocol; /* of the WebSocket, which the server has to take; NULL for none */
    /* The WebSocket is open: ask to join, unless the server has to speak first. */
    void (*open)(struct client *client);
    /* Send the transform with that seq: false where the socket is full or gone. */
    bool (*move)(struct client *client, uint32_t seq);
    /* Say something: the same. NULL where the language has no chat. */
    bool (*say)(struct client *client);
    /* Act on one whole message, which `at_ns` was read from the socket: joined, a ping, updates. */
    void (*take)(struct client *client, const uint8_t *data, size_t size, uint64_t at_ns);
    /* How many updates one message holds, without judging them; deflated ones are as they came. */
    uint64_t (*count)(struct client *client, const struct ws_frame *frame, uint64_t at_ns);
};

struct options {
    double rate_hz, warmup_s, window_s, settle_s, drain_s, connect_s, chat_every_s;
    double hall_m;  /* the hall that is walked in is a square of this side; 0 is 16 by 12 m */
    bool deflate, hold;
    const struct wire *wire;
    uint32_t near;        /* how many of those nearest are looked at; 0 is not to look at the crowd */
    uint32_t check_every; /* judge what each n-th member of a room gets, count the others' */
    int server_pid;
    const char *list;
};

struct load {
    struct options options;
    struct client **clients;
    uint32_t count;
    struct room **rooms;
    uint32_t room_count;
    uint32_t *users; /* hash table: user id → client index + 1 */
    uint32_t users_mask;
    int epoll;
    uint32_t started, joined, in_flight;
    bool under_load; /* everybody is in, and moves */
    struct tally tally;
};

extern struct load load;

/* client.c */
void client_connect(struct client *client);
void client_ready(struct client *client, uint32_t epoll_events);
/* Send one frame whole, or nothing: false where the socket is full or gone. */
bool client_frame(struct client *client, uint8_t opcode, const void *payload, size_t size);
/* The server has let it in. */
void client_joined(struct client *client);
/* It is no more, and here is why; the program ends where it has not even joined. */
void client_gone(struct client *client, const char *why);
void client_close(struct client *client);
/* From now on what arrives is judged for each n-th member of a room, and counted for the others. */
void client_sample(struct client *client);
void problem(const struct client *client, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* wires.c */
/* NULL where there is none of that name. */
const struct wire *wire_named(const char *name);

/* json.c: what other languages of VirtuBar's have in common with envelopes */
void json_open(struct client *client);
bool json_move(struct client *client, uint32_t seq);
bool json_say(struct client *client);
void json_take(struct client *client, const uint8_t *data, size_t size, uint64_t at_ns);
uint64_t json_count(struct client *client, const struct ws_frame *frame, uint64_t at_ns);

/* walk.c */
/* Where a client's avatar is at a seq, in millimetres: a walk to and fro that anyone can recompute,
 * so that an update whose payload was mixed up is noticed. */
int32_t walk_x_mm(uint32_t index, uint32_t seq);
int32_t walk_z_mm(uint32_t index, uint32_t seq);
/* Which way it looks, in thousandths of a radian. */
int32_t walk_turn_milli(uint32_t index, uint32_t seq);
/* Whether somebody jumps to another end of the hall every few seconds, and has at that seq. */
bool walk_jumps(uint32_t index);
bool walk_jumped(uint32_t index, uint32_t seq);
/* Send the client's next transform. */
void client_move(struct client *client);
/* Say something. */
void client_chat(struct client *client);

/* check.c */
uint32_t user_hash(const char *user, size_t size);
void users_fill(void);
/* NULL where there is none. */
struct client *find_user(const char *user, size_t size);
/* Judge one envelope of the server; `at_ns` is when it was read from the socket. */
void check_message(struct client *client, const char *text, size_t size, uint64_t at_ns);
bool is_event(const char *text, size_t size, const char *name);
/* Judge an update's sender, NULL for nobody, and its seq; true where its place can be judged. */
bool check_order(struct client *client, const struct client *sender, uint64_t seq, uint64_t at_ns);
/* Take an update as right, or, where it is not at its sender's place, as wrong. */
void check_place(struct client *client, const struct client *sender, uint32_t seq, bool is_right,
                 uint64_t at_ns);

/* crowd.c */
/* Look at the crowd, where it is time to. */
void crowd_sample(void);
/* See what everybody got, where a second of the window is over, or it is the last one. */
void crowd_end_second(bool last);
/* A client has moved. */
void crowd_moved(struct client *client, uint64_t at_ns);
/* An update of a sender has come, so many after the one before. */
void crowd_seen(struct client *client, const struct client *sender, uint32_t missed,
                uint64_t at_ns);

/* result.c */
/* Lines of /proc as the kernel wrote them; the driver reads them. */
struct process_state {
    char stat[STAT_MAX];  /* of the server */
    uint64_t cpu_ns;      /* that its threads have run, to the ns; 0 where the kernel does not say */
    char cores[STAT_MAX]; /* of the machine */
};
void read_process_state(struct process_state *state);

struct measurement {
    double seconds, generator_cpu_s;
    struct process_state before, after;
};
void print_result(const struct measurement *measured);

#endif
