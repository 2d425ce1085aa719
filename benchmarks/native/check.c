#define _GNU_SOURCE
#include "load.h"

#include <string.h>

/* An envelope's `t` comes early: v, t, ts, payload in every server measured here, in any order
 * within this many bytes. Looking no further keeps chat or names from being taken for it. */
enum { HEAD_BYTES = 96 };

struct span {
    const char *at;
    size_t size;
};

uint32_t user_hash(const char *user, size_t size)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (uint8_t)user[i]) * 16777619u;
    return hash;
}

void users_fill(void)
{
    for (uint32_t i = 0; i < load.count; i++) {
        const char *user = load.clients[i]->user;
        uint32_t place = user_hash(user, strlen(user)) & load.users_mask;
        while (load.users[place] != 0)
            place = (place + 1) & load.users_mask;
        load.users[place] = i + 1;
    }
}

struct client *find_user(const char *user, size_t size)
{
    uint32_t place = user_hash(user, size) & load.users_mask;
    for (; load.users[place] != 0; place = (place + 1) & load.users_mask) {
        struct client *client = load.clients[load.users[place] - 1];
        if (strncmp(client->user, user, size) == 0 && client->user[size] == '\0')
            return client;
    }
    return NULL;
}

/* What follows a key, searched from *from on and then once from the start: servers send the keys
 * in one order, JSON promises none. */
static struct span after_key(const char *text, size_t size, const char **from, const char *key,
                             size_t key_size)
{
    const char *end = text + size;
    const char *found = memmem(*from, (size_t)(end - *from), key, key_size);
    if (found == NULL)
        found = memmem(text, size, key, key_size);
    if (found == NULL)
        return (struct span){NULL, 0};
    *from = found + key_size;
    return (struct span){*from, (size_t)(end - *from)};
}

#define AFTER(text, size, from, key) after_key(text, size, from, key, sizeof(key) - 1)

static bool read_digits(struct span *span, uint64_t *value, unsigned max_digits)
{
    unsigned digits = 0;
    *value = 0;
    while (span->size && *span->at >= '0' && *span->at <= '9' && digits < max_digits) {
        *value = *value * 10 + (uint64_t)(*span->at - '0');
        span->at++, span->size--, digits++;
    }
    return digits > 0;
}

/* A JSON number with at most three decimals, in thousandths. */
static bool read_milli(struct span span, int32_t *value)
{
    bool minus = span.size && *span.at == '-';
    uint64_t whole, digit = 0, fraction = 0;
    if (minus)
        span.at++, span.size--;
    if (!read_digits(&span, &whole, 6))
        return false;
    if (span.size && *span.at == '.') {
        span.at++, span.size--;
        for (unsigned place = 0; place < 3; place++)
            fraction = fraction * 10 + (read_digits(&span, &digit, 1) ? digit : 0);
    }
    int32_t magnitude = (int32_t)(whole * 1000 + fraction);
    *value = minus ? -magnitude : magnitude;
    return span.size && (*span.at == ',' || *span.at == '}');
}

bool is_event(const char *text, size_t size, const char *name)
{
    size_t length = strlen(name);
    const char *key = memmem(text, size < HEAD_BYTES ? size : HEAD_BYTES, "\"t\":\"", 5);
    if (key == NULL)
        return false;
    size_t left = size - (size_t)(key + 5 - text);
    return left > length && memcmp(key + 5, name, length) == 0 && key[5 + length] == '"';
}

static bool right_place(const struct client *sender, uint32_t seq, const char *text, size_t size,
                        const char **from)
{
    int32_t x, z;
    return read_milli(AFTER(text, size, from, "\"x\":"), &x) && x == walk_x_mm(sender->index, seq)
           && read_milli(AFTER(text, size, from, "\"z\":"), &z)
           && z == walk_z_mm(sender->index, seq);
}

static void count_delivery(struct client *client, const struct client *sender, uint32_t seq,
                           uint64_t at_ns)
{
    load.tally.received++;
    if (!load.tally.window.open)
        return;
    load.tally.window.delivered++;
    if (sender->seq - seq >= SENT_RING)
        return; /* its send time is forgotten; such a server is far behind anyway */
    uint64_t sent_ns = sender->sent_ns[seq % SENT_RING];
    uint64_t late_us = at_ns > sent_ns ? (at_ns - sent_ns) / 1000 : 0;
    histogram_add(sender == client ? &load.tally.window.echo_us : &load.tally.window.others_us,
                  late_us);
}

bool check_order(struct client *client, const struct client *sender, uint64_t seq, uint64_t at_ns)
{
    if (sender == NULL || sender->room != client->room) {
        load.tally.foreign++;
        problem(client, "an update of nobody in the room");
        return false;
    }
    if (seq > sender->seq || seq == 0) {
        load.tally.invented++;
        problem(client, "seq %llu of %s, who has sent %u", (unsigned long long)seq, sender->user,
                sender->seq);
        return false;
    }
    uint32_t *last = &client->last_seen[sender->slot];
    if (seq == *last && load.options.near) {
        load.tally.repeated++; /* no harm: it says again what is known */
        return false;
    }
    if (seq <= *last) {
        load.tally.disorder++;
        problem(client, "seq %u of %s came after %u", (unsigned)seq, sender->user, *last);
        return false;
    }
    load.tally.skipped += seq - *last - 1;
    crowd_seen(client, sender, (uint32_t)seq - *last - 1, at_ns);
    *last = (uint32_t)seq;
    return true;
}

void check_place(struct client *client, const struct client *sender, uint32_t seq, bool is_right,
                 uint64_t at_ns)
{
    if (is_right) {
        count_delivery(client, sender, seq, at_ns);
        return;
    }
    load.tally.wrong++;
    problem(client, "%s is not where it was at seq %u", sender->user, seq);
}

static void check_transform(struct client *client, const char *text, size_t size, uint64_t at_ns)
{
    const char *from = text;
    struct span user = AFTER(text, size, &from, "\"userId\":\"");
    const char *quote = user.size ? memchr(user.at, '"', user.size) : NULL;
    user.size = quote ? (size_t)(quote - user.at) : 0;
    const struct client *sender = user.size ? find_user(user.at, user.size) : NULL;
    uint64_t seq;
    struct span number = AFTER(text, size, &from, "\"seq\":");
    if (!read_digits(&number, &seq, 9))
        seq = 0;
    if (!check_order(client, sender, seq, at_ns))
        return;
    bool is_right = right_place(sender, (uint32_t)seq, text, size, &from);
    check_place(client, sender, (uint32_t)seq, is_right, at_ns);
}

void check_message(struct client *client, const char *text, size_t size, uint64_t at_ns)
{
    if (is_event(text, size, "avatar_transform_broadcast")) {
        check_transform(client, text, size, at_ns);
        return;
    }
    if (is_event(text, size, "chat_broadcast"))
        load.tally.chat_received += !client->counted;
    if (is_event(text, size, "error") || is_event(text, size, "auth_error")) {
        load.tally.refused++;
        problem(client, "refused: %.*s", (int)size, text);
    }
}
