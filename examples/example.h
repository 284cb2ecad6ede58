/*
What the example programs share: options, and tasks that run on several cores with progress shown.

A program is a list of independent tasks, each of which writes lines of CSV. run_tasks gives them to worker
processes and joins their lines in the order of the list, so the output depends neither on the number of workers
nor on interruptions: the lines of every finished task are kept in a journal beside the output, and the same
command goes on from there. --shard i/n runs one part of the list; the outputs of all parts, one after another,
are the output of a single run. POSIX (fork, socketpair, fcntl); include after dmf.h.
*/
#ifndef EXAMPLE_H
#define EXAMPLE_H

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- Ending with a sentence ---- */

static void fail(const char *sentence, ...)
{
    va_list args;
    va_start(args, sentence);
    if (isatty(2)) fprintf(stderr, "\r\033[K");
    vfprintf(stderr, sentence, args);
    fprintf(stderr, "\n");
    va_end(args);
    exit(1);
}

/* Ends the program unless the status is DMF_OK. */
static inline void must(dmf_ctx *ctx, dmf_status s)
{
    if (s) fail("%s", ctx && *dmf_message(ctx) ? dmf_message(ctx) : dmf_strerror(s));
}

static void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count + 1, size);
    if (!memory) fail("out of memory");
    return memory;
}

/* A standard descriptor that is closed would be given to the next file, which would then get what is meant for the
   terminal. It is opened such that its use fails. */
static void reserve_descriptors(void)
{
    int i;
    for (i = 0; i < 3; i++)
        if (fcntl(i, F_GETFD) < 0 && open("/dev/null", i == 0 ? O_WRONLY : O_RDONLY) != i) exit(1);
}

/* ---- Options: --name value or --name=value, and an operand, which has no name; each at most once ---- */

typedef struct option {
    const char *name;
    enum { WHOLE, REAL, TEXT, OPERAND } kind;
    void *value;              /* long, double or, for TEXT and OPERAND, const char *, holding the default */
    double least, most;       /* for numbers */
    const char *help;
} option;

static void print_value(FILE *to, const option *o, int digits)
{
    if (o->kind == WHOLE) fprintf(to, "%ld", *(long *)o->value);
    if (o->kind == REAL) fprintf(to, "%.*g", digits, *(double *)o->value);
    if (o->kind >= TEXT && *(const char **)o->value) fprintf(to, "%s", *(const char **)o->value);
}

static void print_help(const char *program, const char *about, const option *options, int count)
{
    int i;
    printf("%s\n\nusage: %s", about, program);
    for (i = 0; i < count; i++)
        if (options[i].kind == OPERAND) printf(" %s", options[i].name);
    printf(" [options]\n\n");
    for (i = 0; i < count; i++) {
        const option *o = &options[i];
        printf("  %s%-*s %s", o->kind == OPERAND ? "" : "--", o->kind == OPERAND ? 20 : 18, o->name, o->help);
        if (o->kind < TEXT || *(const char **)o->value) {
            printf(" [");
            print_value(stdout, o, 6);
            printf("]");
        }
        printf("\n");
    }
    printf("  --%-18s %s\n", "help", "show this");
    if (fflush(stdout) != 0) fail("cannot write: %s", strerror(errno));
}

/* A whole number in decimal digits, with nothing before it and the character after behind it. Moves on past both. */
static int read_whole(const char **text, char after, double least, double most, long *number)
{
    const char *start = *text, *digits = start + (*start == '-');
    char *end;
    if (*digits < '0' || *digits > '9') return 0;
    errno = 0;
    *number = strtol(start, &end, 10);
    if (errno || *end != after || (double)*number < least || (double)*number > most) return 0;
    *text = end + (after != 0);
    return 1;
}

/* A number in decimal digits, with or without a point and an exponent, and nothing else. */
static int read_real(const char *text, double least, double most, double *number)
{
    char *end;
    if (!*text || text[strspn(text, "0123456789.eE+-")]) return 0;
    errno = 0;
    *number = strtod(text, &end);
    return !errno && !*end && *number >= least && *number <= most;
}

