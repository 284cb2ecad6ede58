/*
Figure 3 of A19: singular values of the product matrix along gradient flow, depth 1, 2, 3, and how its
singular vectors align with the gradient's at depth 2. Top: a random rank-5 matrix, 100 x 100, from 2000
entries. Bottom: MovieLens 100K, items x users, from 10 000 ratings.

Protocol (A19, appendix E and published code): mean squared loss, start alpha^(1/N) I with alpha = 1e-3,
descent with rate 0.1. Flow is drawn against step = time / rate.
*/
#define _POSIX_C_SOURCE 200809L
#define DMF_IMPLEMENTATION
#include "../dmf.h"
#include "example.h"

enum { TOP = 10, PROBES = 8, SIZE = 100, RANK = 5, OBSERVED = 2000, ITEMS = 1682, USERS = 943, RATINGS = 100000, SHOWN = 10000 };
static const double rate = 0.1, alpha = 1e-3;

/* Steps on the axis of the paper's panels. */
static const long last_step[2][3] = { { 30000, 15000, 20000 }, { 200000, 40000, 50000 } };

/* points = 0: at steps of the flow that are worth drawing. dots: only to compare, on the curves of the flow. */
typedef struct task { int movielens, depth, descent, dots, points; double weight; } task;

typedef struct settings {
    long points;
    double rtol, part;
    const char *ml100k;
    const task_list *list;
    dmf_entry *ratings;       /* SHOWN of them, drawn at random */
    task tasks[9];
    int count;
} settings;

/* ---- Data ---- */

static void read_movielens(settings *s)
{
    FILE *file = fopen(s->ml100k, "r");
    dmf_entry *all = (dmf_entry *)malloc(RATINGS * sizeof *all);
    dmf_rng rng = dmf_seed((uint64_t)s->list->seed, 1);
    int user, item, i;
    double value;
    if (!file) fail("cannot open '%s': %s", s->ml100k, strerror(errno));
    if (!all) fail("out of memory");
    for (i = 0; i < RATINGS; i++) {
        if (fscanf(file, "%d %d %lf %*d", &user, &item, &value) != 3 || user < 1 || user > USERS || item < 1 || item > ITEMS)
            fail("'%s', line %d: not a rating of MovieLens 100K (user, item, rating, timestamp)", s->ml100k, i + 1);
        all[i].row = item - 1;
        all[i].col = user - 1;
        all[i].value = (dmf_real)value;
    }
    fclose(file);
    for (i = 0; i < SHOWN; i++) {
        int other = i + (int)dmf_below(&rng, (uint64_t)(RATINGS - i));
        dmf_entry entry = all[i];
        all[i] = all[other];
        all[other] = entry;
    }
    s->ratings = all;
}

static dmf_problem *synthetic_problem(dmf_ctx *ctx, const settings *s)
{
    dmf_rng rng = dmf_seed((uint64_t)s->list->seed, 0);
    dmf_entry *entries = (dmf_entry *)malloc(OBSERVED * sizeof *entries);
    dmf_problem *problem;
    dmf_mat w_star;
    if (!entries) fail("out of memory");
    must(ctx, dmf_mat_create(ctx, SIZE, SIZE, &w_star));
    must(ctx, dmf_random_low_rank(ctx, &rng, RANK, w_star));
    must(ctx, dmf_observe(ctx, &rng, w_star, OBSERVED, entries));
    must(ctx, dmf_completion(ctx, SIZE, SIZE, entries, OBSERVED, &problem));
    dmf_mat_destroy(&w_star);
    free(entries);
    return problem;
}

/* ---- One panel ---- */

typedef struct panel {
    const task *task;
    const dmf_problem *problem;
    FILE *csv;
    double last_time;         /* where the axis ends */
    double drawn_time, scale; /* of the point drawn last; a size for ||W||_F */
    dmf_mat probes, probed[2], drawn;  /* random vectors X and W X on the way, now and for the point drawn last */
    dmf_mat w, gradient;
    dmf_mat u, v, top_u, top_v; /* of the point drawn last: all singular vectors, or TOP of them */
    dmf_real *sigma;
} panel;

/* Whether the path has gone far enough from the point drawn last: 4 per cent of the scale, or 5 of the axis. Products
   and decompositions of the large matrices are what takes the time, so the distance is estimated from
   E||D X||_F^2 = PROBES ||D||_F^2, X Gaussian. */
