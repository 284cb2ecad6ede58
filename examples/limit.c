/*
The limit of a vanishing start (both papers are about it; Li, Luo and Lyu, 2021): flows from ever smaller starts beside
the path of critical points that dmf_train_limit computes without any. Pictures: limit, and escape from the same runs.

Protocol: completion of an n x n matrix of rank r with entries of mean square 1, mean squared loss, gradient flow to a
loss of 1e-6; a run that needs more gradients than allowed is given up, and its end shown as it is.

    path      one draw, depth 2 and 3, balanced starts with equal modes along the singular pairs of the gradient at
              W = 0: singular values over time, and the predicted stays
    end       Gaussian starts, depth 2, 3 and 4: where the flow ends over alpha, and where the limit does
    entries   over the number of observed entries, from 1e-3 and in the limit; minimum nuclear norm

With --panels tables, the tables of PAPER_NOTES.md instead, of trials that differ by the matrix but in shape:

    limits      the limit at depth 2, 3 and 4, of twice as many matrices
    orthogonal  flows from orthogonal starts beside the limit, to a loss of 1e-7, four matrices
    pairs       the same from starts along the singular pairs of the gradient at W = 0
    cost        flows from Gaussian starts, depth 2 to 6
    shape       twelve Gaussian starts (dmf_seed(7, trial - 1)) for the second matrix: the limit that has their shape,
                and two flows

CSV: one number a line. method is flow, limit or minimum_nuclear_norm, of which the last has depth 0; alpha is 0 for
both of the last, but that of the start in shape. time is that of the flow over log(1/alpha) at depth 2, over
alpha^-(1-2/N) at depth N, where time matters. Quantities: sigma with its index; error (mean of (W - W*)^2),
effective_rank, evaluations (gradients), given_up (1 where the loss was not reached; of the limit, where no further
critical point was found), rank and loss of the limit's critical points by their index, and escape: the time, as it is,
at which half of the first fall of the loss is done. In tables also: pull, the largest ones at W = 0 by their index;
reason, as the library numbers it; norm, ||W||_F; seconds, of the processor; plateau, the loss where its logarithm falls
slowest between two points of the limit (in shape, of the limit that has the shape), by the index of the point nearby;
apart, the loss there, or of a point of the limit that has a shape, over that of the limit's point, less 1; leave, the
time at which the loss is between those of a point and of the next, over the predicted one; and sigma_apart, how far the
singular values are from the limit's, over its largest.
*/
#define _POSIX_C_SOURCE 200809L
#include "../dmf.h"
#include "example.h"

enum { MOST_JOBS = 100000 };
typedef enum panel { PATH, END, ENTRIES, LIMITS, ORTHOGONAL, PAIRS, COST, SHAPE } panel;
typedef enum method { FLOW, LIMIT, MINIMUM } method;
static const char *const panel_names[] = { "path", "end", "entries", "limits", "orthogonal", "pairs", "cost", "shape" };
static const char *const sets[] = { "pictures", "tables", NULL };
static const char *const kind_names[] = { "flow", "limit", "minimum_nuclear_norm" };
static const double ratios[] = { 1.1, 1.3, 1.5, 1.7, 1.9, 2.1, 2.4, 2.8, 3.4 };
static const double exponents[] = { 1, 2, 3, 4, 6, 8, 10, 12, 20, 30, 50, 70, 100 };
enum { PATHS = 4 };
static const double path_exponents[2][PATHS] = { { 4, 12, 30, 100 }, { 2, 4, 8, 12 } };  /* depth 2 and 3 */
enum { RATIOS = sizeof ratios / sizeof *ratios, EXPONENTS = sizeof exponents / sizeof *exponents, SHALLOW = 8 };
static const double benchmark = 80.0 / 39, fitted = 1e-6;  /* the ratio of 2000 entries at n = 100, rank 5 */
enum { MOST_POINTS = 32, STARTS = 12 };

typedef struct piece {
    panel panel;
    method method;
    int depth, trial;
    double ratio, alpha, weight;
    int matrix;               /* 0 = trial */
} piece;

typedef struct settings {
    long size, rank, evaluations;
    const char *panels;
    const task_list *list;
    piece pieces[MOST_JOBS];
} settings;

