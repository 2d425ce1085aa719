/* How a crowd is seen by those who are judged: how far behind those nearest to them are, how old
 * anybody's place is, and how soon somebody whom they jump to is seen at full rate. */
#include "load.h"

#include <math.h>
#include <stdlib.h>

#include "common.h"

enum {
    SAMPLE_NS = 100 * 1000 * 1000,
    FULL_NS = 500 * 1000 * 1000, /* after a jump: how long it is looked at */
    SECOND_NS = 1000 * 1000 * 1000,
    GAP = 3,                     /* two moves may be one where a flush is late; three are not */
};

struct neighbour {
    int64_t distance;
    uint32_t slot;
};

static struct place { int32_t x_mm, z_mm; } places[ROOM_MAX];

static int by_distance(const void *a, const void *b)
{
    const struct neighbour *one = a, *other = b;
    return (one->distance > other->distance) - (one->distance < other->distance);
}

static void look_around(const struct room *room)
{
    for (uint32_t slot = 0; slot < room->count; slot++) {
        const struct client *member = room->members[slot];
        places[slot].x_mm = walk_x_mm(member->index, member->seq);
        places[slot].z_mm = walk_z_mm(member->index, member->seq);
    }
}

/* The nearest others, nearest first; how many. A heap of the best would be quicker than needed. */
static uint32_t nearest(const struct client *client, struct neighbour *out, uint32_t wanted)
{
    static struct neighbour all[ROOM_MAX];
    const struct place *own = &places[client->slot];
    uint32_t count = 0, kept = 0;
    int64_t farthest = INT64_MAX;
    for (uint32_t slot = 0; slot < client->room->count; slot++) {
        int64_t x = places[slot].x_mm - own->x_mm, z = places[slot].z_mm - own->z_mm;
        int64_t distance = x * x + z * z;
        if (slot == client->slot || distance >= farthest)
            continue;
        all[count++] = (struct neighbour){distance, slot};
        if (count < 4 * wanted)
            continue;
        qsort(all, count, sizeof *all, by_distance);
        count = wanted;
        farthest = all[count - 1].distance;
    }
    qsort(all, count, sizeof *all, by_distance);
    for (; kept < count && kept < wanted; kept++)
        out[kept] = all[kept];
    return kept;
}

static uint64_t since_us(const struct client *sender, uint32_t seq, uint64_t now)
{
    uint64_t sent_ns = sender->sent_ns[seq % SENT_RING];
    if (sender->seq - seq >= SENT_RING)
        return UINT32_MAX; /* longer ago than anybody remembers */
    return now > sent_ns ? (now - sent_ns) / 1000 : 0;
}

/* How long ago a member left the place where a client sees it: 0 where it is there. */
static uint64_t behind_us(const struct client *client, uint32_t slot, uint64_t now)
{
    const struct client *sender = client->room->members[slot];
    uint32_t seen = client->last_seen[slot];
    return seen < sender->seq ? since_us(sender, seen + 1, now) : 0;
}

/* How old the newest place that a client has of a member is; of one never seen, its first move. */
static uint64_t age_us(const struct client *client, uint32_t slot, uint64_t now)
{
    const struct client *sender = client->room->members[slot];
    uint32_t seen = client->last_seen[slot];
    return sender->seq ? since_us(sender, seen ? seen : 1, now) : 0;
}

static void sample_client(const struct client *client, uint64_t now)
{
    struct crowd_tally *crowd = &load.tally.crowd;
    struct neighbour near[NEAR_MAX];
    for (uint32_t slot = 0; slot < client->room->count; slot++)
        if (slot != client->slot)
            histogram_add(&crowd->anybody_us, age_us(client, slot, now));
    /* Who jumps is somewhere new all the time: that is judged apart. */
    if (walk_jumps(client->index))
        return;
    uint32_t count = nearest(client, near, load.options.near);
    for (uint32_t i = 0; i < count; i++) {
        histogram_add(&crowd->behind_us, behind_us(client, near[i].slot, now));
        histogram_add(&crowd->near_us, age_us(client, near[i].slot, now));
    }
}

void crowd_sample(void)
{
    static uint64_t sampled_ns;
    uint64_t now = now_ns();
    if (!load.options.near || !load.tally.window.open || now - sampled_ns < SAMPLE_NS)
        return;
    sampled_ns = now;
    for (uint32_t i = 0; i < load.room_count; i++) {
        struct room *room = load.rooms[i];
        look_around(room);
        for (uint32_t slot = 0; slot < room->count; slot++)
            if (!room->members[slot]->counted)
                sample_client(room->members[slot], now);
    }
}

void crowd_end_second(bool last)
{
    static uint64_t began_ns;
    uint64_t now = now_ns();
    if (!load.tally.window.open || (!last && began_ns && now - began_ns < SECOND_NS))
        return;
    began_ns = now;
    for (uint32_t i = 0; i < load.count; i++) {
        struct client *client = load.clients[i];
        if (client->second_bytes > load.tally.second_bytes_max)
            load.tally.second_bytes_max = client->second_bytes;
        client->bytes += client->second_bytes;
        client->second_bytes = 0;
    }
}

/* Jumps */

static void settle(struct jump *jump, uint64_t now)
{
    for (uint32_t i = 0; i < jump->count; i++) {
        uint64_t full_ns = jump->seen[i] ? jump->full_ns[i] : now;
        histogram_add(&load.tally.crowd.full_us, (full_ns - jump->at_ns) / 1000);
    }
    jump->at_ns = 0;
}

void crowd_moved(struct client *client, uint64_t at_ns)
{
    if (!load.options.near || client->counted || !walk_jumps(client->index))
        return;
    struct jump *jump = &client->jump;
    if (jump->at_ns && at_ns - jump->at_ns > FULL_NS)
        settle(jump, at_ns);
    if (!load.tally.window.open || !walk_jumped(client->index, client->seq))
        return;
    struct neighbour near[JUMP_NEAR];
    look_around(client->room);
    *jump = (struct jump){.at_ns = at_ns, .count = nearest(client, near, JUMP_NEAR)};
    for (uint32_t i = 0; i < jump->count; i++) {
        jump->slots[i] = near[i].slot;
        jump->full_ns[i] = at_ns;
    }
}

void crowd_seen(struct client *client, const struct client *sender, uint32_t missed, uint64_t at_ns)
{
    struct jump *jump = &client->jump;
    for (uint32_t i = 0; jump->at_ns && i < jump->count; i++) {
        if (jump->slots[i] != sender->slot || at_ns - jump->at_ns > FULL_NS)
            continue;
        if (missed + 1 >= GAP)
            jump->full_ns[i] = at_ns;
        jump->seen[i] = true;
    }
}