static int worth_drawing(panel *p, const dmf_moment *now)
{
    const dmf_factors *f = now->factors;
    dmf_mat x = p->probes;
    double moved = 0, d, time = now->time;
    size_t i;
    int j;
    for (j = 0; j < f->depth; j++) {
        dmf_mat next = dmf_block(p->probed[j % 2], 0, 0, f->dims[j + 1], PROBES);
        must(now->ctx, dmf_gemm(now->ctx, 0, 0, 1, f->w[j], x, 0, next));
        x = next;
    }
    for (i = 0; i < (size_t)x.rows * PROBES; i++) d = (double)x.data[i] - p->drawn.data[i], moved += d * d;
    if (time > 0 && time < p->last_time && sqrt(moved / PROBES) < 0.04 * p->scale &&
        time - p->drawn_time < 0.05 * p->last_time) return 0;
    memcpy(p->drawn.data, x.data, (size_t)x.rows * PROBES * sizeof *x.data);
    p->drawn_time = time;
    return 1;
}

static void write_value(const panel *p, double time, const char *quantity, int index, double value)
{
    fprintf(p->csv, "%s,%d,%s,%.6g,%s,%d,%.9g\n", p->task->movielens ? "movielens" : "synthetic", p->task->depth,
            p->task->descent ? "gd" : "flow", time / rate, quantity, index, value);
}

static int look(void *user, const dmf_moment *now)
{
    panel *p = (panel *)user;
    int align = p->task->depth == 2 && !p->task->dots, i;
    dmf_mat none = { 0 };
    dmf_alignment a;
    double loss;
    report_progress(now->time / p->last_time);
    if (p->task->points == 0 && !worth_drawing(p, now)) return 0;
    must(now->ctx, dmf_product(now->ctx, now->factors, p->w));
    if (align && !p->task->movielens) must(now->ctx, dmf_svd_warm(now->ctx, p->w, p->u, p->sigma, p->v));
    else if (align) must(now->ctx, dmf_svd(now->ctx, p->w, p->u, p->sigma, p->v));
    else if (p->task->movielens) must(now->ctx, dmf_svd_top(now->ctx, p->w, 0, p->top_u, p->sigma, p->top_v, NULL));
    else must(now->ctx, dmf_svd(now->ctx, p->w, none, p->sigma, none));
    for (i = 0; i < TOP; i++) write_value(p, now->time, "sigma", i + 1, p->sigma[i]);
    write_value(p, now->time, "train_loss", 0, now->loss);
    if (align) {
        must(now->ctx, dmf_problem_loss(now->ctx, p->problem, p->w, p->gradient, &loss));
        must(now->ctx, dmf_align(now->ctx, p->gradient, p->u, p->v, &a));
        write_value(p, now->time, "diagonal_mean", 0, a.on_mean);
        write_value(p, now->time, "diagonal_deviation", 0, a.on_deviation);
        write_value(p, now->time, "off_diagonal_mean", 0, a.off_mean);
        write_value(p, now->time, "off_diagonal_deviation", 0, a.off_deviation);
    }
    return 0;
}

static void run_panel(void *user, int index, FILE *csv)
{
    const settings *s = (const settings *)user;
    const task *t = &s->tasks[index];
    long steps = last_step[t->movielens][t->depth - 1];
    int rows = t->movielens ? ITEMS : SIZE, cols = t->movielens ? USERS : SIZE, i;
    double *times = t->points ? (double *)malloc((size_t)t->points * sizeof *times) : NULL, sum = 0;
    dmf_ctx *ctx;
    dmf_problem *problem;
    dmf_factors *factors;
    dmf_motion motion = { .method = t->descent ? DMF_GD : DMF_FLOW, .rate = rate, .rtol = s->rtol * (t->movielens ? 10 : 1), .stop_time = rate * (double)steps * (t->movielens ? s->part : 1) };
    dmf_observer observer = { .look = look, .times = times, .time_count = t->points };
    dmf_options options = { .threads = t->movielens ? (int)s->list->threads : 1 };
    dmf_rng rng = dmf_seed((uint64_t)s->list->seed, 2);
    panel p = { .task = t, .csv = csv };
    must(NULL, dmf_ctx_create(&options, &ctx));
    if (t->movielens) must(ctx, dmf_completion(ctx, rows, cols, s->ratings, SHOWN, &problem));
    else problem = synthetic_problem(ctx, s);
    must(ctx, dmf_problem_scale(ctx, problem, 2.0 / (double)dmf_problem_count(problem)));
    must(ctx, dmf_factors_create(ctx, rows, cols, t->depth, NULL, &factors));
    must(ctx, dmf_start_identity(ctx, factors, alpha));
    must(ctx, dmf_mat_create(ctx, rows, cols, &p.w));
    must(ctx, dmf_mat_create(ctx, cols, PROBES, &p.probes));
    must(ctx, dmf_mat_create(ctx, rows, PROBES, &p.probed[0]));
    must(ctx, dmf_mat_create(ctx, rows, PROBES, &p.probed[1]));
    must(ctx, dmf_mat_create(ctx, rows, PROBES, &p.drawn));
    must(ctx, dmf_mat_create(ctx, rows, cols, &p.gradient));
    must(ctx, dmf_mat_create(ctx, rows, cols, &p.u));
    must(ctx, dmf_mat_create(ctx, cols, cols, &p.v));
    must(ctx, dmf_mat_create(ctx, rows, TOP, &p.top_u));
    must(ctx, dmf_mat_create(ctx, cols, TOP, &p.top_v));
    p.sigma = (dmf_real *)malloc((size_t)cols * sizeof *p.sigma);
    if (!p.sigma || (t->points && !times)) fail("out of memory");
    for (i = 0; i < cols * PROBES; i++) p.probes.data[i] = (dmf_real)dmf_normal(&rng);
    for (i = 0; i < t->points; i++) times[i] = motion.stop_time * (i + 1) / t->points;
    for (i = 0; t->movielens && i < SHOWN; i++) sum += (double)s->ratings[i].value * s->ratings[i].value;
    p.scale = sqrt(sum / SHOWN * rows * cols);
    p.last_time = motion.stop_time;
    p.problem = problem;
    observer.user = &p;
    must(ctx, dmf_train(ctx, problem, factors, &motion, &observer, NULL));
    dmf_mat_destroy(&p.w);
    dmf_mat_destroy(&p.probes);
    dmf_mat_destroy(&p.probed[0]);
    dmf_mat_destroy(&p.probed[1]);
    dmf_mat_destroy(&p.drawn);
    dmf_mat_destroy(&p.gradient);
    dmf_mat_destroy(&p.u);
    dmf_mat_destroy(&p.v);
    dmf_mat_destroy(&p.top_u);
    dmf_mat_destroy(&p.top_v);
    free(p.sigma);
    free(times);
    dmf_factors_destroy(factors);
    dmf_problem_destroy(problem);
    dmf_ctx_destroy(ctx);
}

