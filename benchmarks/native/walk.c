#include "load.h"

#include "common.h"

static int32_t triangle(uint32_t at, uint32_t half)
{
    uint32_t phase = at % (2 * half);
    return (int32_t)(phase < half ? phase : 2 * half - phase);
}

enum {
    JUMP_SEQS = 75, /* between two jumps of somebody who jumps: 5 s at 15 Hz */
    JUMP_EVERY = 2, /* of those who are judged in a crowd, each n-th jumps */
};

bool walk_jumps(uint32_t index)
{
    return load.options.near && index % (JUMP_EVERY * load.options.check_every) == 0;
}

static uint32_t jumps(uint32_t index, uint32_t seq)
{
    return walk_jumps(index) ? (seq + index) / JUMP_SEQS : 0;
}

bool walk_jumped(uint32_t index, uint32_t seq)
{
    return seq > 1 && jumps(index, seq) != jumps(index, seq - 1);
}

/* To and fro over a side; a jump goes on elsewhere on it. In a room of 16 × 12 m, where somebody
 * makes 20 steps a second, one of 65 and 37 mm is a brisk walk of 1.5 m/s; in a hall 15 of 81 and
 * 46 mm are 1.4 m/s. */
int32_t walk_x_mm(uint32_t index, uint32_t seq)
{
    uint32_t side = (uint32_t)(load.options.hall_m * 1000);
    if (side)
        return triangle(index * 7919u + seq * 81u + jumps(index, seq) * (side / 5 * 3), side)
               - (int32_t)side / 2;
    return triangle(index * 7919u + seq * 65u, 16000) - 8000;
}

int32_t walk_z_mm(uint32_t index, uint32_t seq)
{
    uint32_t side = (uint32_t)(load.options.hall_m * 1000);
    if (side)
        return triangle(index * 3571u + seq * 46u + jumps(index, seq) * (side / 7 * 4), side)
               - (int32_t)side / 2;
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
    crowd_moved(client, at_ns);
}

void client_chat(struct client *client)
{
    if (client->state != CLIENT_JOINED)
        return;
    if (load.options.wire->say(client))
        load.tally.chat_expected += client->room->judged;
    else
        load.tally.blocked++;
}
