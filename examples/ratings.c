/*
Ratings along the flow: training and held-out error and the effective rank of MovieLens 100K, against time, at depth 2,
3 and 4, with and without offsets by user and item, with and without decay. The file is the user's, --ml100k
path/to/u.data; it may not be passed on (grouplens.org/datasets/movielens/100k).

Protocol: 80 000 ratings at random to learn from, the others held out. The flow starts at Gaussian factors of hidden
width 30, alpha 1e-2, and fits the ratings less their mean or, with offsets, less what dmf_fit says at depth 1.

CSV: errors are root mean squares in stars; time is that of the flow on half the sum of squares.
*/
#define _POSIX_C_SOURCE 200809L
#include "../dmf.h"
#include "example.h"

enum { USERS = 943, ITEMS = 1682, RATINGS = 100000, LEARNT = 80000 };
static const double alpha = 1e-2, decays[] = { 0, 8 };

typedef struct settings {
    const char *ml100k;
    long width, evaluations;
    const task_list *list;
    dmf_entry *without[2];    /* in random order: less their mean, and less offsets */
    const dmf_entry *ratings; /* one of these */
    int depth, offsets;
    double decay;
    FILE *csv;
} settings;

static dmf_entry *read_ratings(const settings *s)
{
    FILE *file = fopen(s->ml100k, "r");
    dmf_entry *ratings = allocate(RATINGS, sizeof *ratings);
    dmf_rng rng = dmf_seed((uint64_t)s->list->seed, 0);
    int user, item, value, i;
    long time;
    if (!file) fail("cannot open '%s': %s", s->ml100k, strerror(errno));
    for (i = 0; i < RATINGS; i++) {
        if (fscanf(file, "%d %d %d %ld", &user, &item, &value, &time) != 4 || user < 1 || user > USERS || item < 1 ||
            item > ITEMS) fail("'%s', line %d: not a rating of MovieLens 100K", s->ml100k, i + 1);
        ratings[i].row = user - 1;
        ratings[i].col = item - 1;
        ratings[i].value = (dmf_real)value;
    }
    fclose(file);
    for (i = RATINGS - 1; i > 0; i--) {
        const size_t other = (size_t)dmf_below(&rng, (uint64_t)i + 1);
        const dmf_entry entry = ratings[i];
        ratings[i] = ratings[other];
        ratings[other] = entry;
    }
    return ratings;
}

/* What is predicted without a factorization, taken off: before there are workers, which share the rest. */
static void take_off(settings *s)
{
    dmf_real *prediction = allocate(RATINGS, sizeof *prediction), mean = 0;
    const dmf_fit_options alone = { .depth = 1 };
    dmf_entry *without;
    dmf_model *m;
    int offsets, i;
    for (offsets = 0; offsets < 2; offsets++) {
        s->without[offsets] = without = read_ratings(s);
        for (i = 0; i < LEARNT && !offsets; i++) mean += without[i].value / LEARNT;
        for (i = 0; i < RATINGS; i++) prediction[i] = mean;
        if (offsets) {
            must(NULL, dmf_fit(NULL, USERS, ITEMS, without, LEARNT, &alone, NULL, NULL, &m));
            must(NULL, dmf_predict(NULL, m, without, RATINGS, prediction, NULL));
            dmf_model_destroy(m);
        }
        for (i = 0; i < RATINGS; i++) without[i].value -= prediction[i];
    }
    free(prediction);
}

/* The effective rank of the product, from the factorization with its left factors multiplied: the R of both sides. */
static double rank_of(dmf_ctx *ctx, const dmf_factors *f)
{
    const int k = f->dims[1];
    dmf_factors *rest;
    dmf_mat left, core, basis, right;
    dmf_real *sigma = allocate((size_t)k, 2 * sizeof *sigma);
    dmf_spectrum spectrum;
    int i, j;
    must(ctx, dmf_mat_create(ctx, f->dims[f->depth], k, &left));
    must(ctx, dmf_mat_create(ctx, k, k, &core));
    must(ctx, dmf_mat_create(ctx, k, k, &basis));
    must(ctx, dmf_mat_create(ctx, k, f->dims[0], &right));
    must(ctx, dmf_factors_create(ctx, f->dims[f->depth], k, f->depth - 1, f->dims + 2, &rest));
    memcpy(rest->data, f->w[1].data, rest->size * sizeof *rest->data);
    must(ctx, dmf_product(ctx, rest, left));
    must(ctx, dmf_gemm(ctx, 1, 0, 1, left, left, 0, core));
    must(ctx, dmf_eigen(ctx, core, sigma, basis));
    must(ctx, dmf_gemm(ctx, 1, 0, 1, basis, f->w[0], 0, right));
    for (i = 0; i < k; i++)
        for (j = 0; j < right.cols; j++) right.data[i * right.cols + j] *= (dmf_real)sqrt(fmax((double)sigma[i], 0));
    must(ctx, dmf_svd(ctx, right, dmf_none(), sigma, dmf_none()));
    spectrum = dmf_summarize(sigma, k);
    dmf_mat_destroy(&left);
    dmf_mat_destroy(&core);
    dmf_mat_destroy(&basis);
    dmf_mat_destroy(&right);
    dmf_factors_destroy(rest);
    free(sigma);
    return spectrum.effective_rank;
}