/* What is completed. */
typedef struct draw {
    const settings *s;
    const piece *piece;
    dmf_ctx *ctx;
    FILE *csv;
    int n;
    size_t observed;
    dmf_mat w_star, w;
    dmf_entry *entries;
    dmf_real *sigma;
    dmf_problem *problem;
    dmf_rng rng;              /* behind what has been drawn */
    double scale;             /* of time */
    double half, escape;      /* the loss between W = 0 and the next point, and when it was reached */
    struct visit *beside;     /* the limit, to which a flow is compared */
} draw;

static void write_number(const draw *d, double time, const char *quantity, int index, double value)
{
    const piece *p = d->piece;
    fprintf(d->csv, "%ld,%ld,%s,%s,%d,%.9g,%lu,%d,%.9g,%s,%d,%.9g\n", d->s->size, d->s->rank, panel_names[p->panel],
            kind_names[p->method], p->depth, p->alpha, (unsigned long)d->observed, p->trial, time, quantity, index,
            value);
}

static double time_scale(int depth, double alpha)
{
    return depth == 2 ? log(1 / alpha) : pow(alpha, -1 + 2.0 / depth);
}

static draw open_draw(const settings *s, const piece *p, FILE *csv)
{
    draw d = { .s = s, .piece = p, .csv = csv, .n = (int)s->size };
    const double freedom = (double)(s->rank * (2 * s->size - s->rank)), all = (double)(s->size * s->size);
    dmf_rng rng = dmf_seed((uint64_t)s->list->seed, (uint64_t)(p->matrix ? p->matrix : p->trial));
    d.observed = (size_t)fmin(all, floor(p->ratio * freedom + 0.5));
    d.entries = (dmf_entry *)allocate((size_t)all, sizeof *d.entries);
    d.sigma = (dmf_real *)allocate((size_t)d.n, sizeof *d.sigma);
    if (p->alpha > 0) d.scale = time_scale(p->depth, p->alpha);
    must(NULL, dmf_ctx_create(&(dmf_options){ .threads = 1 }, &d.ctx));
    must(d.ctx, dmf_mat_create(d.ctx, d.n, d.n, &d.w_star));
    must(d.ctx, dmf_mat_create(d.ctx, d.n, d.n, &d.w));
    must(d.ctx, dmf_random_low_rank(d.ctx, (int)s->rank, d.w_star, &rng));
    must(d.ctx, dmf_observe(d.ctx, d.w_star, p->panel < LIMITS ? (size_t)all : d.observed, d.entries, &rng));
    must(d.ctx, dmf_completion(d.ctx, d.n, d.n, d.entries, d.observed, &d.problem));
    must(d.ctx, dmf_problem_scale(d.ctx, d.problem, 2 / (double)d.observed));
    d.rng = rng;
    return d;
}

static void close_draw(draw *d)
{
    dmf_problem_destroy(d->problem);
    dmf_mat_destroy(&d->w_star);
    dmf_mat_destroy(&d->w);
    dmf_ctx_destroy(d->ctx);
    free(d->entries);
    free(d->sigma);
}

/* Singular values of d->w, as far as they matter. */
static void write_sigma(const draw *d, double time)
{
    int i;
    must(d->ctx, dmf_svd(d->ctx, d->w, dmf_none(), d->sigma, dmf_none()));
    for (i = 0; i < (int)d->s->rank + 1 && i < d->n; i++) write_number(d, time, "sigma", i + 1, (double)d->sigma[i]);
}

static void write_end(const draw *d, long evaluations, int given_up)
{
    double error = 0;
    int i;
    for (i = 0; i < d->n * d->n; i++) error += pow((double)d->w.data[i] - (double)d->w_star.data[i], 2) / (d->n * d->n);
    must(d->ctx, dmf_svd(d->ctx, d->w, dmf_none(), d->sigma, dmf_none()));
    write_number(d, 0, "error", 0, error);
    write_number(d, 0, "effective_rank", 0, dmf_summarize(d->sigma, d->n).effective_rank);
    write_number(d, 0, "evaluations", 0, (double)evaluations);
    write_number(d, 0, "given_up", 0, given_up);
}

/* ---- The limit ---- */

/* Points of a limit, and what a flow beside it has seen of them. */
typedef struct visit {
    draw *d;
    int write, count;
    double time, loss[MOST_POINTS], leave[MOST_POINTS], pull[2];
    double before, least[MOST_POINTS], level[MOST_POINTS], left[MOST_POINTS];
} visit;

