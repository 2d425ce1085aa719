/* The load generator: many clients in one thread, checking everything that arrives.
 *
 * It joins every client of a list, lets each send `--rate` transforms a second, its phase fixed and
 * the phases of all spread evenly, and judges each update that comes back: its sender is in the
 * room, its seq was sent and is above the last one of that sender, its coordinates are the sender's
 * at that seq. Times are CLOCK_MONOTONIC from just before send() to just after recv(), all in this
 * process, so they hold the server's delay, the kernel's, and this program's own where it is busy
 * (`generatorCpuSeconds` says whether it was).
 *
 * Usage: load --clients FILE [--rate HZ] [--warmup S] [--window S] [--settle S] [--drain S]
 *             [--connect S] [--chat-every S] [--deflate] [--check-every N] [--pid SERVER] [--hold]
 *             [--wire json|packets|compact|colyseus] [--hall M] [--near N]
 *
 * FILE has one client a line: host, port, path, room, userId, join message, separated by tabs.
 * --wire is the server's language: wires.c has them all.
 * --check-every judges what each n-th member of a room gets; what the others get is only counted.
 * --chat-every lets each client say something so often too; it is judged where updates are.
 * --hall is the side of the hall that everybody walks in; without, they are in a room of 16 by 12 m.
 * --near looks at the crowd: at the N who are nearest to each client that is judged.
 * --hold prints {"event":"joined"} when all are in, sends nothing and stays until stdin ends.
 * The last line of stdout is the result, one JSON object.
 */
#define _GNU_SOURCE
#include "load.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common.h"

enum { EVENTS_MAX = 512, TIMER_MIN_NS = 100 * 1000, LINE_MAX_BYTES = 16384 };

struct load load;

/* Arguments and the list of clients */

static double number_option(const char *text)
{
    char *end;
    double value = strtod(text, &end);
    if (*end != '\0' || value < 0)
        die("load: not a number: %s", text);
    return value;
}

static void parse_options(int count, char **arguments)
{
    struct options *options = &load.options;
    *options = (struct options){.rate_hz = 20, .warmup_s = 2, .window_s = 8, .settle_s = 1,
                                .drain_s = 3, .connect_s = 60, .check_every = 1,
                                .wire = wire_named("json")};
    double check_every = 1, near = 0, pid = 0;
    struct { const char *name; double *value; } numbers[] = {
        {"--rate", &options->rate_hz},      {"--warmup", &options->warmup_s},
        {"--window", &options->window_s},   {"--settle", &options->settle_s},
        {"--drain", &options->drain_s},     {"--connect", &options->connect_s},
        {"--check-every", &check_every},     {"--pid", &pid},
        {"--chat-every", &options->chat_every_s}, {"--hall", &options->hall_m},
        {"--near", &near},
    };
    for (int i = 1; i < count; i++) {
        const char *name = arguments[i];
        bool known = true;
        if (strcmp(name, "--deflate") == 0)
            options->deflate = true;
        else if (strcmp(name, "--hold") == 0)
            options->hold = true;
        else if (strcmp(name, "--wire") == 0 && i + 1 < count)
            options->wire = wire_named(arguments[++i]);
        else if (strcmp(name, "--clients") == 0 && i + 1 < count)
            options->list = arguments[++i];
        else
            known = false;
        for (size_t j = 0; !known && j < sizeof numbers / sizeof *numbers; j++)
            if (strcmp(name, numbers[j].name) == 0 && i + 1 < count) {
                *numbers[j].value = number_option(arguments[++i]);
                known = true;
            }
        if (!known)
            die("load: unknown option %s", name);
    }
    if (options->list == NULL || options->rate_hz <= 0 || check_every < 1)
        die("load: --clients FILE is needed, --rate and --check-every must be positive");
    if (options->wire == NULL || (options->chat_every_s > 0 && options->wire->say == NULL))
        die("load: --wire names no language that this speaks, or one without chat");
    if (near > NEAR_MAX)
        die("load: --near is at most %d", NEAR_MAX);
    options->near = (uint32_t)near;
    options->check_every = (uint32_t)check_every;
    options->server_pid = (int)pid;
}

static struct room *find_room(const char *id)
{
    for (uint32_t i = 0; i < load.room_count; i++)
        if (strcmp(load.rooms[i]->id, id) == 0)
            return load.rooms[i];
    load.rooms = must_realloc(load.rooms, (load.room_count + 1) * sizeof *load.rooms);
    struct room *room = load.rooms[load.room_count++] = must_calloc(1, sizeof *room);
    snprintf(room->id, sizeof room->id, "%s", id);
    return room;
}

static char *field(char **line)
{
    char *value = strsep(line, "\t");
    if (value == NULL || *value == '\0')
        die("load: a client's line has host, port, path, room, userId and join message");
    return value;
}

static void add_client(char *line)
{
    if (load.count == CLIENTS_MAX)
        die("load: more than %d clients", CLIENTS_MAX);
    struct client *client = load.clients[load.count] = must_calloc(1, sizeof *client);
    client->index = load.count++;
    client->fd = -1;
    client->host = strdup(field(&line));
    client->port = (uint16_t)number_option(field(&line));
    client->path = strdup(field(&line));
    client->room = find_room(field(&line));
    snprintf(client->user, sizeof client->user, "%s", field(&line));
    client->join_message = strdup(field(&line));
    if (client->room->count == ROOM_MAX)
        die("load: more than %d clients in one room", ROOM_MAX);
    client->slot = client->room->count;
    client->room->members[client->room->count++] = client;
}

