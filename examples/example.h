/*
What the example programs share: options, and tasks that run on several cores with progress shown.

A program is a list of independent tasks, each of which writes lines of CSV. run_tasks gives them to
worker processes and joins their lines in the order of the list, so the output does not depend on
the number of workers. POSIX (fork, pipe); include after dmf.h.
*/
#ifndef EXAMPLE_H
#define EXAMPLE_H

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- Ending with a sentence ---- */

static void fail(const char *sentence, ...)
{
    va_list args;
    va_start(args, sentence);
    fprintf(stderr, "\r\033[K" + (isatty(2) ? 0 : 4));
    vfprintf(stderr, sentence, args);
    fprintf(stderr, "\n");
    va_end(args);
    exit(1);
}

/* Ends the program unless the status is DMF_OK. */
static void must(dmf_ctx *ctx, dmf_status s)
{
    if (s) fail("%s", ctx && *dmf_message(ctx) ? dmf_message(ctx) : dmf_strerror(s));
}

/* ---- Options: --name value or --name=value ---- */

typedef struct option {
    const char *name;
    enum { WHOLE, REAL, TEXT } kind;
    void *value;              /* long, double or const char *, holding the default */
    double least, most;       /* for numbers */
    const char *help;
} option;

static void print_help(const char *program, const char *about, const option *options, int count)
{
    int i;
    printf("%s\n\nusage: %s [options]\n\n", about, program);
    for (i = 0; i < count; i++) {
        const option *o = &options[i];
        printf("  --%-18s %s", o->name, o->help);
        if (o->kind == WHOLE) printf(" [%ld]", *(long *)o->value);
        if (o->kind == REAL) printf(" [%g]", *(double *)o->value);
        if (o->kind == TEXT && *(const char **)o->value) printf(" [%s]", *(const char **)o->value);
        printf("\n");
    }
    printf("  --%-18s %s\n", "help", "show this");
}

static void set_option(const option *o, const char *text)
{
    char *end;
    double number;
    if (o->kind == TEXT) {
        *(const char **)o->value = text;
        return;
    }
    errno = 0;
    number = o->kind == WHOLE ? (double)strtol(text, &end, 10) : strtod(text, &end);
    if (end == text || *end || errno || !(number >= o->least && number <= o->most))
        fail("--%s takes a %s from %g to %g, not '%s'", o->name, o->kind == WHOLE ? "whole number" : "number",
             o->least, o->most, text);
    if (o->kind == WHOLE) *(long *)o->value = strtol(text, &end, 10);
    else *(double *)o->value = number;
}

static void read_options(int argc, char **argv, const char *about, const option *options, int count)
{
    int a, i;
    for (a = 1; a < argc; a++) {
        const char *name = argv[a] + 2, *value;
        size_t length = strcspn(argv[a], "=") - 2;
        if (strcmp(argv[a], "--help") == 0) {
            print_help(argv[0], about, options, count);
            exit(0);
        }
        if (strncmp(argv[a], "--", 2) != 0) fail("'%s' is not an option; try --help", argv[a]);
        for (i = 0; i < count; i++)
            if (strlen(options[i].name) == length && strncmp(options[i].name, name, length) == 0) break;
        if (i == count) fail("there is no option '%.*s'; try --help", (int)length + 2, argv[a]);
        value = name[length] == '=' ? name + length + 1 : argv[++a];
        if (!value) fail("--%s needs a value", options[i].name);
        set_option(&options[i], value);
    }
}

static int one_of(const char *text, const char *const *choices, const char *name)
{
    int i;
    for (i = 0; choices[i]; i++)
        if (strcmp(text, choices[i]) == 0) return i;
    fail("--%s cannot be '%s'; try --help", name, text);
    return -1;
}

/* ---- Tasks ---- */

typedef struct task_list {
    int count, workers;
    void (*run)(void *user, int task, FILE *csv);
    double (*weight)(void *user, int task);  /* how long it takes, in any unit */
    void *user;
} task_list;

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* What a worker tells its parent. */
typedef struct progress { int task; double done; } progress;
static int progress_pipe = -1, progress_task;