static void set_option(const option *o, const char *text)
{
    const char *at = text;
    long whole;
    double real;
    if (o->kind >= TEXT) *(const char **)o->value = text;
    else if (o->kind == WHOLE && read_whole(&at, 0, o->least, o->most, &whole)) *(long *)o->value = whole;
    else if (o->kind == REAL && read_real(text, o->least, o->most, &real)) *(double *)o->value = real;
    else fail("--%s takes a %s from %g to %g, not '%s'", o->name, o->kind == WHOLE ? "whole number" : "number",
              o->least, o->most, text);
}

/* The option that an argument names, or the operand if it names none. */
static int find_option(const char *argument, const option *options, int count)
{
    int named = strncmp(argument, "--", 2) == 0, i;
    size_t length = named ? strcspn(argument + 2, "=") : 0;
    for (i = 0; i < count; i++) {
        if (!named && options[i].kind == OPERAND) return i;
        if (named && options[i].kind != OPERAND && strlen(options[i].name) == length &&
            strncmp(options[i].name, argument + 2, length) == 0) return i;
    }
    if (!named) fail("'%s' is not an option; try --help", argument);
    fail("there is no option '%.*s'; try --help", (int)length + 2, argument);
    return -1;
}

static inline void read_options(int argc, char **argv, const char *about, const option *options, int count)
{
    char *given = (char *)allocate((size_t)count, 1);
    int a, i;
    reserve_descriptors();
    for (a = 1; a < argc; a++) {
        const char *value = argv[a];
        if (strcmp(argv[a], "--help") == 0) {
            print_help(argv[0], about, options, count);
            exit(0);
        }
        i = find_option(argv[a], options, count);
        if (options[i].kind != OPERAND) value = strchr(argv[a], '=') ? strchr(argv[a], '=') + 1 : argv[++a];
        if (!value) fail("--%s needs a value", options[i].name);
        if (given[i]++) fail("%s%s is given twice", options[i].kind == OPERAND ? "" : "--", options[i].name);
        set_option(&options[i], value);
    }
    for (i = 0; i < count; i++) {
        const char *const *other = (const char *const *)options[i].value;
        if (options[i].kind == OPERAND || strcmp(options[i].name, "method") != 0) continue;
        for (a = 0; a < count; a++)
            if (given[a] && strcmp(options[a].name, "rtol") == 0 && strcmp(*other, "flow") != 0 && strcmp(*other, "dp5") != 0)
                fail("--rtol is of a flow, and --method is %s", *other);
    }
    free(given);
}

static inline int one_of(const char *text, const char *const *choices, const char *name)
{
    int i;
    for (i = 0; choices[i]; i++)
        if (strcmp(text, choices[i]) == 0) return i;
    fail("--%s cannot be '%s'; try --help", name, text);
    return -1;
}

/* --method: how the factors move. rate is that of plain descent; the adaptive methods have their own. */
static const char *const method_names[] = { "flow", "dp5", "gd", "momentum", "group_rmsprop", "adam", NULL };
static inline dmf_motion motion_by_name(const char *name, double rate)
{
    static const dmf_method methods[] = { DMF_FLOW, DMF_DP5, DMF_GD, DMF_MOMENTUM, DMF_GROUP_RMSPROP, DMF_ADAM };
    dmf_motion motion = { .method = methods[one_of(name, method_names, "method")] };
    if (motion.method == DMF_GD || motion.method == DMF_MOMENTUM) motion.rate = rate;
    return motion;
}

/* Of a flow; other methods have none. */
static inline void set_tolerance(dmf_motion *motion, double rtol)
{
    if (motion->method <= DMF_DP5) motion->rtol = rtol;
}

/* ---- Tasks ---- */

static inline long count_cores(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores > 0 ? cores : 1;
}

typedef struct task_list {
    const char *header;       /* the first line of the CSV */
    int count;
    void (*run)(void *user, int task, FILE *csv);
    double (*weight)(void *user, int task);  /* how long it takes, in any unit */
    void *user;
    long seed, trials, threads;  /* options of every program */
    const char *method, *shard, *out;
} task_list;