/* sigma at a point from its predicted beginning to its end. */
static int look_at_saddle(void *user, const dmf_saddle *now)
{
    visit *v = (visit *)user;
    if (now->rank == 0) v->pull[0] = (double)now->pull[0], v->pull[1] = (double)now->pull[now->pulls > 1];
    if (v->count < MOST_POINTS) {
        v->leave[v->count] = now->stay + (v->count ? v->leave[v->count - 1] : 0);
        v->least[v->count] = INFINITY;
        v->loss[v->count++] = now->loss;
    }
    if (!v->write) return 0;
    must(now->ctx, dmf_product(now->ctx, now->factors, v->d->w));
    write_sigma(v->d, v->time);
    write_number(v->d, v->time, "loss", now->rank, now->loss);
    v->time += now->rank < (int)v->d->s->rank ? now->stay : v->time;  /* to the edge of the picture */
    write_sigma(v->d, v->time);
    return 0;
}

static dmf_rng rng_of_start(const draw *d)
{
    if (d->piece->panel == SHAPE) return dmf_seed(7, (uint64_t)d->piece->trial - 1);
    if (d->piece->panel >= LIMITS) return d->rng;
    return dmf_seed((uint64_t)d->s->list->seed, 1000000 + (uint64_t)d->piece->trial);
}

/* With the shape of a Gaussian start, unless alpha is 0. */
static dmf_path_report follow(draw *d, int depth, double alpha, dmf_path path)
{
    dmf_path_report report;
    dmf_factors *factors;
    dmf_rng rng = rng_of_start(d);
    must(d->ctx, dmf_factors_create(d->ctx, d->n, d->n, depth, NULL, &factors));
    if (alpha > 0) must(d->ctx, dmf_start_gaussian(d->ctx, factors, dmf_deviation(factors, alpha), &rng));
    must(d->ctx, dmf_train_limit(d->ctx, d->problem, factors, &path, &report));
    must(d->ctx, dmf_product(d->ctx, factors, d->w));
    dmf_factors_destroy(factors);
    return report;
}

static void run_limit(draw *d)
{
    visit v = { .d = d, .write = d->piece->panel == PATH };
    dmf_path path = { .look = look_at_saddle, .user = &v, .stop_loss = fitted, .stop_evaluations = 100000 };
    dmf_path_report report = follow(d, d->piece->depth, 0, path);
    if (d->piece->panel == PATH) return;
    write_number(d, 0, "rank", report.rank, report.loss);
    write_end(d, report.evaluations, report.reason != DMF_PATH_LOSS && report.reason != DMF_PATH_MINIMUM);
}

/* To the end, as it is. */
static void run_whole_limit(draw *d)
{
    visit v = { .d = d };
    dmf_path_report report = follow(d, d->piece->depth, 0, (dmf_path){ .look = look_at_saddle, .user = &v });
    int r;
    for (r = 0; r < 2; r++) write_number(d, 0, "pull", r + 1, v.pull[r]);
    for (r = 0; r < v.count; r++) write_number(d, 0, "loss", r, v.loss[r]);
    write_number(d, 0, "rank", report.rank, report.loss);
    write_number(d, 0, "reason", 0, report.reason);
    write_number(d, 0, "seconds", 0, report.cpu_seconds);
    write_number(d, 0, "norm", 0, dmf_frobenius(d->w));
    write_end(d, report.evaluations, report.reason != DMF_PATH_MINIMUM);
}

/* The limit that has the shape of a start, beside the limit. */
static void run_shape(draw *d)
{
    visit limit = { .d = d }, own = { .d = d };
    const int depth = d->piece->depth, all = depth == 3 && d->piece->alpha == 1e-12;
    int r;
    follow(d, depth, 0, (dmf_path){ .look = look_at_saddle, .user = &limit });
    follow(d, depth, d->piece->alpha, (dmf_path){ .look = look_at_saddle, .user = &own, .stop_rank = all ? 0 : 1 });
    for (r = 0; r < own.count; r++) write_number(d, 0, "loss", r, own.loss[r]);
    for (r = 0; r < own.count && r < d->s->rank; r++) write_number(d, 0, "apart", r, own.loss[r] / limit.loss[r] - 1);
}

/* ---- Flow ---- */

