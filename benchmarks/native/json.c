/* VirtuBar's envelopes, each a message, and the same as the argument of a Socket.IO event. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "common.h"
#include "load.h"

enum { ENVELOPE_MAX = 512, PACKET_MAX = 8192 };

/* What every server measured here starts an update with. */
static const char UPDATE_HEAD[] = "{\"v\":1,\"t\":\"avatar_transform_broadcast\"";

typedef bool send_event(struct client *client, const char *event, const char *envelope,
                        size_t size);

static bool send_envelope(struct client *client, const char *event, const char *envelope,
                          size_t size)
{
    (void)event; /* it is in the envelope */
    return client_frame(client, WS_TEXT, envelope, size);
}

static bool send_packet(struct client *client, const char *event, const char *envelope, size_t size)
{
    char packet[PACKET_MAX];
    int length = snprintf(packet, sizeof packet, "42[\"%s\",%.*s]", event, (int)size, envelope);
    if (length >= PACKET_MAX)
        die("load: a packet over %d bytes", PACKET_MAX);
    return client_frame(client, WS_TEXT, packet, (size_t)length);
}

/* What a client sends */

static void ask_join(struct client *client, send_event *send)
{
    if (!send(client, "join_room", client->join_message, strlen(client->join_message)))
        client_gone(client, "the join was not taken");
}

static int milli(char *out, size_t size, int32_t value)
{
    int32_t magnitude = value < 0 ? -value : value;
    return snprintf(out, size, "%s%d.%03d", value < 0 ? "-" : "", magnitude / 1000,
                    magnitude % 1000);
}

static bool move(struct client *client, uint32_t seq, send_event *send)
{
    char x[16], z[16], turn[16], message[ENVELOPE_MAX];
    milli(x, sizeof x, walk_x_mm(client->index, seq));
    milli(z, sizeof z, walk_z_mm(client->index, seq));
    milli(turn, sizeof turn, walk_turn_milli(client->index, seq));
    int size = snprintf(message, sizeof message,
                        "{\"v\":1,\"t\":\"avatar_transform\",\"ts\":%lld,\"payload\":{\"roomId\":"
                        "\"%s\",\"seq\":%u,\"x\":%s,\"y\":0.0,\"z\":%s,\"rotY\":%s,"
                        "\"anim\":\"walk\",\"speaking\":false}}",
                        (long long)wall_ms(), client->room->id, seq, x, z, turn);
    if (size >= ENVELOPE_MAX)
        die("load: a transform over %d bytes", ENVELOPE_MAX);
    return send(client, "avatar_transform", message, (size_t)size);
}

static bool say(struct client *client, send_event *send)
{
    char message[ENVELOPE_MAX];
    int size = snprintf(message, sizeof message,
                        "{\"v\":1,\"t\":\"local_chat\",\"ts\":%lld,\"payload\":{\"roomId\":"
                        "\"%s\",\"text\":\"Number %u, and I have walked %u steps tonight.\","
                        "\"mode\":\"local\"}}",
                        (long long)wall_ms(), client->room->id, client->index, client->seq);
    if (size >= ENVELOPE_MAX)
        die("load: a message over %d bytes", ENVELOPE_MAX);
    return send(client, "local_chat", message, (size_t)size);
}

/* What arrives */

static void take_envelope(struct client *client, const char *text, size_t size, uint64_t at_ns)
{
    if (client->state == CLIENT_JOINING && is_event(text, size, "room_state"))
        client_joined(client);
    if (client->state == CLIENT_JOINING && is_event(text, size, "auth_error"))
        die("load: %s was refused: %.*s", client->user, (int)size, text);
    check_message(client, text, size, at_ns);
}

/* What a packet is besides an event: the handshakes, and pings, which are answered. True where it
 * was one of those. */
static bool take_control(struct client *client, const char *text, size_t size)
{
    if (size && text[0] == '0') {
        if (!client_frame(client, WS_TEXT, "40", 2))
            client_gone(client, "the connect was not taken");
        return true;
    }
    if (size > 1 && text[0] == '4' && text[1] == '0') {
        ask_join(client, send_packet);
        return true;
    }
    if (size == 1 && text[0] == '2') {
        load.tally.blocked += !client_frame(client, WS_TEXT, "3", 1);
        return true;
    }
    if (size < 5 || memcmp(text, "42[\"", 4) != 0)
        die("load: not an event packet: %.*s", (int)size, text);
    return false;
}

/* The envelope of an event packet, its one argument: between the name's comma and the bracket. */
static const char *argument(const char *text, size_t *size)
{
    const char *comma = memchr(text, ',', *size);
    if (comma == NULL)
        die("load: an event packet without an argument: %.*s", (int)*size, text);
    *size -= (size_t)(comma + 1 - text) + 1;
    return comma + 1;
}

/* One where the envelope is an update; whatever else it is is judged as ever. */
static uint64_t count_envelope(struct client *client, const char *text, size_t size, uint64_t at_ns)
{
    if (size > sizeof UPDATE_HEAD && memcmp(text, UPDATE_HEAD, sizeof UPDATE_HEAD - 1) == 0)
        return 1;
    check_message(client, text, size, at_ns);
    return 0;
}

/* The two rows. Of deflated messages nothing is known: under load all are updates, each a message. */

void json_open(struct client *client)
{
    ask_join(client, send_envelope);
}

bool json_move(struct client *client, uint32_t seq)
{
    return move(client, seq, send_envelope);
}

bool json_say(struct client *client)
{
    return say(client, send_envelope);
}

void json_take(struct client *client, const uint8_t *data, size_t size, uint64_t at_ns)
{
    take_envelope(client, (const char *)data, size, at_ns);
}

uint64_t json_count(struct client *client, const struct ws_frame *frame, uint64_t at_ns)
{
    if (frame->rsv1)
        return 1;
    return count_envelope(client, (const char *)frame->payload, frame->length, at_ns);
}

const struct wire wire_json = {
    .name = "json",
    .open = json_open,
    .move = json_move,
    .say = json_say,
    .take = json_take,
    .count = json_count,
};

static void open_packets(struct client *client)
{
    (void)client; /* the server opens */
}

static bool move_packet(struct client *client, uint32_t seq)
{
    return move(client, seq, send_packet);
}

static bool say_packet(struct client *client)
{
    return say(client, send_packet);
}

static void take_packet(struct client *client, const uint8_t *data, size_t size, uint64_t at_ns)
{
    const char *text = (const char *)data;
    if (take_control(client, text, size))
        return;
    text = argument(text, &size);
    take_envelope(client, text, size, at_ns);
}

static uint64_t count_packet(struct client *client, const struct ws_frame *frame, uint64_t at_ns)
{
    const char *text = (const char *)frame->payload;
    size_t size = frame->length;
    if (frame->rsv1)
        return 1;
    if (take_control(client, text, size))
        return 0;
    text = argument(text, &size);
    return count_envelope(client, text, size, at_ns);
}

const struct wire wire_packets = {
    .name = "packets",
    .open = open_packets,
    .move = move_packet,
    .say = say_packet,
    .take = take_packet,
    .count = count_packet,
};