/* Their defaults, and their lines in the table of options. */
#define TASK_DEFAULTS .seed = 1, .method = "flow", .threads = count_cores(), .shard = "1/1"
#define TASK_OPTIONS(list, of_trials, of_method) \
    { "seed", WHOLE, &(list).seed, 0, 1e9, "of everything random" }, \
    { "trials", WHOLE, &(list).trials, 1, 10000, of_trials }, \
    { "method", TEXT, &(list).method, 0, 0, of_method }, \
    { "threads", WHOLE, &(list).threads, 1, 1000, "tasks computed at once" }, \
    { "shard", TEXT, &(list).shard, 0, 0, "i/n: compute the i-th of n parts only" }, \
    { "out", TEXT, &(list).out, 0, 0, "CSV file to write, instead of standard output" }
#define ANY_METHOD "flow, dp5 (flow, high order), gd, momentum, group_rmsprop or adam"

/* A task of this run: how much of it is done and, once it is finished, where its lines are in the journal. */
typedef struct job { int task, finished; double weight, done; long start, size; } job;

typedef struct run {
    const task_list *list;
    const char *program;
    job *jobs;                /* those of this shard, in the order of the list */
    int count, finished;
    int with_header;          /* whether this is the first shard */
    FILE *journal, *csv;      /* csv is NULL if the output is a file that is made at the end */
    char *path, *text;        /* of the journal: its name, or NULL, and its first line */
    long end;
    job **queue, **doing;     /* jobs to do, heaviest first; what each worker does now */
    int queued, next;
    struct pollfd *links;     /* one to each worker */
    int workers;
    const job *failed;
    double total, done, resumed;  /* sums of weights */
    double started, shown;
} run;

/* Part i of n holds the tasks whose middles, by weight, lie in the i-th n-th of the list. */
static void choose_shard(run *r)
{
    const task_list *list = r->list;
    double all = 0, before = 0;
    const char *text = list->shard;
    long part, parts;
    int t;
    if (!read_whole(&text, '/', 1, 1e9, &part) || !read_whole(&text, 0, (double)part, 1e9, &parts))
        fail("--shard takes i/n, the i-th of n parts, not '%s'", list->shard);
    r->with_header = part == 1;
    r->jobs = (job *)allocate((size_t)list->count, sizeof *r->jobs);
    for (t = 0; t < list->count; t++) all += list->weight(list->user, t);
    for (t = 0; t < list->count; t++) {
        double weight = list->weight(list->user, t), place = floor((before + weight / 2) / all * (double)parts);
        before += weight;
        if (fmin(place, (double)(parts - 1)) != (double)(part - 1)) continue;
        r->jobs[r->count].task = t;
        r->jobs[r->count++].weight = weight;
        r->total += weight;
    }
}

/* ---- The journal: a line that says what run it is of, then a record for every finished task ---- */

/* The program and its options, except those that do not change the results. */
static char *describe_run(const run *r, const option *options, int count)
{
    char *text;
    size_t length;
    FILE *line = open_memstream(&text, &length);
    int i;
    if (!line) fail("out of memory");
    fprintf(line, "%s", r->program);
    for (i = 0; i < count; i++) {
        if (strcmp(options[i].name, "threads") == 0 || strcmp(options[i].name, "out") == 0) continue;
        fprintf(line, " --%s ", options[i].name);
        print_value(line, &options[i], 17);
    }
    fprintf(line, ", %d tasks\n", r->list->count);
    if (fclose(line) != 0) fail("out of memory");
    return text;
}

/* FNV-1a, byte by byte. */
static unsigned long checksum(unsigned long sum, unsigned char byte)
{
    return ((sum ^ byte) * 16777619) & 0xffffffff;
}

/* A record begins with a line that has the number of the task, the size of its lines, and a checksum of all of these;
   it starts as the checksum of what stands before it. */
enum { HEAD = 80 };
static unsigned long write_head(char *head, int task, long size)
{
    unsigned long sum = 0x811c9dc5;
    snprintf(head, HEAD, "task %d %ld ", task, size);
    while (*head) sum = checksum(sum, (unsigned char)*head++);
    return sum;
}

static void set_progress(run *r, job *j, double done)
{
    r->done += (done - j->done) * j->weight;
    j->done = done;
}