/* ---- All panels ---- */

static double panel_weight(void *user, int index) { return ((const settings *)user)->tasks[index].weight; }

static void add_task(settings *s, int movielens, int depth, int descent, int dots, long points, double weight)
{
    task *t = &s->tasks[s->count++];
    t->movielens = movielens;
    t->depth = depth;
    t->descent = descent;
    t->dots = dots;
    t->points = (int)points;
    t->weight = weight;
}

/* Weights are seconds on one core of a 2023 server. */
static void list_tasks(settings *s)
{
    static const char *const methods[] = { "flow", "gd", NULL };
    static const double flow_seconds[2][3] = { { 0.4, 0.4, 0.5 }, { 2, 30, 65 } }, step_seconds[2][3] = { { 1e-5, 7e-5, 2e-4 }, { 1e-2, 2e-2, 0.1 } };
    int descent = one_of(s->list->method, methods, "method"), depth;
    for (depth = 1; depth <= 3; depth++) {
        double steps = step_seconds[0][depth - 1] * (double)last_step[0][depth - 1];
        add_task(s, 0, depth, descent, 0, s->points, descent ? steps : flow_seconds[0][depth - 1]);
        if (!descent) add_task(s, 0, depth, 1, 1, 15, steps);
        if (s->ml100k && !descent) add_task(s, 1, depth, 0, 0, 0, s->part * flow_seconds[1][depth - 1]);
        if (s->ml100k && descent) add_task(s, 1, depth, 1, 0, 40, s->part * step_seconds[1][depth - 1] * (double)last_step[1][depth - 1]);
    }
}

int main(int argc, char **argv)
{
    settings s = { .points = 150, .rtol = 1e-4, .part = 1 };
    task_list list = { .header = "panel,depth,method,step,quantity,index,value", .run = run_panel, .weight = panel_weight,
                       .user = &s, TASK_DEFAULTS, .trials = 1 };
    const option options[] = {
        TASK_OPTIONS(list, "unused", "flow, or gd: the paper's own gradient descent (slow on MovieLens)"),
        { "rtol", REAL, &s.rtol, 1e-12, 0.01, "relative tolerance of the flow in the top row; below, ten times that" },
        { "points", WHOLE, &s.points, 2, 100000, "points along a curve of the top row" },
        { "short", REAL, &s.part, 0.01, 1, "part of the bottom row's axis to compute" },
        { "ml100k", TEXT, &s.ml100k, 0, 0, "path to u.data of MovieLens 100K, for the bottom row" },
    };
    int option_count = sizeof options / sizeof *options;
    read_options(argc, argv, "Figure 3 of A19: singular values along gradient flow, as CSV.", options, option_count);
    if (s.ml100k && !*s.ml100k) s.ml100k = NULL;
    s.list = &list;
    list_tasks(&s);
    if (s.ml100k) read_movielens(&s);
    list.count = s.count;
    run_tasks(&list, argv[0], options, option_count);
    free(s.ratings);
    if (!s.ml100k) fprintf(stderr, "fig3: without MovieLens, the top row only; get ml-100k.zip at https://grouplens.org/datasets/movielens/100k/ "
                         "and give the path to its u.data\n");
    return 0;
}
