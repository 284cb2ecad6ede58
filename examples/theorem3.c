/*
Theorem 3 and Lemma 2 of A19 measured: along the paths of Figure 3's top row, the rates of singular values against
equation (7) and the velocities of singular vectors against equations (8) and (9). Depth 2 and 3: the ten leading
triples, at points spread evenly over the figure's axis. Depth 1: the ten smallest in the first 25 steps, where one of
them passes through zero. Branches of the analytic decomposition (Lemma 1) are followed from point to point, signed;
their index is their rank at the first point, since at the start all singular values are equal.

At each point the factors are copied and follow gradient flow for a short time delta, 1e-3 of the time in which rates
change. Measured is the difference of both ends over delta, predicted the mean of the theorem's rates at both ends.
They differ by O(delta^2); the interval "half" is the same with delta / 2.

CSV: trial, depth, step = time / 0.1, interval (full, half), quantity (sigma, u, v), index and sigma of the branch,
its rate as measured and as predicted (for vectors the norms of the velocities), and the norm of their difference.
*/
#define _POSIX_C_SOURCE 200809L
#include "../dmf.h"
#include "example.h"

enum { SIZE = 100, RANK = 5, OBSERVED = 2000, BRANCHES = 10, DEEPEST = 3 };
static const double rate = 0.1, alpha = 1e-3, sure = 0.99;
static const double last_step[DEEPEST] = { 25, 15000, 20000 };

typedef struct settings { task_list *list; long points; double rtol; } settings;

/* A point of the path, and what the theorems say of it. */
typedef struct point {
    dmf_mat w, gradient, u, v, du, dv;
    dmf_real sigma[SIZE];
    double rates[SIZE];
} point;

typedef struct path {
    FILE *csv;
    int trial, depth, first;  /* first: of the ten branches */
    double time;
    dmf_ctx *ctx;
    dmf_problem *problem;
    dmf_factors *factors;
    point here, there;
} path;

/* The problem of Figure 3, and further draws. */
static void make_problem(path *p, uint64_t seed)
{
    dmf_rng rng = dmf_seed(seed, p->trial ? 2 + (uint64_t)p->trial : 0);
    dmf_entry *entries = (dmf_entry *)allocate(OBSERVED, sizeof *entries);
    dmf_mat w_star;
    must(p->ctx, dmf_mat_create(p->ctx, SIZE, SIZE, &w_star));
    must(p->ctx, dmf_random_low_rank(p->ctx, RANK, w_star, &rng));
    must(p->ctx, dmf_observe(p->ctx, w_star, OBSERVED, entries, &rng));
    must(p->ctx, dmf_completion(p->ctx, SIZE, SIZE, entries, OBSERVED, &p->problem));
    must(p->ctx, dmf_problem_scale(p->ctx, p->problem, 2.0 / OBSERVED));
    dmf_mat_destroy(&w_star);
    free(entries);
}

static void open_point(dmf_ctx *ctx, point *x)
{
    dmf_mat *all[] = { &x->w, &x->gradient, &x->u, &x->v, &x->du, &x->dv };
    int i;
    for (i = 0; i < 6; i++) must(ctx, dmf_mat_create(ctx, SIZE, SIZE, all[i]));
}

static void close_point(point *x)
{
    dmf_mat *all[] = { &x->w, &x->gradient, &x->u, &x->v, &x->du, &x->dv };
    int i;
    for (i = 0; i < 6; i++) dmf_mat_destroy(all[i]);
}

static void copy_triples(const point *from, point *to)
{
    size_t bytes = SIZE * SIZE * sizeof(dmf_real);
    memcpy(to->u.data, from->u.data, bytes);
    memcpy(to->v.data, from->v.data, bytes);
    memcpy(to->sigma, from->sigma, sizeof to->sigma);
}

static dmf_factors *clone(const path *p)
{
    dmf_factors *copy;
    must(p->ctx, dmf_factors_clone(p->ctx, p->factors, &copy));
    return copy;
}

static double last_time(const path *p) { return rate * last_step[p->depth - 1]; }

/* Returns the time that it took: at least one step of descent. */
static double train(const path *p, dmf_factors *f, dmf_motion motion, double time)
{
    dmf_report report;
    motion.stop_time = time;
    must(p->ctx, dmf_train(p->ctx, p->problem, f, &motion, NULL, &report));
    return report.time;
}