static void finish_job(run *r, job *j, long start, long size)
{
    set_progress(r, j, 1);
    j->start = start;
    j->size = size;
    j->finished = 1;
    r->finished++;
    r->end = start + size;
}

/* The first record brings the first line with it: until then there is nothing to lose, and nothing to refuse. */
static void write_record(run *r, job *j, const char *lines, long size)
{
    char head[HEAD];
    unsigned long sum = write_head(head, j->task, size);
    long i, start = r->end;
    for (i = 0; i < size; i++) sum = checksum(sum, (unsigned char)lines[i]);
    if (start == 0) start = fprintf(r->journal, "%s", r->text);
    start += fprintf(r->journal, "%s%08lx\n", head, sum);
    fwrite(lines, 1, (size_t)size, r->journal);
    if (ferror(r->journal) || fflush(r->journal) != 0)
        fail("cannot write '%s': %s", r->path ? r->path : "a temporary file", strerror(errno));
    finish_job(r, j, start, size);
}

/* Returns 0 where the records end or one is not whole. */
static int read_record(run *r)
{
    char line[HEAD], head[HEAD], sealed[HEAD];
    unsigned long sum;
    long size, start, i;
    int task, first = r->jobs[0].task, byte;
    if (!fgets(line, sizeof line, r->journal) || sscanf(line, "task %d %ld", &task, &size) != 2) return 0;
    if (task < first || task >= first + r->count || r->jobs[task - first].finished || size < 0) return 0;
    sum = write_head(head, task, size);
    start = ftell(r->journal);
    for (i = 0; i < size && (byte = getc(r->journal)) != EOF; i++) sum = checksum(sum, (unsigned char)byte);
    snprintf(sealed, sizeof sealed, "%.40s%08lx\n", head, sum);
    if (i < size || strcmp(line, sealed) != 0) return 0;
    finish_job(r, &r->jobs[task - first], start, size);
    return 1;
}

/* Takes over the records of an earlier run, and drops what follows the last whole one. */
static void resume(run *r)
{
    const char *expected = r->text;
    int byte = 0;
    while (*expected && (byte = getc(r->journal)) != EOF)
        if (byte != (unsigned char)*expected++)
            fail("'%s' belongs to a run with other options: finish that run, or remove the file", r->path);
    if (!*expected) {
        r->end = (long)strlen(r->text);
        while (read_record(r)) continue;
    }
    if (fseek(r->journal, r->end, SEEK_SET) != 0 || ftruncate(fileno(r->journal), r->end) != 0)
        fail("cannot write '%s': %s", r->path, strerror(errno));
    r->resumed = r->done;
    if (r->finished)
        fprintf(stderr, "%s: %d of %d tasks were already in '%s'\n", r->program, r->finished, r->count, r->path);
}

static char *beside(const char *file, const char *suffix)
{
    char *name = (char *)allocate(strlen(file) + strlen(suffix), 1);
    return strcat(strcpy(name, file), suffix);
}

/* The lock goes when this process ends, in whatever way; workers have no share in it. Where files cannot be locked
   the run goes on without. */
static void lock_journal(run *r)
{
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    struct stat info;
    int taken = fcntl(fileno(r->journal), F_SETLK, &lock) != 0 && (errno == EACCES || errno == EAGAIN);
    if (taken || fstat(fileno(r->journal), &info) != 0 || info.st_nlink == 0)
        fail("another run is writing '%s'", r->list->out);
}

/* Regular files only are replaced; standard output, devices and links are written at the end, from a journal without
   a name. */
static void open_output(run *r)
{
    const char *out = r->list->out;
    struct stat info;
    int exists = out && lstat(out, &info) == 0;
    if (out && *out && (!exists || S_ISREG(info.st_mode))) {
        r->path = beside(out, ".part");
        if ((exists && access(out, W_OK) != 0) || !(r->journal = fopen(r->path, "a+")))
            fail("cannot write '%s': %s", out, strerror(errno));
        lock_journal(r);
        rewind(r->journal);
        resume(r);
        return;
    }
    if (!out && (fcntl(1, F_GETFL) & O_ACCMODE) == O_RDONLY) fail("standard output is closed: give a file with --out");
    r->csv = out ? fopen(out, "w") : stdout;
    if (!r->csv) fail("cannot write '%s': %s", out, strerror(errno));
    if (!(r->journal = tmpfile())) fail("cannot make a temporary file: %s", strerror(errno));
}