/* Plateaus, where the logarithm of the loss falls slowest between levels, and when the levels are passed. */
static void compare(visit *v, const dmf_moment *now)
{
    const double slope = (log(v->before) - log(now->loss)) / (now->time - v->time);
    int r = 0;
    while (r + 1 < v->count && now->loss < sqrt(v->loss[r] * v->loss[r + 1])) r++;
    if (now->step > 0 && slope < v->least[r]) v->least[r] = slope, v->level[r] = now->loss;
    if (now->step > 0) v->left[r] = now->time;
    v->time = now->time;
    v->before = now->loss;
}

static int look_at_flow(void *user, const dmf_moment *now)
{
    draw *d = (draw *)user;
    report_progress(fmin(1, (double)now->evaluations / (double)d->s->evaluations));
    if (d->escape == 0 && now->loss <= d->half) d->escape = now->time;
    if (d->beside) compare(d->beside, now);
    if (d->piece->panel != PATH) return 0;
    must(now->ctx, dmf_product(now->ctx, now->factors, d->w));
    write_sigma(d, now->time / d->scale);
    return 0;
}

/* W = -alpha U V^T, where U S V^T is the gradient at zero. */
static void start_along_gradient(const draw *d, dmf_factors *factors)
{
    dmf_mat g, u, v;
    double loss;
    must(d->ctx, dmf_mat_create(d->ctx, d->n, d->n, &g));
    must(d->ctx, dmf_mat_create(d->ctx, d->n, d->n, &u));
    must(d->ctx, dmf_mat_create(d->ctx, d->n, d->n, &v));
    must(d->ctx, dmf_gemm(d->ctx, 0, 0, 0, u, v, 0, d->w));
    must(d->ctx, dmf_problem_loss(d->ctx, d->problem, d->w, g, &loss));
    must(d->ctx, dmf_svd(d->ctx, g, u, d->sigma, v));
    must(d->ctx, dmf_gemm(d->ctx, 0, 1, (dmf_real)-d->piece->alpha, u, v, 0, d->w));
    must(d->ctx, dmf_start_balanced(d->ctx, factors, d->w));
    dmf_mat_destroy(&g);
    dmf_mat_destroy(&u);
    dmf_mat_destroy(&v);
}

static void start(const draw *d, dmf_factors *factors)
{
    const double alpha = d->piece->alpha;
    dmf_rng rng = rng_of_start(d);
    if (d->piece->panel == PATH || d->piece->panel == PAIRS) start_along_gradient(d, factors);
    else if (d->piece->panel == ORTHOGONAL) must(d->ctx, dmf_start_orthogonal(d->ctx, factors, alpha, &rng));
    else must(d->ctx, dmf_start_gaussian(d->ctx, factors, dmf_deviation(factors, alpha), &rng));
}

/* A flow beside the limit, that of its own shape in the panel that is about shapes. */
static void run_beside(draw *d)
{
    const piece *p = d->piece;
    visit v = { .d = d };
    dmf_motion motion = motion_by_name(d->s->list->method, 0.1);
    dmf_observer observer = { .look = look_at_flow, .user = d };
    dmf_real *sigma = (dmf_real *)allocate((size_t)d->n, sizeof *sigma);
    dmf_factors *factors;
    dmf_report report;
    double off = 0;
    int r;
    follow(d, p->depth, p->panel == SHAPE ? p->alpha : 0, (dmf_path){ .look = look_at_saddle, .user = &v });
    must(d->ctx, dmf_svd(d->ctx, d->w, dmf_none(), sigma, dmf_none()));
    v.count = v.count > (int)d->s->rank ? (int)d->s->rank : v.count;
    d->beside = &v;
    motion.stop_loss = fitted / 10;
    motion.stop_evaluations = d->s->evaluations;
    must(d->ctx, dmf_factors_create(d->ctx, d->n, d->n, p->depth, NULL, &factors));
    start(d, factors);
    must(d->ctx, dmf_train(d->ctx, d->problem, factors, &motion, &observer, &report));
    must(d->ctx, dmf_product(d->ctx, factors, d->w));
    for (r = 1; r < v.count; r++) {
        write_number(d, 0, "plateau", r, v.level[r]);
        write_number(d, 0, "apart", r, v.level[r] / v.loss[r] - 1);
        write_number(d, 0, "leave", r, v.left[r - 1] / (d->scale * v.leave[r - 1]));
    }
    write_end(d, report.evaluations, report.reason != DMF_STOP_LOSS);
    for (r = 0; r < d->n; r++) off = fmax(off, fabs((double)(d->sigma[r] - sigma[r])) / (double)sigma[0]);
    write_number(d, 0, "sigma_apart", 0, off);
    dmf_factors_destroy(factors);
    free(sigma);
}