/* The theorem's rates of the triples that x holds. */
static void predict(const path *p, point *x)
{
    double loss;
    must(p->ctx, dmf_problem_loss(p->ctx, p->problem, x->w, x->gradient, &loss));
    must(p->ctx, dmf_singular_rates(p->ctx, p->depth, x->gradient, x->u, x->sigma, x->v, x->rates));
    must(p->ctx, dmf_vector_rates(p->ctx, p->depth, x->gradient, x->u, x->sigma, x->v, x->du, x->dv));
}

/* The first point; its branches are numbered by size. */
static void begin(path *p, dmf_motion motion, double time)
{
    point *x = &p->here;
    p->time = train(p, p->factors, motion, time);
    must(p->ctx, dmf_product(p->ctx, p->factors, x->w));
    must(p->ctx, dmf_svd(p->ctx, x->w, x->u, x->sigma, x->v));
}

static double dot(dmf_mat a, dmf_mat b, int column)
{
    double sum = 0;
    int i;
    for (i = column; i < SIZE * SIZE; i += SIZE) sum += (double)a.data[i] * (double)b.data[i];
    return sum;
}

/* The least |u . u before| or |v . v before| of the ten branches. */
static double overlap(const path *p)
{
    double least = 1;
    int r;
    for (r = p->first; r < p->first + BRANCHES; r++) {
        least = fmin(least, fabs(dot(p->here.u, p->there.u, r)));
        least = fmin(least, fabs(dot(p->here.v, p->there.v, r)));
    }
    return least;
}

/* Goes on for a time, with the triples on their branches: in halves, down to the shortest, where the whole is too far
   to be sure. */
static void follow(path *p, dmf_motion motion, double time)
{
    point *x = &p->here, *y = &p->there;
    dmf_factors *end = clone(p);
    double gone = train(p, end, motion, time), shortest = motion.method == DMF_GD ? 2 * rate : 1e-7 * last_time(p);
    copy_triples(x, y);
    must(p->ctx, dmf_product(p->ctx, end, y->w));
    must(p->ctx, dmf_svd_track(p->ctx, y->w, y->u, y->sigma, y->v, NULL));
    if (overlap(p) < sure && time >= shortest) {
        follow(p, motion, time / 2);
        follow(p, motion, time / 2);
    } else {
        memcpy(p->factors->data, end->data, end->size * sizeof *end->data);
        memcpy(x->w.data, y->w.data, SIZE * SIZE * sizeof(dmf_real));
        copy_triples(y, x);
        p->time += gone;
    }
    dmf_factors_destroy(end);
}

static double norm(dmf_mat a, int column) { return dmf_frobenius(dmf_block(a, 0, column, a.rows, 1)); }

/* In 1 / time: how fast the ten vectors turn, and the factor |sigma|^(2 - 2/N) of equation (7) changes. */
static double change(const path *p)
{
    const point *x = &p->here;
    double most = 0, power = 2 - 2.0 / p->depth;
    int r;
    for (r = p->first; r < p->first + BRANCHES; r++) {
        most = fmax(most, fmax(norm(x->du, r), norm(x->dv, r)));
        if (power > 0) most = fmax(most, power * fabs(x->rates[r] / (double)x->sigma[r]));
    }
    return most;
}

static void write_line(const path *p, const char *interval, const char *quantity, int r, double measured,
                       double predicted, double difference)
{
    fprintf(p->csv, "%d,%d,%.6g,%s,%s,%d,%.9g,%.9g,%.9g,%.9g\n", p->trial + 1, p->depth, p->time / rate, interval,
            quantity, r + 1, (double)p->here.sigma[r], measured, predicted, difference);
}

static void write_vector(const path *p, const char *interval, const char *quantity, int r, double delta)
{
    int left = *quantity == 'u', i;
    const point *x = &p->here, *y = &p->there;
    dmf_mat from = left ? x->u : x->v, to = left ? y->u : y->v, from_rate = left ? x->du : x->dv;
    dmf_mat to_rate = left ? y->du : y->dv;
    double m2 = 0, p2 = 0, d2 = 0;
    for (i = 0; i < SIZE; i++) {
        size_t at = (size_t)i * SIZE + (size_t)r;
        double measured = ((double)to.data[at] - (double)from.data[at]) / delta;
        double predicted = ((double)from_rate.data[at] + (double)to_rate.data[at]) / 2, d = measured - predicted;
        m2 += measured * measured;
        p2 += predicted * predicted;
        d2 += d * d;
    }
    write_line(p, interval, quantity, r, sqrt(m2), sqrt(p2), sqrt(d2));
}

