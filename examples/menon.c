/*
Menon's question: of a 2 x 2 matrix W_11 = W_22 = 1 are observed, W_12 = a and W_21 = b are free. Every (a, b) fits,
and the rank is 1 exactly on the hyperbola ab = 1. Where do flows from small starts end? The question is about balanced
factors, whose product has a flow of its own; SY26 answers it for a family of balanced starts (as its reviews and
published code tell; derived in PAPER_NOTES.md), and beside these stand Gaussian starts, which are not balanced.

Protocol: depth 2, 3 and 4. A balanced start has the product alpha^N X, X Gaussian; half of the X have det X > 0 and
half det X < 0, by turns. It is run by its factors, and the first of them as a product too. The family has alpha on the
diagonal of every factor and alpha/m off it. The factors of a Gaussian start have deviation alpha. A trial has the same
random numbers at every alpha. The flow ends where l is below 1e-28.

CSV, by kind. end: where a run of the factors ends; product: where one of dmf_train_product does. formula: where it
should, by dmf_diagonal_limit for the family and at depth 2 by the closed form below for the others. limit: at depth 2,
where alpha -> 0 leads. path: points on the way of the first trials, at one alpha. start is balanced, family or
gaussian; m is 0 where it has no meaning. start_det is the determinant of X, or 0. det W is 1 - ab where it fits.
*/
#define _POSIX_C_SOURCE 200809L
#include "../dmf.h"
#include "example.h"

enum { SHALLOWEST = 2, DEEPEST = 4, DEPTHS = DEEPEST - SHALLOWEST + 1 };
enum { LEAST_POWER = -4, PER_DECADE = 2, ALPHAS = 1 - LEAST_POWER * PER_DECADE };
static const double ms[] = { 1.5, 10, 1000 }, fitted = 1e-28, path_spacing = 0.02;
enum { FAMILIES = sizeof ms / sizeof *ms };
enum { BALANCED, FAMILY, GAUSSIAN };
static const char *const start_names[] = { "balanced", "family", "gaussian" };

typedef struct settings {
    long paths, products;
    double path_alpha, rtol;
    dmf_motion motion;
    const task_list *list;
} settings;

typedef struct walk {
    const settings *s;
    dmf_ctx *ctx;
    FILE *csv;
    const dmf_problem *problem;
    int depth, start, trial;
    double alpha, m, start_det, a, b;
} walk;

static void write_point(const walk *k, const char *kind, double time, const double w[4], double det, double loss)
{
    fprintf(k->csv, "%s,%s,%d,%.9g,%g,%d,%.9g,%.17g,%.17g,%.9g,%.9g,%.3g\n", kind, start_names[k->start], k->depth,
            k->alpha, k->m, k->trial, time, w[1], w[2], det, k->start_det, loss);
}

static void read_product(dmf_ctx *ctx, const dmf_factors *f, double w[4])
{
    dmf_real x[4];
    int i;
    must(ctx, dmf_product(ctx, f, dmf_view(x, 2, 2)));
    for (i = 0; i < 4; i++) w[i] = (double)x[i];
}

/* Factor by factor, because nearly all of W_11 W_22 - a b cancels in the product. */
static double determinant(const dmf_factors *f)
{
    double all = 1;
    int j;
    for (j = 0; j < f->depth; j++) {
        const dmf_real *x = f->w[j].data;
        all *= (double)x[0] * (double)x[3] - (double)x[1] * (double)x[2];
    }
    return all;
}

static int look(void *user, const dmf_moment *now)
{
    walk *k = (walk *)user;
    double w[4];
    read_product(now->ctx, now->factors, w);
    if (now->step > 0 && hypot(w[1] - k->a, w[2] - k->b) < path_spacing) return 0;
    k->a = w[1];
    k->b = w[2];
    write_point(k, "path", now->time, w, determinant(now->factors), now->loss);
    return 0;
}

/* ---- Where it should end ---- */