static void copy_lines(run *r, const job *j, FILE *csv)
{
    char block[1 << 14];
    long left = j->size;
    if (fseek(r->journal, j->start, SEEK_SET) != 0) fail("cannot read the results: %s", strerror(errno));
    while (left > 0) {
        size_t n = fread(block, 1, left < (long)sizeof block ? (size_t)left : sizeof block, r->journal);
        if (n == 0) fail("cannot read the results: %s", strerror(errno));
        fwrite(block, 1, n, csv);
        left -= (long)n;
    }
}

/* Puts the lines together. A file appears under its name when it is complete, and the journal goes after that. */
static void write_csv(run *r)
{
    char *name = r->path ? beside(r->list->out, ".new") : NULL;
    FILE *csv = r->path ? fopen(name, "w") : r->csv;
    int i, bad = !csv;
    if (csv && r->with_header) fprintf(csv, "%s\n", r->list->header);
    for (i = 0; csv && i < r->count; i++) copy_lines(r, &r->jobs[i], csv);
    bad = bad || ferror(csv) || fflush(csv) != 0 || (name && fsync(fileno(csv)) != 0) || fclose(csv) != 0;
    if (bad || (name && rename(name, r->list->out) != 0)) fail("cannot write the results: %s", strerror(errno));
    if (r->path) remove(r->path);
    fclose(r->journal);
    free(name);
}

/* ---- Workers ---- */

/* What a worker tells its parent: the fraction that is done, and the size of the lines that follow, or -1. */
typedef struct message { double done; long size; } message;
static int parent = -1;

static void tell_parent(const void *bytes, size_t count)
{
    const char *next = (const char *)bytes;
    while (count > 0) {
        ssize_t n = write(parent, next, count);
        if (n < 0) _exit(1);
        next += n;
        count -= (size_t)n;
    }
}

/* Called by a task: the fraction of it that is done. Ends the worker if the parent is gone. */
static inline void report_progress(double done)
{
    message now = { done, -1 };
    if (parent >= 0) tell_parent(&now, sizeof now);
}

/* A worker reads numbers of tasks until there are no more, and sends back their lines. */
static void work(const task_list *list, int link)
{
    int task;
    parent = link;
    while (read(link, &task, sizeof task) == (ssize_t)sizeof task) {
        message last = { 1, 0 };
        char *lines;
        size_t size;
        FILE *csv = open_memstream(&lines, &size);
        if (!csv) fail("out of memory");
        list->run(list->user, task, csv);
        if (ferror(csv) || fclose(csv) != 0) fail("cannot keep the results: %s", strerror(errno));
        last.size = (long)size;
        tell_parent(&last, sizeof last);
        tell_parent(lines, size);
        free(lines);
    }
    _exit(0);
}

static void start_workers(run *r)
{
    int pair[2], i, k;
    fflush(NULL);
    for (i = 0; i < r->workers; i++) {
        pid_t pid;
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) fail("cannot make a socket: %s", strerror(errno));
        r->links[i].fd = pair[0];
        r->links[i].events = POLLIN;
        if ((pid = fork()) < 0) fail("cannot start a worker: %s", strerror(errno));
        if (pid == 0) {
            for (k = 0; k <= i; k++) close(r->links[k].fd);
            work(r->list, pair[1]);
        }
        close(pair[1]);
    }
}

/* Gives a worker its next task. Without one it ends; after a failure nobody begins another. */
static void hand_out(run *r, int worker)
{
    int link = r->links[worker].fd;
    job *j = r->next < r->queued && !r->failed ? r->queue[r->next++] : NULL;
    r->doing[worker] = j;
    if (!j) shutdown(link, SHUT_WR);
    else if (write(link, &j->task, sizeof j->task) < 0) r->failed = j;
}

static int read_all(int link, void *bytes, size_t count)
{
    char *next = (char *)bytes;
    while (count > 0) {
        ssize_t n = read(link, next, count);
        if (n <= 0) return 0;
        next += n;
        count -= (size_t)n;
    }
    return 1;
}