static void run_flow(draw *d)
{
    visit first = { .d = d };
    dmf_motion motion = motion_by_name(d->s->list->method, 0.1);
    dmf_observer observer = { .look = look_at_flow, .user = d };
    dmf_factors *factors;
    dmf_report report;
    follow(d, 2, 0, (dmf_path){ .look = look_at_saddle, .user = &first, .stop_rank = 1 });
    d->half = (first.loss[0] + first.loss[1]) / 2;
    motion.stop_loss = fitted;
    motion.stop_evaluations = d->s->evaluations;
    must(d->ctx, dmf_factors_create(d->ctx, d->n, d->n, d->piece->depth, NULL, &factors));
    start(d, factors);
    must(d->ctx, dmf_train(d->ctx, d->problem, factors, &motion, &observer, &report));
    must(d->ctx, dmf_product(d->ctx, factors, d->w));
    if (d->piece->panel == PATH) write_sigma(d, report.time / d->scale);
    else {
        write_number(d, 0, "escape", 0, d->escape);
        write_end(d, report.evaluations, report.reason != DMF_STOP_LOSS);
    }
    if (d->piece->panel == COST) {
        write_number(d, 0, "reason", 0, report.reason);
        write_number(d, 0, "seconds", 0, report.cpu_seconds);
    }
    dmf_factors_destroy(factors);
}

static void run_minimum(draw *d)
{
    dmf_certificate certificate;
    must(d->ctx, dmf_minimum_nuclear_norm(d->ctx, d->problem, &(dmf_nuclear){ .gap = 1e-4 }, d->w, NULL, &certificate));
    write_end(d, certificate.iterations, 0);
}

static void run_piece(void *user, int task, FILE *csv)
{
    const settings *s = (const settings *)user;
    draw d = open_draw(s, &s->pieces[task], csv);
    const panel panel = d.piece->panel;
    if (d.piece->method == FLOW && (panel <= ENTRIES || panel == COST)) run_flow(&d);
    else if (d.piece->method == FLOW) run_beside(&d);
    else if (panel == SHAPE) run_shape(&d);
    else if (panel == LIMITS) run_whole_limit(&d);
    else if (d.piece->method == LIMIT) run_limit(&d);
    else run_minimum(&d);
    close_draw(&d);
}

static double piece_weight(void *user, int task) { return ((const settings *)user)->pieces[task].weight; }

/* ---- What there is to do ---- */

/* The first draw whose limit fits. */
static int find_draw(const settings *s)
{
    piece p = { .ratio = benchmark, .depth = 2 };
    for (p.trial = 1; p.trial < 1000; p.trial++) {
        draw d = open_draw(s, &p, NULL);
        dmf_path_report report = follow(&d, 2, 0, (dmf_path){ .stop_loss = fitted, .stop_evaluations = 100000 });
        close_draw(&d);
        if (report.reason == DMF_PATH_LOSS) return p.trial;
    }
    fail("the limit of no draw fits");
    return 0;
}

static void add(settings *s, task_list *list, piece p)
{
    p.weight = p.method == LIMIT ? 0.05 : p.method == MINIMUM ? 1 :
               p.depth == 2 ? 0.1 - 0.01 * log10(p.alpha) : 0.2 * p.depth * fmin(50, pow(p.alpha, -0.15));
    if (list->count == MOST_JOBS) fail("--trials is too large");
    s->pieces[list->count++] = p;
}