/* All targets are equal: W = sigma_1 on (1, 1), sigma_2 on (1, -1). */
static void write_family_limit(const walk *k)
{
    dmf_limit end;
    double w[4];
    must(k->ctx, dmf_diagonal_limit(k->ctx, k->depth, 2, k->alpha, k->m, 1, &end));
    w[0] = w[3] = (end.sigma_1 + end.sigma_2) / 2;
    w[1] = w[2] = (end.sigma_1 - end.sigma_2) / 2;
    write_point(k, "formula", 0, w, end.sigma_1 * end.sigma_2, 0);
}

static double cross(const double x[2], const double y[2]) { return x[0] * y[1] - x[1] * y[0]; }

/* Depth 2. Row u_i of W_2 and column v_i of W_1 follow u' = r v, v' = r u with a residual r of their own: p_i = u_i +
   v_i grows by a factor e^R while u_i - v_i shrinks by it. In the end u_i v_i = 1, which determines R. As alpha -> 0
   the shrinking parts no longer count, and a = b = cos(p_1, p_2). */
static void write_shallow_limits(const walk *k, const dmf_factors *f)
{
    double u[2][2], v[2][2], plus[2][2], w[4], lengths = 1;
    int i, j, x;
    for (i = 0; i < 2; i++) {
        double minus[2], p = 0, q = 0, growth;
        for (x = 0; x < 2; x++) {
            double row = (double)f->w[1].data[2 * i + x], column = (double)f->w[0].data[2 * x + i];
            plus[i][x] = row + column;
            minus[x] = row - column;
            p += plus[i][x] * plus[i][x];
            q += minus[x] * minus[x];
        }
        growth = sqrt((2 + sqrt(4 + p * q)) / p);
        for (x = 0; x < 2; x++) {
            u[i][x] = (plus[i][x] * growth + minus[x] / growth) / 2;
            v[i][x] = (plus[i][x] * growth - minus[x] / growth) / 2;
        }
        lengths *= sqrt(p);
    }
    for (i = 0; i < 2; i++)
        for (j = 0; j < 2; j++) w[2 * i + j] = u[i][0] * v[j][0] + u[i][1] * v[j][1];
    write_point(k, "formula", 0, w, cross(u[0], u[1]) * cross(v[0], v[1]), 0);
    w[0] = w[3] = 1;
    w[1] = w[2] = (plus[0][0] * plus[1][0] + plus[0][1] * plus[1][1]) / lengths;
    write_point(k, "limit", 0, w, pow(cross(plus[0], plus[1]) / lengths, 2), 0);
}

/* ---- Starts and runs ---- */

/* X, Gaussian, with a positive determinant in even trials and a negative one in odd ones; and alpha^N X. */
static void draw_product(walk *k, dmf_rng *rng, dmf_real w[4])
{
    double x[4], scale = pow(k->alpha, k->depth);
    int i;
    for (i = 0; i < 4; i++) x[i] = dmf_normal(rng);
    k->start_det = x[0] * x[3] - x[1] * x[2];
    if ((k->start_det > 0) != (k->trial % 2 == 0)) {
        for (i = 0; i < 2; i++) x[i] = -x[i];
        k->start_det = -k->start_det;
    }
    for (i = 0; i < 4; i++) w[i] = (dmf_real)(scale * x[i]);
}

/* W itself, by the flow that balanced factors give it. */
static void run_product(const walk *k, dmf_real w[4])
{
    double end[4];
    dmf_report report;
    int i;
    must(k->ctx, dmf_train_product(k->ctx, k->problem, k->depth, dmf_view(w, 2, 2), &k->s->motion, NULL, &report));
    for (i = 0; i < 4; i++) end[i] = (double)w[i];
    write_point(k, "product", report.time, end, end[0] * end[3] - end[1] * end[2], report.loss);
}

