#include "load.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

static void read_line(const char *path, char out[STAT_MAX])
{
    FILE *file = fopen(path, "r");
    if (file == NULL || fgets(out, STAT_MAX, file) == NULL)
        out[0] = '\0';
    if (file != NULL)
        fclose(file);
    out[strcspn(out, "\n")] = '\0';
}

/* The lines of the two cores that server and generator are kept on, joined with ';'. */
static void read_cores(char out[STAT_MAX])
{
    char line[STAT_MAX];
    FILE *file = fopen("/proc/stat", "r");
    size_t used = 0;
    out[0] = '\0';
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "cpu0 ", 5) != 0 && strncmp(line, "cpu1 ", 5) != 0)
            continue;
        line[strcspn(line, "\n")] = '\0';
        int size = snprintf(out + used, STAT_MAX - used, "%s;", line);
        used += size > 0 && (size_t)size < STAT_MAX - used ? (size_t)size : 0;
    }
    if (file != NULL)
        fclose(file);
}

/* The first number of every thread's schedstat: stat counts in ticks of 10 ms, which is a fifth of
 * what a cheap server uses in a few seconds. */
static uint64_t read_cpu_ns(int pid)
{
    char path[64 + sizeof(((struct dirent *)0)->d_name)], line[STAT_MAX];
    uint64_t total = 0;
    snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *tasks = opendir(path);
    for (struct dirent *task; tasks != NULL && (task = readdir(tasks)) != NULL;) {
        unsigned long long ran_ns;
        snprintf(path, sizeof path, "/proc/%d/task/%s/schedstat", pid, task->d_name);
        if (task->d_name[0] == '.')
            continue;
        read_line(path, line);
        total += sscanf(line, "%llu", &ran_ns) == 1 ? ran_ns : 0;
    }
    if (tasks != NULL)
        closedir(tasks);
    return total;
}

void read_process_state(struct process_state *state)
{
    state->cpu_ns = read_cpu_ns(load.options.server_pid);
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/stat", load.options.server_pid);
    read_line(path, state->stat);
    read_cores(state->cores);
}

static void json_string(const char *key, const char *text)
{
    printf("\"%s\":\"", key);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            putchar('\\');
        putchar((unsigned char)*text < ' ' ? ' ' : *text);
    }
    putchar('"');
}

static void json_latency(const char *key, const struct histogram *histogram)
{
    printf("\"%s\":{\"count\":%llu,\"p50Us\":%llu,\"p99Us\":%llu,\"maxUs\":%llu}", key,
           (unsigned long long)histogram->total,
           (unsigned long long)histogram_quantile(histogram, 0.5),
           (unsigned long long)histogram_quantile(histogram, 0.99),
           (unsigned long long)histogram->max_us);
}

/* The most that one client got in the window. */
static uint64_t client_bytes_max(void)
{
    uint64_t most = 0;
    for (uint32_t i = 0; i < load.count; i++)
        if (load.clients[i]->bytes > most)
            most = load.clients[i]->bytes;
    return most;
}

static void json_crowd(const struct crowd_tally *crowd)
{
    printf("\"crowd\":{");
    json_latency("behind", &crowd->behind_us);
    putchar(',');
    json_latency("near", &crowd->near_us);
    putchar(',');
    json_latency("anybody", &crowd->anybody_us);
    putchar(',');
    json_latency("full", &crowd->full_us);
    printf("},");
}

static void json_state(const char *key, const struct process_state *state)
{
    printf("\"%s\":{", key);
    json_string("stat", state->stat);
    putchar(',');
    json_string("cores", state->cores);
    printf(",\"cpuNs\":%llu}", (unsigned long long)state->cpu_ns);
}

/* Updates that were due to the receivers that are judged; how many of those never came, nor a newer
 * one of the same sender. */
static void count_lost(uint64_t *judged, uint64_t *lost)
{
    for (uint32_t i = 0; i < load.count; i++) {
        const struct client *client = load.clients[i];
        for (uint32_t slot = 0; !client->counted && slot < client->room->count; slot++) {
            *judged += client->room->members[slot]->seq;
            *lost += client->room->members[slot]->seq - client->last_seen[slot];
        }
    }
}

void print_result(const struct measurement *measured)
{
    const struct tally *tally = &load.tally;
    uint64_t judged = 0, lost = 0;
    count_lost(&judged, &lost);
    struct { const char *key; uint64_t value; } counts[] = {
        {"clients", load.count},          {"rooms", load.room_count},
        {"joined", load.joined},          {"sent", tally->sent},
        {"blocked", tally->blocked},      {"expected", tally->expected},
        {"received", tally->received},    {"judged", judged},
        {"skipped", tally->skipped},      {"lost", lost},
        {"messages", tally->messages},    {"counted", tally->counted},
        {"disorder", tally->disorder},  {"repeated", tally->repeated},
        {"invented", tally->invented},    {"foreign", tally->foreign},
        {"wrong", tally->wrong},          {"refused", tally->refused},
        {"deflated", tally->deflated},    {"inflated", tally->inflated},
        {"gone", tally->gone},            {"chatExpected", tally->chat_expected},
        {"chatReceived", tally->chat_received},
        {"clientBytesMax", client_bytes_max()}, {"secondBytesMax", tally->second_bytes_max},
    };
    printf("{\"event\":\"result\",");
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        printf("\"%s\":%llu,", counts[i].key, (unsigned long long)counts[i].value);
    json_string("firstProblem", tally->first_problem);
    printf(",\"windowSeconds\":%.6f,\"due\":%llu,\"delivered\":%llu,\"bytes\":%llu,"
           "\"generatorCpuSeconds\":%.3f,",
           measured->seconds, (unsigned long long)tally->window.due,
           (unsigned long long)tally->window.delivered, (unsigned long long)tally->window.bytes,
           measured->generator_cpu_s);
    json_latency("echo", &tally->window.echo_us);
    putchar(',');
    json_latency("others", &tally->window.others_us);
    putchar(',');
    if (load.options.near)
        json_crowd(&tally->crowd);
    json_state("before", &measured->before);
    putchar(',');
    json_state("after", &measured->after);
    puts("}");
}