static void add_pieces(settings *s, task_list *list)
{
    int depth, i, k;
    piece p = { .panel = PATH, .ratio = benchmark, .trial = find_draw(s) };
    for (p.depth = 2; p.depth <= 3; p.depth++) {
        for (p.method = FLOW, i = 0; i < PATHS; i++)
            p.alpha = pow(10, -path_exponents[p.depth - 2][i]), add(s, list, p);
        p.method = LIMIT, p.alpha = 0, add(s, list, p);
    }
    p.panel = END;
    for (p.trial = 1; p.trial <= (int)list->trials; p.trial++)
        for (p.depth = 2; p.depth <= 4; p.depth++) {
            for (p.method = FLOW, i = 0; i < (p.depth == 2 ? EXPONENTS : SHALLOW); i++)
                p.alpha = pow(10, -exponents[i]), add(s, list, p);
            p.method = LIMIT, p.alpha = 0, add(s, list, p);
        }
    p.panel = ENTRIES;
    for (p.trial = 1; p.trial <= (int)list->trials; p.trial++)
        for (k = 0; k < RATIOS; k++) {
            p.ratio = ratios[k];
            for (depth = 2; depth <= 4; depth++)
                p.method = FLOW, p.depth = depth, p.alpha = 1e-3, add(s, list, p);
            p.method = LIMIT, p.depth = 2, p.alpha = 0, add(s, list, p);
            p.method = MINIMUM, p.depth = 0, add(s, list, p);
        }
}

static void add_flows(settings *s, task_list *list, piece p, int depth, double alpha)
{
    p.method = FLOW, p.depth = depth, p.alpha = alpha;
    add(s, list, p);
}

static void add_tables(settings *s, task_list *list)
{
    static const double starts[] = { 1e-3, 1e-6, 1e-9, 1e-12 };
    static const struct { int depth; double alpha; } shapes[] = { { 2, 1e-12 }, { 3, 1e-6 }, { 3, 1e-12 }, { 3, 1e-60 },
                                                                  { 4, 1e-12 } };
    const int trials = (int)list->trials;
    piece p = { .panel = LIMITS, .method = LIMIT, .ratio = benchmark };
    int i;
    for (p.trial = 1; p.trial <= 2 * trials; p.trial++)
        for (p.depth = 2; p.depth <= 4; p.depth++) add(s, list, p);
    for (p.trial = 1; p.trial <= trials && p.trial <= 4; p.trial++) {
        p.panel = ORTHOGONAL, add_flows(s, list, p, 2, 1e-100), add_flows(s, list, p, 3, 1e-12);
        p.panel = PAIRS, add_flows(s, list, p, 3, 1e-12), add_flows(s, list, p, 4, 1e-6);
    }
    p.panel = COST;
    for (p.trial = 1; p.trial <= trials; p.trial++)
        for (p.depth = 2; p.depth <= 6; p.depth++)
            for (i = 0; i < 4; i++) add_flows(s, list, p, p.depth, starts[i]);
    p.panel = SHAPE, p.matrix = 2;
    for (p.trial = 1; p.trial <= STARTS; p.trial++) {
        for (p.method = LIMIT, i = 0; i < 5; i++)
            p.depth = shapes[i].depth, p.alpha = shapes[i].alpha, add(s, list, p);
        if (p.trial == 1 || p.trial == STARTS) add_flows(s, list, p, 3, 1e-12);
    }
}

int main(int argc, char **argv)
{
    static settings s = { .size = 50, .rank = 3, .evaluations = 10000, .panels = "pictures" };
    task_list list = { .header = "size,true_rank,panel,method,depth,alpha,observed,trial,time,quantity,index,value",
                       .run = run_piece, .weight = piece_weight, .user = &s, TASK_DEFAULTS, .trials = 10 };
    const option options[] = {
        TASK_OPTIONS(list, "random matrices", ANY_METHOD),
        { "size", WHOLE, &s.size, 2, 1000, "rows and columns" },
        { "rank", WHOLE, &s.rank, 1, 1000, "of the matrix to be completed" },
        { "evaluations", WHOLE, &s.evaluations, 1, 1e9, "gradients after which a flow is given up" },
        { "panels", TEXT, &s.panels, 0, 0, "pictures, or the tables of PAPER_NOTES.md: tables" },
    };
    int option_count = sizeof options / sizeof *options;
    read_options(argc, argv, "Small starts and their limit, as CSV.", options, option_count);
    if (s.rank > s.size) fail("--rank cannot be more than --size, which is %ld", s.size);
    motion_by_name(list.method, 0.1);
    s.list = &list;
    if (one_of(s.panels, sets, "panels")) add_tables(&s, &list);
    else add_pieces(&s, &list);
    run_tasks(&list, argv[0], options, option_count);
    return 0;
}
