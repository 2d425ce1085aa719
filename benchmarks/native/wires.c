#include <string.h>

#include "load.h"

/* json.c: VirtuBar's envelopes, one a message; the same in Socket.IO's packets. */
extern const struct wire wire_json, wire_packets;
/* compact.c: the same with moves in short. */
extern const struct wire wire_compact;
/* colyseus.c: patches of a room's state. */
extern const struct wire wire_colyseus;

static const struct wire *const wires[] = {&wire_json, &wire_packets, &wire_compact, &wire_colyseus};

const struct wire *wire_named(const char *name)
{
    for (size_t i = 0; i < sizeof wires / sizeof *wires; i++)
        if (strcmp(wires[i]->name, name) == 0)
            return wires[i];
    return NULL;
}