/* Called by a task: the fraction of it that is done. */
static void report_progress(double done)
{
    progress now;
    memset(&now, 0, sizeof now);
    now.task = progress_task;
    now.done = done;
    if (progress_pipe >= 0 && write(progress_pipe, &now, sizeof now) < 0) return;
}

static void show_progress(double done, double started)
{
    double elapsed = seconds() - started, left = done > 0 ? elapsed * (1 - done) / done : 0;
    int i;
    if (!isatty(2)) return;
    fprintf(stderr, "\r\033[K[");
    for (i = 0; i < 40; i++) fputc(i < 40 * done ? '#' : ' ', stderr);
    fprintf(stderr, "] %3.0f%%", 100 * done);
    if (elapsed > 1) fprintf(stderr, "  %.0f s left", ceil(left));
    fflush(stderr);
}

/* A worker takes the number of a task from one pipe until it is empty, and reports to the other. */
static void work(const task_list *list, FILE **csv, int jobs, int reports)
{
    progress_pipe = reports;
    while (read(jobs, &progress_task, sizeof progress_task) == (ssize_t)sizeof progress_task) {
        list->run(list->user, progress_task, csv[progress_task]);
        if (fflush(csv[progress_task]) != 0) fail("cannot write the results: %s", strerror(errno));
        report_progress(1);
    }
    _exit(0);
}

static void queue_heaviest_first(const task_list *list, int to)
{
    char *queued = (char *)calloc((size_t)list->count, 1);
    int i, k;
    for (k = 0; k < list->count; k++) {
        int heaviest = -1;
        for (i = 0; i < list->count; i++)
            if (!queued[i] && (heaviest < 0 || list->weight(list->user, i) > list->weight(list->user, heaviest))) heaviest = i;
        queued[heaviest] = 1;
        if (write(to, &heaviest, sizeof heaviest) < 0) fail("cannot queue the tasks: %s", strerror(errno));
    }
    free(queued);
}

static void follow_progress(const task_list *list, int from)
{
    double *done = (double *)calloc((size_t)list->count, sizeof *done), total = 0, started = seconds();
    progress now;
    int i;
    for (i = 0; i < list->count; i++) total += list->weight(list->user, i);
    while (read(from, &now, sizeof now) == (ssize_t)sizeof now) {
        double sum = 0;
        done[now.task] = now.done;
        for (i = 0; i < list->count; i++) sum += done[i] * list->weight(list->user, i);
        show_progress(sum / total, started);
    }
    if (isatty(2)) fprintf(stderr, "\r\033[K");
    free(done);
}

/* Runs all tasks and writes their lines to out, in order. Ends the program if one fails. */
static void run_tasks(const task_list *list, FILE *out)
{
    FILE **csv = (FILE **)calloc((size_t)list->count, sizeof *csv);
    int jobs[2], reports[2], i, status, failed = 0;
    char block[1 << 14];
    size_t n;
    if (pipe(jobs) != 0 || pipe(reports) != 0) fail("cannot make a pipe: %s", strerror(errno));
    for (i = 0; i < list->count; i++)
        if (!(csv[i] = tmpfile())) fail("cannot make a temporary file: %s", strerror(errno));
    queue_heaviest_first(list, jobs[1]);
    fflush(NULL);
    for (i = 0; i < list->workers; i++) {
        pid_t pid = fork();
        if (pid < 0) fail("cannot start a worker: %s", strerror(errno));
        if (pid == 0) {
            close(jobs[1]);
            close(reports[0]);
            work(list, csv, jobs[0], reports[1]);
        }
    }
    close(jobs[0]);
    close(jobs[1]);
    close(reports[1]);
    follow_progress(list, reports[0]);
    while (wait(&status) > 0) failed |= status;
    if (failed) fail("a task failed; nothing was written");
    for (i = 0; i < list->count; i++) {
        rewind(csv[i]);
        while ((n = fread(block, 1, sizeof block, csv[i])) > 0)
            if (fwrite(block, 1, n, out) != n) fail("cannot write the results: %s", strerror(errno));
        fclose(csv[i]);
    }
    free(csv);
}

static long count_cores(void)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return cores > 0 ? cores : 1;
}

#endif
