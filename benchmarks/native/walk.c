#include "load.h"

#include <stdio.h>

#include "common.h"

enum { TRANSFORM_MAX = 512 };

static int32_t triangle(uint32_t at, uint32_t half)
{
    uint32_t phase = at % (2 * half);
    return (int32_t)(phase < half ? phase : 2 * half - phase);
}

/* A step of 65 and 37 mm at 20 Hz is a brisk walk of 1.5 m/s in a room of 16 × 12 m. */
int32_t walk_x_mm(uint32_t index, uint32_t seq)
{
    return triangle(index * 7919u + seq * 65u, 16000) - 8000;
}

int32_t walk_z_mm(uint32_t index, uint32_t seq)
{
    return triangle(index * 3571u + seq * 37u, 12000) - 6000;
}

static int milli(char *out, size_t size, int32_t value)
{
    int32_t magnitude = value < 0 ? -value : value;
    return snprintf(out, size, "%s%d.%03d", value < 0 ? "-" : "", magnitude / 1000,
                    magnitude % 1000);
}

void client_move(struct client *client)
{
    if (client->state != CLIENT_JOINED)
        return;
    uint32_t seq = client->seq + 1;
    char x[16], z[16], turn[16], message[TRANSFORM_MAX];
    milli(x, sizeof x, walk_x_mm(client->index, seq));
    milli(z, sizeof z, walk_z_mm(client->index, seq));
    milli(turn, sizeof turn, (int32_t)((client->index * 31u + seq * 7u) % 6283u) - 3141);
    int size = snprintf(message, sizeof message,
                        "{\"v\":1,\"t\":\"avatar_transform\",\"ts\":%lld,\"payload\":{\"roomId\":"
                        "\"%s\",\"seq\":%u,\"x\":%s,\"y\":0.0,\"z\":%s,\"rotY\":%s,"
                        "\"anim\":\"walk\",\"speaking\":false}}",
                        (long long)wall_ms(), client->room->id, seq, x, z, turn);
    if (size >= TRANSFORM_MAX)
        die("load: a transform over %d bytes", TRANSFORM_MAX);
    uint64_t at_ns = now_ns();
    if (!client_send(client, "avatar_transform", message, (size_t)size)) {
        load.tally.blocked++;
        return;
    }
    client->seq = seq;
    client->sent_ns[seq % SENT_RING] = at_ns;
    load.tally.sent++;
    load.tally.expected += client->room->count;
    if (load.tally.window.open)
        load.tally.window.due += client->room->count;
}

void client_chat(struct client *client)
{
    if (client->state != CLIENT_JOINED)
        return;
    char message[TRANSFORM_MAX];
    int size = snprintf(message, sizeof message,
                        "{\"v\":1,\"t\":\"local_chat\",\"ts\":%lld,\"payload\":{\"roomId\":"
                        "\"%s\",\"text\":\"Number %u, and I have walked %u steps tonight.\","
                        "\"mode\":\"local\"}}",
                        (long long)wall_ms(), client->room->id, client->index, client->seq);
    if (size >= TRANSFORM_MAX)
        die("load: a message over %d bytes", TRANSFORM_MAX);
    if (client_send(client, "local_chat", message, (size_t)size))
        load.tally.chat_expected += client->room->count;
    else
        load.tally.blocked++;
}