/* From here to there takes delta. */
static void compare(path *p, const char *interval, double delta)
{
    static const dmf_motion exact = { .method = DMF_DP5, .rtol = 1e-12 };
    const point *x = &p->here;
    point *y = &p->there;
    dmf_factors *end = clone(p);
    int r;
    train(p, end, exact, delta);
    copy_triples(x, y);
    must(p->ctx, dmf_product(p->ctx, end, y->w));
    must(p->ctx, dmf_svd_track(p->ctx, y->w, y->u, y->sigma, y->v, NULL));
    predict(p, y);
    for (r = p->first; r < p->first + BRANCHES; r++) {
        double measured = ((double)y->sigma[r] - (double)x->sigma[r]) / delta;
        double predicted = (x->rates[r] + y->rates[r]) / 2;
        write_line(p, interval, "sigma", r, measured, predicted, fabs(measured - predicted));
        write_vector(p, interval, "u", r, delta);
        write_vector(p, interval, "v", r, delta);
    }
    dmf_factors_destroy(end);
}

/* Depth 1 gets twice the points: its branches are drawn. */
static void walk(path *p, const settings *s)
{
    dmf_motion motion = motion_by_name(s->list->method, rate);
    long points = p->depth == 1 ? 2 * s->points : s->points, i;
    set_tolerance(&motion, s->rtol);
    for (i = 1; i <= points; i++) {
        double piece = last_time(p) * (double)i / (double)points - p->time, delta;
        if (piece <= 0) continue;
        if (i == 1) begin(p, motion, piece);
        else follow(p, motion, piece);
        predict(p, &p->here);
        delta = 1e-3 * fmin(1 / change(p), last_time(p));
        compare(p, "full", delta);
        compare(p, "half", delta / 2);
        report_progress((double)i / (double)points);
    }
}

static void run_path(void *user, int task, FILE *csv)
{
    const settings *s = (const settings *)user;
    path p = { .csv = csv, .trial = task / DEEPEST, .depth = task % DEEPEST + 1 };
    p.first = p.depth == 1 ? SIZE - BRANCHES : 0;
    must(NULL, dmf_ctx_create(NULL, &p.ctx));
    make_problem(&p, (uint64_t)s->list->seed);
    must(p.ctx, dmf_factors_create(p.ctx, SIZE, SIZE, p.depth, NULL, &p.factors));
    must(p.ctx, dmf_start_identity(p.ctx, p.factors, alpha));
    open_point(p.ctx, &p.here);
    open_point(p.ctx, &p.there);
    walk(&p, s);
    close_point(&p.here);
    close_point(&p.there);
    dmf_factors_destroy(p.factors);
    dmf_problem_destroy(p.problem);
    dmf_ctx_destroy(p.ctx);
}

/* Seconds on one core of a 2023 server. */
static double weigh(void *user, int task)
{
    static const double seconds[DEEPEST] = { 4, 2, 3 };
    (void)user;
    return seconds[task % DEEPEST];
}

int main(int argc, char **argv)
{
    static const char *const methods[] = { "flow", "dp5", "gd", NULL };
    settings s = { .points = 80, .rtol = 1e-8 };
    task_list list = { .header = "trial,depth,step,interval,quantity,index,sigma,measured,predicted,difference",
                       .run = run_path, .weight = weigh, .user = &s, TASK_DEFAULTS, .trials = 1 };
    const option options[] = {
        TASK_OPTIONS(list, "draws of the matrix and the observed entries", "flow, dp5 (flow, high order) or gd"),
        { "points", WHOLE, &s.points, 1, 10000, "points along a path; twice as many at depth 1" },
        { "rtol", REAL, &s.rtol, 1e-12, 0.01, "relative tolerance of the flow along the path" },
    };
    int option_count = sizeof options / sizeof *options;
    read_options(argc, argv, "Theorem 3 and Lemma 2 of A19: rates of singular values and vectors, measured and "
                 "predicted, as CSV.", options, option_count);
    one_of(list.method, methods, "method");
    s.list = &list;
    list.count = DEEPEST * (int)list.trials;
    run_tasks(&list, argv[0], options, option_count);
    return 0;
}
