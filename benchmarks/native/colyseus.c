/* Colyseus 0.18: a room's state as binary patches, of which a client has only the newest.
 *
 * The state is what rivals/node/colyseus.mjs declares: a map of players, each with the fields below.
 * A patch is a list of structures that have changed, each with the fields that have: what two moves
 * between two patches leave is one update. `seq` holds the sender's index above its count of moves,
 * so that a patch can be judged without knowing which structure is whose.
 */
#define _GNU_SOURCE
#include <math.h>
#include <string.h>

#include "common.h"
#include "load.h"

enum { JOIN_ROOM = 10, ROOM_DATA = 13, ROOM_STATE = 14, ROOM_STATE_PATCH = 15 };
enum { SWITCH_TO_STRUCTURE = 255, OPERATION = 0xc0, ADD = 0x80, REPLACE = 0 };
enum { SEQ, X, Y, Z, ROT_Y, ANIM, SPEAKING, FIELDS };
enum { SEQ_BITS = 18 };

/* What one structure of a patch says; `has` has a bit for each field. */
struct change {
    unsigned has;
    uint32_t seq;
    float places[FIELDS];
};

struct reader {
    const uint8_t *at, *end;
};

static bool skip(struct reader *reader, size_t size)
{
    if ((size_t)(reader->end - reader->at) < size)
        return false;
    reader->at += size;
    return true;
}

/* A structure's number, as @colyseus/schema packs it. */
static bool skip_number(struct reader *reader)
{
    if (!skip(reader, 1))
        return false;
    uint8_t first = reader->at[-1];
    if (first < 0x80)
        return true;
    return first >= 0xcc && first <= 0xce && skip(reader, (size_t)1 << (first - 0xcc));
}

static bool read_field(struct reader *reader, unsigned field, struct change *change)
{
    if (field == ANIM)
        return skip(reader, 1) && (reader->at[-1] & 0xe0) == 0xa0
               && skip(reader, reader->at[-1] & 0x1f);
    if (field == SPEAKING)
        return skip(reader, 1);
    if (!skip(reader, 4))
        return false;
    /* Little-endian, as every machine that this runs on. */
    memcpy(field == SEQ ? (void *)&change->seq : &change->places[field], reader->at - 4, 4);
    return true;
}

/* The next structure of a patch; false where it is not one of a player's, or not whole. */
static bool read_change(struct reader *reader, struct change *change)
{
    change->has = 0;
    if (!skip(reader, 1) || reader->at[-1] != SWITCH_TO_STRUCTURE || !skip_number(reader))
        return false;
    while (reader->at < reader->end && *reader->at != SWITCH_TO_STRUCTURE) {
        unsigned operation = *reader->at & OPERATION, field = *reader->at & ~OPERATION;
        reader->at++;
        if ((operation != ADD && operation != REPLACE) || field >= FIELDS
            || !read_field(reader, field, change))
            return false;
        change->has |= 1u << field;
    }
    return change->has >> SEQ & 1;
}

static void unreadable(struct client *client)
{
    load.tally.foreign++;
    problem(client, "a patch of something else than players' fields");
}

/* Whether a coordinate is the sender's at that seq; one that is left out is as it was before. */
static bool right_coordinate(const struct change *change, unsigned field, int32_t now, int32_t last)
{
    if (change->has >> field & 1)
        return lroundf(change->places[field] * 1000) == now;
    return now == last;
}

static void check_change(struct client *client, const struct change *change, uint64_t at_ns)
{
    uint32_t index = change->seq >> SEQ_BITS, seq = change->seq & ((1u << SEQ_BITS) - 1);
    const struct client *sender = index < load.count ? load.clients[index] : NULL;
    uint32_t last = sender && sender->room == client->room ? client->last_seen[sender->slot] : 0;
    if (!check_order(client, sender, seq, at_ns))
        return;
    /* Before its first move everybody stands at 0. */
    int32_t last_x = last ? walk_x_mm(index, last) : 0, last_z = last ? walk_z_mm(index, last) : 0;
    bool is_right = right_coordinate(change, X, walk_x_mm(index, seq), last_x)
                    && right_coordinate(change, Z, walk_z_mm(index, seq), last_z);
    check_place(client, sender, seq, is_right, at_ns);
}