static void read_clients(void)
{
    static char line[LINE_MAX_BYTES];
    FILE *list = fopen(load.options.list, "r");
    if (list == NULL)
        die("load: %s: %m", load.options.list);
    load.clients = must_calloc(CLIENTS_MAX, sizeof *load.clients);
    while (fgets(line, sizeof line, list) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] != '\0')
            add_client(line);
    }
    fclose(list);
    if (load.count == 0)
        die("load: no clients");
    for (uint32_t i = 0; i < load.count; i++)
        load.clients[i]->last_seen =
            must_calloc(load.clients[i]->room->count, sizeof *load.clients[i]->last_seen);
    load.users_mask = 4 * CLIENTS_MAX - 1;
    load.users = must_calloc(load.users_mask + 1, sizeof *load.users);
    users_fill();
}

/* The loop and its phases */

/* Wait for at most timeout_ms and handle what the sockets bring; false when stdin has ended. */
static bool turn(int timeout_ms)
{
    struct epoll_event events[EVENTS_MAX];
    bool open = true;
    int ready = epoll_wait(load.epoll, events, EVENTS_MAX, timeout_ms);
    for (int i = 0; i < ready; i++) {
        if (events[i].data.ptr == NULL) /* the timer: it only ends the wait */
            continue;
        if (events[i].data.ptr == &load)
            open = false;
        else
            client_ready(events[i].data.ptr, events[i].events);
    }
    return open;
}

static void join_all(void)
{
    uint64_t deadline = now_ns() + (uint64_t)(load.options.connect_s * 1e9);
    while (load.joined < load.count) {
        while (load.started < load.count && load.in_flight < IN_FLIGHT_MAX) {
            client_connect(load.clients[load.started++]);
            load.in_flight++;
        }
        turn(100);
        if (now_ns() > deadline)
            die("load: only %u of %u clients joined in %.0f s", load.joined, load.count,
                load.options.connect_s);
    }
}

static void wait_for(double seconds)
{
    uint64_t deadline = now_ns() + (uint64_t)(seconds * 1e9);
    while (now_ns() < deadline)
        turn(5);
}

static void watch(int fd, void *mark, uint32_t kind)
{
    struct epoll_event interest = {.events = kind, .data.ptr = mark};
    if (epoll_ctl(load.epoll, EPOLL_CTL_ADD, fd, &interest) < 0)
        die("load: epoll_ctl: %m");
}

static double own_cpu_s(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
           + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* Let every client move at its times from begin_ns on, until end_ns. `*turns` counts the moves. */
static void move_until(uint64_t begin_ns, uint64_t end_ns, uint64_t *moves)
{
    double step_ns = 1e9 / load.options.rate_hz / load.count;
    uint64_t chat_turns = (uint64_t)(load.options.chat_every_s * load.options.rate_hz);
    for (;;) {
        uint64_t now = now_ns();
        if (now >= end_ns)
            return;
        uint64_t due = (uint64_t)((double)(now - begin_ns) / step_ns);
        for (; *moves < due; (*moves)++) {
            struct client *client = load.clients[*moves % load.count];
            client_move(client);
            /* Each at a turn of its own, so that chat is spread as evenly as moves are. */
            uint64_t turn_of_its_own = client->index * chat_turns / load.count;
            if (chat_turns && (*moves / load.count + turn_of_its_own) % chat_turns == 0)
                client_chat(client);
        }
        turn(5);
        crowd_sample();
        crowd_end_second(false);
    }
}

/* Whether something that was sent has not arrived everywhere. */
static bool owes(void)
{
    const struct tally *tally = &load.tally;
    return tally->received < tally->expected || tally->chat_received < tally->chat_expected;
}

static void run(struct measurement *measured)
{
    const struct options *options = &load.options;
    uint64_t period_ns = (uint64_t)(1e9 / options->rate_hz / load.count);
    /* Edge-triggered: it is never read, each expiry ends one wait. */
    watch(periodic_timer(period_ns > TIMER_MIN_NS ? period_ns : TIMER_MIN_NS), NULL,
          EPOLLIN | EPOLLET);
    for (uint32_t i = 0; i < load.count; i++)
        client_sample(load.clients[i]);
    load.under_load = true;
    uint64_t moves = 0, begin_ns = now_ns();
    move_until(begin_ns, begin_ns + (uint64_t)(options->warmup_s * 1e9), &moves);

    read_process_state(&measured->before);
    double cpu_s = own_cpu_s();
    uint64_t opened_ns = now_ns();
    load.tally.window.open = true;
    move_until(begin_ns, opened_ns + (uint64_t)(options->window_s * 1e9), &moves);
    crowd_end_second(true);
    load.tally.window.open = false;
    measured->seconds = (double)(now_ns() - opened_ns) / 1e9;
    measured->generator_cpu_s = own_cpu_s() - cpu_s;
    read_process_state(&measured->after);

    uint64_t deadline = now_ns() + (uint64_t)(options->drain_s * 1e9);
    while (owes() && now_ns() < deadline)
        turn(5);
    wait_for(0.1); /* what nobody is owed would come now */
}

int main(int count, char **arguments)
{
    static struct measurement measured;
    /* The benchmark that started it is gone: so is its purpose. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    parse_options(count, arguments);
    read_clients();
    load.epoll = epoll_create1(EPOLL_CLOEXEC);
    join_all();
    wait_for(load.options.settle_s);
    if (load.options.hold) {
        printf("{\"event\":\"joined\",\"clients\":%u}\n", load.joined);
        fflush(stdout);
        watch(STDIN_FILENO, &load, EPOLLIN);
        while (turn(1000))
            continue;
    } else {
        run(&measured);
    }
    print_result(&measured);
    for (uint32_t i = 0; i < load.count; i++)
        client_close(load.clients[i]);
    return 0;
}
