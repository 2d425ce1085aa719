#include "load.h"

#include "common.h"

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

int32_t walk_turn_milli(uint32_t index, uint32_t seq)
{
    return (int32_t)((index * 31u + seq * 7u) % 6283u) - 3141;
}

void client_move(struct client *client)
{
    if (client->state != CLIENT_JOINED)
        return;
    uint32_t seq = client->seq + 1;
    uint64_t at_ns = now_ns();
    if (!load.options.wire->move(client, seq)) {
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
    if (load.options.wire->say(client))
        load.tally.chat_expected += client->room->count;
    else
        load.tally.blocked++;
}