static void run_walk(walk *k)
{
    dmf_rng rng = dmf_seed((uint64_t)k->s->list->seed, (uint64_t)k->trial * 8 + (uint64_t)k->depth);
    dmf_observer observer = { .look = look, .user = k };
    int shown = k->trial < k->s->paths && k->start != FAMILY && fabs(log10(k->alpha / k->s->path_alpha)) < 0.25;
    dmf_factors *f;
    dmf_report report;
    dmf_real x[4];
    double w[4];
    k->start_det = 0;
    must(k->ctx, dmf_factors_create(k->ctx, 2, 2, k->depth, NULL, &f));
    if (k->start == FAMILY) must(k->ctx, dmf_start_family(k->ctx, f, k->alpha, k->m));
    else if (k->start == GAUSSIAN) must(k->ctx, dmf_start_gaussian(k->ctx, f, k->alpha, &rng));
    else {
        draw_product(k, &rng, x);
        must(k->ctx, dmf_start_balanced(k->ctx, f, dmf_view(x, 2, 2)));
    }
    if (k->start == FAMILY) write_family_limit(k);
    else if (k->depth == 2) write_shallow_limits(k, f);
    must(k->ctx, dmf_train(k->ctx, k->problem, f, &k->s->motion, shown ? &observer : NULL, &report));
    read_product(k->ctx, f, w);
    write_point(k, "end", report.time, w, determinant(f), report.loss);
    if (k->start == BALANCED && k->trial < k->s->products) run_product(k, x);
    dmf_factors_destroy(f);
}

/* ---- Tasks: for every depth and alpha, the family, then the trials ---- */

static void run_task(void *user, int task, FILE *csv)
{
    const settings *s = (const settings *)user;
    const dmf_entry entries[2] = { { 0, 0, 1 }, { 1, 1, 1 } };
    dmf_options one_thread = { .threads = 1 };
    dmf_problem *problem;
    walk k = { .s = s, .csv = csv, .depth = SHALLOWEST + task / ALPHAS, .start = FAMILY };
    int i;
    k.alpha = pow(10, (double)(task % ALPHAS) / PER_DECADE + LEAST_POWER);
    must(NULL, dmf_ctx_create(&one_thread, &k.ctx));
    must(k.ctx, dmf_completion(k.ctx, 2, 2, entries, 2, &problem));
    k.problem = problem;
    for (i = 0; i < FAMILIES; i++) {
        k.m = ms[i];
        run_walk(&k);
    }
    k.m = 0;
    for (k.trial = 0; k.trial < s->list->trials; k.trial++) {
        k.start = BALANCED;
        run_walk(&k);
        k.start = GAUSSIAN;
        run_walk(&k);
        report_progress((k.trial + 1) / (double)s->list->trials);
    }
    dmf_problem_destroy(problem);
    dmf_ctx_destroy(k.ctx);
}

static double task_weight(void *user, int task)
{
    (void)user;
    return 2 + task / ALPHAS;
}

int main(int argc, char **argv)
{
    settings s = { .paths = 24, .products = 10, .path_alpha = 0.3, .rtol = 1e-9 };
    task_list list = { .header = "kind,start,depth,alpha,m,trial,time,a,b,det,start_det,loss", .run = run_task,
                       .weight = task_weight, .user = &s, TASK_DEFAULTS, .trials = 60 };
    const option options[] = {
        TASK_OPTIONS(list, "balanced starts, and Gaussian ones", ANY_METHOD),
        { "paths", WHOLE, &s.paths, 0, 10000, "trials to be followed on their way" },
        { "path-alpha", REAL, &s.path_alpha, 1e-4, 1, "for the scale of the start nearest to this" },
        { "products", WHOLE, &s.products, 0, 10000, "balanced starts to be run as products too" },
        { "rtol", REAL, &s.rtol, 1e-13, 0.01, "relative tolerance of the flow" },
    };
    int option_count = sizeof options / sizeof *options;
    read_options(argc, argv, "Menon's question: where flows end that fit two entries of four, as CSV.", options,
                 option_count);
    s.motion = motion_by_name(list.method, 0.01);
    set_tolerance(&s.motion, s.rtol);
    s.motion.stop_loss = fitted;
    s.list = &list;
    list.count = DEPTHS * ALPHAS;
    run_tasks(&list, argv[0], options, option_count);
    return 0;
}
