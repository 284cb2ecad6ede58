/*
Ratings to test on: dmf_fit on parts of MovieLens 100K, each with 80 000 ratings to learn from and the other 20 000 to
test on, beside what it expected. The file is the user's, --ml100k path/to/u.data; it may not be passed on
(grouplens.org/datasets/movielens/100k).

Splits are random: the 20 000 that come last when dmf_seed(seed, split) shuffles the lines of the file, the last with
one of the first so many, then the one before it, and so on. Or they are given, --lines file,file: the numbers of the
test lines, from 1 on, one a line.

CSV: a split a line, in rating units. offsets and error are root mean squares over held-out parts of the ratings to
learn from, deviation the standard error of that; expected is what the model is expected to have, test what it has;
within is the share of test ratings within one predicted deviation, predicted the root mean square of those deviations.
*/
#define _POSIX_C_SOURCE 200809L
#include "../dmf.h"
#include "example.h"

enum { USERS = 943, ITEMS = 1682, RATINGS = 100000, LEARNT = 80000, TESTED = RATINGS - LEARNT };

typedef struct settings {
    const char *ml100k, *lines;
    const task_list *list;
} settings;

static void read_ratings(const char *path, dmf_entry *ratings)
{
    FILE *file = fopen(path, "r");
    int user, item, value, i;
    long time;
    if (!file) fail("cannot open '%s': %s", path, strerror(errno));
    for (i = 0; i < RATINGS; i++) {
        if (fscanf(file, "%d %d %d %ld", &user, &item, &value, &time) != 4 || user < 1 || user > USERS || item < 1 ||
            item > ITEMS) fail("'%s', line %d: not a rating of MovieLens 100K", path, i + 1);
        ratings[i] = (dmf_entry){ user - 1, item - 1, (dmf_real)value };
    }
    fclose(file);
}

static void exchange(dmf_entry *ratings, int a, int b)
{
    const dmf_entry kept = ratings[a];
    ratings[a] = ratings[b];
    ratings[b] = kept;
}

/* The test lines to the end, in ascending order: what is exchanged with them lies beyond. */
static void read_lines(const char *path, dmf_entry *ratings)
{
    FILE *file = fopen(path, "r");
    char *is_test = allocate(RATINGS, 1);
    int line, i, count = 0, learnt = 0;
    dmf_entry *sorted = allocate(RATINGS, sizeof *sorted);
    if (!file) fail("cannot open '%s': %s", path, strerror(errno));
    while (fscanf(file, "%d", &line) == 1) {
        if (line < 1 || line > RATINGS || is_test[line - 1]) fail("'%s': %d is no line, or is there twice", path, line);
        is_test[line - 1] = 1;
        count++;
    }
    if (count != TESTED || !feof(file)) fail("'%s' has not the numbers of %d lines", path, TESTED);
    for (count = i = 0; i < RATINGS; i++) sorted[is_test[i] ? LEARNT + count++ : learnt++] = ratings[i];
    memcpy(ratings, sorted, RATINGS * sizeof *sorted);
    fclose(file);
    free(sorted);
    free(is_test);
}

/* The task-th of the files given. */
static void read_given(const char *lines, int task, dmf_entry *ratings)
{
    char path[1000];
    while (task-- > 0) lines = strchr(lines, ',') + 1;
    snprintf(path, sizeof path, "%.*s", (int)strcspn(lines, ","), lines);
    read_lines(path, ratings);
}

static void run_split(void *user, int task, FILE *csv)
{
    const settings *s = user;
    const dmf_options one_thread = { .threads = 1 };
    dmf_rng rng = dmf_seed((uint64_t)s->list->seed, (uint64_t)task + 1);
    dmf_entry *ratings = allocate(RATINGS, sizeof *ratings);
    dmf_real *prediction = allocate(TESTED, sizeof *prediction), *deviation = allocate(TESTED, sizeof *deviation);
    double squares = 0, variances = 0, within = 0;
    dmf_fit_report report;
    dmf_model *model;
    dmf_ctx *ctx;
    int i;
    must(NULL, dmf_ctx_create(&one_thread, &ctx));
    read_ratings(s->ml100k, ratings);
    if (*s->lines) read_given(s->lines, task, ratings);
    else for (i = RATINGS - 1; i > 0; i--) exchange(ratings, i, (int)dmf_below(&rng, (uint64_t)i + 1));
    must(ctx, dmf_fit(ctx, USERS, ITEMS, ratings, LEARNT, NULL, NULL, &report, &model));
    must(ctx, dmf_predict(ctx, model, ratings + LEARNT, TESTED, prediction, deviation));
    for (i = 0; i < TESTED; i++) {
        const double off = (double)(ratings[LEARNT + i].value - prediction[i]), predicted = (double)deviation[i];
        squares += off * off / TESTED;
        variances += predicted * predicted / TESTED;
        within += (fabs(off) <= predicted) / (double)TESTED;
    }
    fprintf(csv, "%d,%s,%.6g,%.6g,%.6g,%.6g,%.6g,%.6g,%.6g,%d,%d\n", task + 1, *s->lines ? "given" : "random",
            report.offsets_error, report.error, report.error_deviation, report.expected, sqrt(squares),
            sqrt(variances), within, report.depth, report.width);
    dmf_model_destroy(model);
    dmf_ctx_destroy(ctx);
    free(ratings);
    free(prediction);
    free(deviation);
}

static double split_weight(void *user, int task)
{
    (void)user;
    (void)task;
    return 1;
}

int main(int argc, char **argv)
{
    settings s = { .lines = "" };
    task_list list = { .header = "split,kind,offsets,error,deviation,expected,test,predicted,within,depth,width",
                       .run = run_split, .weight = split_weight, .user = &s, TASK_DEFAULTS, .trials = 5 };
    const option options[] = {
        TASK_OPTIONS(list, "random splits", "flow"),
        { "ml100k", TEXT, &s.ml100k, 0, 0, "path to u.data of MovieLens 100K" },
        { "lines", TEXT, &s.lines, 0, 0, "files with the numbers of test lines, in place of random ones" },
    };
    const int option_count = sizeof options / sizeof *options;
    const char *at;
    dmf_entry *ratings;
    int task;
    read_options(argc, argv, "Ratings predicted beside ratings held back, as CSV.", options, option_count);
    if (!s.ml100k || !*s.ml100k)
        fail("--ml100k is needed: the path to u.data of MovieLens 100K, from grouplens.org/datasets/movielens/100k");
    if (strcmp(list.method, "flow") != 0) fail("--method can only be flow here");
    s.list = &list;
    list.count = (int)list.trials;
    if (*s.lines)
        for (list.count = 1, at = s.lines; (at = strchr(at, ',')) != NULL; at++) list.count++;
    ratings = allocate(RATINGS, sizeof *ratings); /* what makes no sense is refused before the first task */
    read_ratings(s.ml100k, ratings);
    for (task = 0; *s.lines && task < list.count; task++) read_given(s.lines, task, ratings);
    free(ratings);
    run_tasks(&list, argv[0], options, option_count);
    return 0;
}