/* The loss is half the sum of squares that were learnt, and half the decay times that of the factors. */
static int look(void *user, const dmf_moment *now)
{
    const settings *s = user;
    double training = 2 * now->loss / LEARNT, held_out;
    size_t i;
    for (i = 0; i < now->factors->size && s->decay > 0; i++)
        training -= s->decay * (double)now->factors->data[i] * (double)now->factors->data[i] / LEARNT;
    must(now->ctx, dmf_entry_error(now->ctx, now->factors, s->ratings + LEARNT, RATINGS - LEARNT, &held_out));
    fprintf(s->csv, "%d,%s,%g,%ld,%.6g,%.6g,%.6g,%.6g\n", s->depth, s->offsets ? "yes" : "no", s->decay,
            now->evaluations, now->time, sqrt(training), sqrt(held_out), rank_of(now->ctx, now->factors));
    report_progress((double)now->evaluations / (double)s->evaluations);
    return 0;
}

/* ---- Tasks: for every depth, with and without offsets, with and without decay ---- */

static void run_task(void *user, int task, FILE *csv)
{
    settings s = *(const settings *)user;
    const dmf_options one_thread = { .threads = 1 };
    const int w = (int)s.width, hidden[3] = { w, w, w };
    const dmf_observer observer = { .look = look, .user = &s, .every = 2 };
    dmf_motion motion = { .stop_evaluations = s.evaluations };
    dmf_rng rng = dmf_seed((uint64_t)s.list->seed, 1);
    dmf_ctx *ctx;
    dmf_problem *p;
    dmf_factors *f;
    s.depth = 2 + task / 4;
    s.offsets = task / 2 % 2;
    s.decay = motion.decay = decays[task % 2];
    s.csv = csv;
    must(NULL, dmf_ctx_create(&one_thread, &ctx));
    s.ratings = s.without[s.offsets];
    must(ctx, dmf_completion(ctx, USERS, ITEMS, s.ratings, LEARNT, &p));
    must(ctx, dmf_factors_create(ctx, USERS, ITEMS, s.depth, hidden, &f));
    must(ctx, dmf_start_gaussian(ctx, f, dmf_deviation(f, alpha), &rng));
    must(ctx, dmf_train(ctx, p, f, &motion, &observer, NULL));
    dmf_factors_destroy(f);
    dmf_problem_destroy(p);
    dmf_ctx_destroy(ctx);
}

static double task_weight(void *user, int task)
{
    (void)user;
    return 2 + task / 4;
}

int main(int argc, char **argv)
{
    settings s = { .width = 30, .evaluations = 400 };
    task_list list = { .header = "depth,offsets,decay,evaluations,time,training_error,held_out_error,effective_rank",
                       .run = run_task, .weight = task_weight, .user = &s, .count = 12, TASK_DEFAULTS, .trials = 1 };
    const option options[] = {
        TASK_OPTIONS(list, "1", "flow"),
        { "ml100k", TEXT, &s.ml100k, 0, 0, "path to u.data of MovieLens 100K" },
        { "width", WHOLE, &s.width, 1, 200, "hidden width" },
        { "evaluations", WHOLE, &s.evaluations, 10, 1e6, "gradients of a flow" },
    };
    const int option_count = sizeof options / sizeof *options;
    read_options(argc, argv, "Errors of ratings along the flow, as CSV.", options, option_count);
    if (!s.ml100k || !*s.ml100k)
        fail("--ml100k is needed: the path to u.data of MovieLens 100K, from grouplens.org/datasets/movielens/100k");
    if (strcmp(list.method, "flow") != 0 || list.trials != 1) fail("--method can only be flow here, and --trials 1");
    s.list = &list;
    take_off(&s);
    run_tasks(&list, argv[0], options, option_count);
    free(s.without[0]);
    free(s.without[1]);
    return 0;
}