static void open_nothing(struct client *client)
{
    (void)client; /* the seat in the path is the join, and the server confirms it */
}

static uint8_t *put_text(uint8_t *out, const char *text)
{
    size_t size = strlen(text);
    *out++ = (uint8_t)(0xa0 | size);
    memcpy(out, text, size);
    return out + size;
}

static uint8_t *put_big_endian(uint8_t *out, uint8_t mark, uint64_t value, unsigned bytes)
{
    *out++ = mark;
    while (bytes--)
        *out++ = (uint8_t)(value >> 8 * bytes);
    return out;
}

/* A number as JavaScript has it: a double. */
static uint8_t *put_milli(uint8_t *out, const char *key, int32_t thousandths)
{
    double number = thousandths / 1000.0;
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return put_big_endian(put_text(out, key), 0xcb, bits, 8);
}

/* A message of the type "move": a map of seven fields in MessagePack. */
static bool move_colyseus(struct client *client, uint32_t seq)
{
    uint8_t message[128] = {ROOM_DATA}, *out = put_text(message + 1, "move");
    if (seq >> SEQ_BITS)
        die("load: over %d moves of one client", 1 << SEQ_BITS);
    *out++ = 0x80 | FIELDS;
    out = put_big_endian(put_text(out, "seq"), 0xce, client->index << SEQ_BITS | seq, 4);
    out = put_milli(out, "x", walk_x_mm(client->index, seq));
    out = put_text(out, "y");
    *out++ = 0;
    out = put_milli(out, "z", walk_z_mm(client->index, seq));
    out = put_milli(out, "rotY", walk_turn_milli(client->index, seq));
    out = put_text(put_text(out, "anim"), "walk");
    out = put_text(out, "speaking");
    *out++ = 0xc2; /* false */
    return client_frame(client, WS_BINARY, message, (size_t)(out - message));
}

/* What is no patch, or comes before the load. */
static void take_control(struct client *client, uint8_t code)
{
    static const uint8_t joined = JOIN_ROOM;
    if (code == JOIN_ROOM && !client_frame(client, WS_BINARY, &joined, 1))
        client_gone(client, "the join was not taken");
    if (code == ROOM_STATE && client->state == CLIENT_JOINING)
        client_joined(client);
}

/* Read a patch, judged or only counted; how many updates it held. */
static uint64_t read_patch(struct client *client, const uint8_t *data, size_t size, bool judge,
                           uint64_t at_ns)
{
    struct reader reader = {data + 1, data + size};
    struct change change;
    uint64_t updates = 0;
    while (reader.at < reader.end) {
        if (!read_change(&reader, &change)) {
            unreadable(client);
            return updates;
        }
        updates++;
        if (judge)
            check_change(client, &change, at_ns);
    }
    return updates;
}

/* Before the load patches only say who comes in. */
static bool is_patch(const uint8_t *data, size_t size)
{
    return size && data[0] == ROOM_STATE_PATCH && load.under_load;
}

static void take_colyseus(struct client *client, const uint8_t *data, size_t size, uint64_t at_ns)
{
    if (is_patch(data, size))
        read_patch(client, data, size, true, at_ns);
    else if (size)
        take_control(client, data[0]);
}

static uint64_t count_colyseus(struct client *client, const struct ws_frame *frame, uint64_t at_ns)
{
    if (frame->rsv1)
        die("load: a deflated patch, which cannot be counted unread");
    if (is_patch(frame->payload, frame->length))
        return read_patch(client, frame->payload, frame->length, false, at_ns);
    return 0;
}

const struct wire wire_colyseus = {
    .name = "colyseus",
    .open = open_nothing,
    .move = move_colyseus,
    .take = take_colyseus,
    .count = count_colyseus,
};
