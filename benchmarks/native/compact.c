/* VirtuBar's short language: envelopes as ever, but moves as records of a binary message, each with
 * a number for its member (docs/protocol.md §12). */
#define _GNU_SOURCE
#include <string.h>

#include "common.h"
#include "load.h"

enum { KIND_MOVES = 1, HEAD_SIZE = 7, INDEX_MAX = 0xffff };
enum { INDEX_16 = 8, TIME_16 = 16, SEQ_32 = 32, XZ_32 = 64, Y_32 = 128 };

struct record {
    uint32_t index, seq;
    int32_t x_mm, z_mm;
};

struct reader {
    const uint8_t *at, *end;
};

/* The next number of so many bytes, little-endian; a record that is cut off has ended before. */
static uint32_t take_number(struct reader *reader, size_t size)
{
    uint32_t value = 0;
    for (size_t i = 0; i < size; i++)
        value |= (uint32_t)reader->at[i] << 8 * i;
    reader->at += size;
    return value;
}

static int32_t take_signed(struct reader *reader, size_t size)
{
    uint32_t value = take_number(reader, size);
    return size == 2 ? (int16_t)value : (int32_t)value;
}

static size_t record_size(uint8_t flags)
{
    return 11 + (flags & INDEX_16 ? 1 : 0) + (flags & TIME_16 ? 1 : 0) + (flags & SEQ_32 ? 2 : 0)
           + (flags & XZ_32 ? 4 : 0) + (flags & Y_32 ? 4 : 0);
}

static void read_record(struct reader *reader, struct record *record)
{
    uint8_t flags = (uint8_t)take_number(reader, 1);
    record->index = take_number(reader, flags & INDEX_16 ? 2 : 1);
    take_number(reader, flags & TIME_16 ? 2 : 1);
    record->seq = take_number(reader, flags & SEQ_32 ? 4 : 2);
    record->x_mm = take_signed(reader, flags & XZ_32 ? 4 : 2);
    record->z_mm = take_signed(reader, flags & XZ_32 ? 4 : 2);
    take_number(reader, 2);
    take_number(reader, flags & Y_32 ? 4 : 0);
}

static void check_record(struct client *client, const struct record *record, uint64_t at_ns)
{
    uint32_t index = record->index;
    const struct client *sender = index < client->indices_count ? client->indices[index] : NULL;
    if (!check_order(client, sender, record->seq, at_ns))
        return;
    bool is_right = record->x_mm == walk_x_mm(sender->index, record->seq)
                    && record->z_mm == walk_z_mm(sender->index, record->seq);
    check_place(client, sender, record->seq, is_right, at_ns);
}

/* Read a message of moves, judged or only counted; how many it held. */
static uint64_t read_moves(struct client *client, const uint8_t *data, size_t size, bool judge,
                           uint64_t at_ns)
{
    struct reader reader = {data + HEAD_SIZE, data + size};
    uint64_t updates = 0;
    for (; reader.at < reader.end; updates++) {
        size_t length = record_size(*reader.at);
        if (length > (size_t)(reader.end - reader.at)) {
            load.tally.foreign++;
            problem(client, "a message of moves that is cut off");
            break;
        }
        struct record record;
        if (judge) {
            read_record(&reader, &record);
            check_record(client, &record, at_ns);
        } else {
            reader.at += length;
        }
    }
    return updates;
}

static void tell(struct client *client, uint32_t index, const struct client *member)
{
    if (index >= client->indices_count) {
        client->indices = must_realloc(client->indices, (index + 1) * sizeof *client->indices);
        for (; client->indices_count <= index; client->indices_count++)
            client->indices[client->indices_count] = NULL;
    }
    client->indices[index] = member;
}

/* [[index,"userId"],…] */
static void take_indices(struct client *client, const char *text, size_t size)
{
    const char *end = text + size, *at = memmem(text, size, "\"members\":[", 11);
    at = at ? at + 11 : end;
    while (at < end && (*at == '[' || *at == ',')) {
        uint32_t index = 0;
        at += *at == ',' ? 2 : 1;
        for (; at < end && *at >= '0' && *at <= '9' && index <= INDEX_MAX; at++)
            index = index * 10 + (uint32_t)(*at - '0');
        const char *user = at + 2;
        const char *quote = user < end ? memchr(user, '"', (size_t)(end - user)) : NULL;
        if (quote == NULL || index > INDEX_MAX)
            die("load: member_indices that cannot be read: %.*s", (int)size, text);
        tell(client, index, find_user(user, (size_t)(quote - user)));
        at = quote + 2;
    }
}

static bool is_moves(const uint8_t *data, size_t size)
{
    return size >= HEAD_SIZE && data[0] == KIND_MOVES;
}

static void take_compact(struct client *client, const uint8_t *data, size_t size, uint64_t at_ns)
{
    const char *text = (const char *)data;
    if (is_moves(data, size))
        read_moves(client, data, size, true, at_ns);
    else if (is_event(text, size, "member_indices"))
        take_indices(client, text, size);
    else
        json_take(client, data, size, at_ns);
}

static uint64_t count_compact(struct client *client, const struct ws_frame *frame, uint64_t at_ns)
{
    /* What is deflated is no move. */
    if (frame->rsv1)
        return 0;
    if (is_moves(frame->payload, frame->length))
        return read_moves(client, frame->payload, frame->length, false, at_ns);
    return json_count(client, frame, at_ns);
}

const struct wire wire_compact = {
    .name = "compact",
    .subprotocol = "virtubar.v1.compact",
    .open = json_open,
    .move = json_move,
    .say = json_say,
    .take = take_compact,
    .count = count_compact,
};