/* Takes a message, and the lines if the task is finished. Returns 0 if the worker has ended. */
static int hear(run *r, int worker)
{
    message now;
    char *lines;
    int whole;
    if (!read_all(r->links[worker].fd, &now, sizeof now)) return 0;
    if (now.size < 0) {
        set_progress(r, r->doing[worker], now.done);
        return 1;
    }
    lines = (char *)allocate((size_t)now.size, 1);
    whole = read_all(r->links[worker].fd, lines, (size_t)now.size);
    if (whole) {
        write_record(r, r->doing[worker], lines, now.size);
        hand_out(r, worker);
    }
    free(lines);
    return whole;
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* The time left follows from what has been done in the seconds elapsed. */
static void draw_progress(double done, double resumed, double elapsed)
{
    int i;
    fprintf(stderr, "\r\033[K[");
    for (i = 0; i < 40; i++) fputc(i < 40 * done ? '#' : ' ', stderr);
    fprintf(stderr, "] %3.0f%%", 100 * done);
    if (elapsed > 1 && done > resumed) fprintf(stderr, "  %.0f s left", ceil(elapsed * (1 - done) / (done - resumed)));
    fflush(stderr);
}

/* What was found in the journal has taken none of the time. */
static void show_progress(run *r)
{
    double now = seconds();
    if (now - r->shown < 0.1 || !isatty(2)) return;
    r->shown = now;
    draw_progress(r->done / r->total, r->resumed / r->total, now - r->started);
}

static void follow_workers(run *r)
{
    int i, left = r->workers;
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);
    r->started = seconds();
    for (i = 0; i < r->workers; i++) hand_out(r, i);
    while (left > 0) {
        if (poll(r->links, (nfds_t)r->workers, -1) < 0) {
            if (errno == EINTR) continue;
            fail("cannot wait for the workers: %s", strerror(errno));
        }
        for (i = 0; i < r->workers; i++) {
            if (!r->links[i].revents || hear(r, i)) continue;
            if (r->doing[i]) r->failed = r->doing[i];
            close(r->links[i].fd);
            r->links[i].fd = -1;
            left--;
        }
        show_progress(r);
    }
    if (isatty(2)) fprintf(stderr, "\r\033[K");
    while (wait(NULL) > 0) continue;
    signal(SIGPIPE, before);
}

/* ---- A run ---- */

static int compare_jobs(const void *left, const void *right)
{
    const job *a = *(job *const *)left, *b = *(job *const *)right;
    return a->weight != b->weight ? (a->weight < b->weight) - (a->weight > b->weight) : a->task - b->task;
}

/* Runs those tasks of the shard that are not yet done and writes the CSV. Ends the program if a task fails. */
static inline void run_tasks(const task_list *list, const char *program, const option *options, int option_count)
{
    run r = { .list = list };
    int i;
    r.program = strrchr(program, '/') ? strrchr(program, '/') + 1 : program;
    r.text = describe_run(&r, options, option_count);
    choose_shard(&r);
    open_output(&r);
    r.queue = (job **)allocate((size_t)r.count, sizeof *r.queue);
    for (i = 0; i < r.count; i++)
        if (!r.jobs[i].finished) r.queue[r.queued++] = &r.jobs[i];
    qsort(r.queue, (size_t)r.queued, sizeof *r.queue, compare_jobs);
    r.workers = list->threads < r.queued ? (int)list->threads : r.queued;
    r.links = (struct pollfd *)allocate((size_t)r.workers, sizeof *r.links);
    r.doing = (job **)allocate((size_t)r.workers, sizeof *r.doing);
    start_workers(&r);
    follow_workers(&r);
    if (r.failed) {
        if (!r.path) fail("task %d failed; nothing was written", r.failed->task);
        fail("task %d failed; the %d that are done are kept in '%s'", r.failed->task, r.finished, r.path);
    }
    write_csv(&r);
    free(r.jobs);
    free(r.queue);
    free(r.links);
    free(r.doing);
    free(r.path);
    free(r.text);
}

#endif
