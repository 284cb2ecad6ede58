/*
What the implicit bias of depth is worth when data are noisy (neither paper says; the reviews of SY26 ask): the error
of a completed matrix against the noise of its entries and against their number.

Protocol: W* is n x n of the given rank, entries with mean square 1; of the observed ones each has normal noise of
deviation `noise` added. Every method gets the same entries:

    stopped      the flow at depth 2, 3 and 4 from a Gaussian start, alpha 1e-3, on nine tenths of the entries,
                 where the last tenth is fitted best before its mean squared error is twice the least so far
    end          the same on all entries until the mean squared residual is 1e-6, or gradients run out
    nuclear      minimum nuclear norm with every entry within one deviation of the noise
    model        dmf_fit, told nothing
    oracle       alternating least squares at the true rank, from W* itself

CSV: error is the root mean square over all entries of W - W*.
*/
#define _POSIX_C_SOURCE 200809L
#include "../dmf.h"
#include "example.h"

static const double noises[] = { 0, 0.1, 0.2, 0.3, 0.5, 0.7, 1 };
static const double shares[] = { 0.2, 0.4 };
enum { NOISES = sizeof noises / sizeof *noises, SHARES = sizeof shares / sizeof *shares, SWEEPS = 50 };
static const double alpha = 1e-3, fitted = 1e-6, gap = 1e-3;

typedef struct settings {
    long size, rank, evaluations;
    const task_list *list;
} settings;

typedef struct setting {
    const settings *s;
    dmf_ctx *ctx;
    dmf_mat truth, w;
    dmf_entry *entries;
    size_t count;
    double noise;
    long trial;
    FILE *csv;
} setting;

static double error_of(const setting *b)
{
    double sum = 0;
    int i;
    for (i = 0; i < b->w.rows * b->w.cols; i++) {
        const double off = (double)(b->w.data[i] - b->truth.data[i]);
        sum += off * off;
    }
    return sqrt(sum / ((double)b->w.rows * b->w.cols));
}

static void write_line(const setting *b, const char *method, int depth, double error, long evaluations)
{
    fprintf(b->csv, "%g,%zu,%ld,%s,%d,%.6g,%ld\n", b->noise, b->count, b->trial, method, depth, error, evaluations);
}

/* ---- The flow ---- */

typedef struct best { const setting *b; size_t trained; double held_out, error; long evaluations; } best;

static int look(void *user, const dmf_moment *now)
{
    best *best = user;
    const setting *b = best->b;
    double held_out;
    must(now->ctx, dmf_entry_error(now->ctx, now->factors, b->entries + best->trained, b->count - best->trained,
                                   &held_out));
    if (held_out < best->held_out) {
        best->held_out = held_out;
        best->evaluations = now->evaluations;
        must(now->ctx, dmf_reconstruction_error(now->ctx, now->factors, b->truth, &best->error));
    }
    return held_out > 2 * best->held_out;
}

/* With an observer, on nine tenths. */
static void run_flow(const setting *b, int depth, int stopped)
{
    best best = { b, stopped ? b->count * 9 / 10 : b->count, INFINITY, 0, 0 };
    const dmf_observer observer = { .look = look, .user = &best };
    const dmf_motion motion = { .stop_loss = fitted * (double)best.trained / 2, .stop_evaluations = b->s->evaluations };
    dmf_rng rng = dmf_seed((uint64_t)b->s->list->seed, (uint64_t)b->trial * 8 + (uint64_t)depth);
    dmf_factors *f;
    dmf_problem *p;
    dmf_report report;
    const int n = b->w.rows;
    must(b->ctx, dmf_completion(b->ctx, n, n, b->entries, best.trained, &p));
    must(b->ctx, dmf_factors_create(b->ctx, n, n, depth, NULL, &f));
    must(b->ctx, dmf_start_gaussian(b->ctx, f, dmf_deviation(f, alpha), &rng));
    must(b->ctx, dmf_train(b->ctx, p, f, &motion, stopped ? &observer : NULL, &report));
    if (!stopped) must(b->ctx, dmf_reconstruction_error(b->ctx, f, b->truth, &best.error));
    if (!stopped) best.evaluations = report.evaluations;
    write_line(b, stopped ? "stopped" : "end", depth, sqrt(best.error), best.evaluations);
    dmf_factors_destroy(f);
    dmf_problem_destroy(p);
}

/* ---- The others ---- */

static void run_nuclear(const setting *b)
{
    const dmf_nuclear options = { .eps = b->noise, .gap = gap };
    dmf_certificate c = { 0 };
    dmf_problem *p;
    dmf_status s;
    must(b->ctx, dmf_completion(b->ctx, b->w.rows, b->w.cols, b->entries, b->count, &p));
    s = dmf_minimum_nuclear_norm(b->ctx, p, &options, b->w, NULL, &c);
    if (s && s != DMF_ERR_CONVERGENCE) must(b->ctx, s);
    write_line(b, "nuclear", 0, error_of(b), c.iterations);
    dmf_problem_destroy(p);
}

static void run_model(const setting *b)
{
    const int n = b->w.rows;
    dmf_entry *places = allocate((size_t)n * (size_t)n, sizeof *places);
    dmf_fit_report report;
    dmf_model *m;
    int i;
    for (i = 0; i < n * n; i++) places[i].row = i / n, places[i].col = i % n;
    must(b->ctx, dmf_fit(b->ctx, n, n, b->entries, b->count, NULL, NULL, &report, &m));
    must(b->ctx, dmf_predict(b->ctx, m, places, (size_t)n * (size_t)n, b->w.data, NULL));
    write_line(b, "model", report.depth, error_of(b), report.evaluations);
    dmf_model_destroy(m);
    free(places);
}

/* x = the least squares solution given z: one eigenproblem for each row, in whose small eigenvalues nothing is. The
   entries are gone through once, for the equations of all rows: r x r, and r right sides. */
static void least_squares(const setting *b, int of_cols, dmf_mat x, dmf_mat z)
{
    const int r = x.cols, size = r * r + r;
    dmf_real *equations = allocate((size_t)(x.rows * size), sizeof *equations);
    dmf_real *lambda = allocate((size_t)r, sizeof *lambda);
    dmf_mat v;
    size_t e;
    int i, j, k;
    must(b->ctx, dmf_mat_create(b->ctx, r, r, &v));
    for (e = 0; e < b->count; e++) {
        const dmf_entry *y = &b->entries[e];
        const dmf_real *q = z.data + (of_cols ? y->row : y->col) * r;
        dmf_real *a = equations + (of_cols ? y->col : y->row) * size, *h = a + r * r;
        for (j = 0; j < r; j++)
            for (h[j] += q[j] * y->value, k = 0; k < r; k++) a[j * r + k] += q[j] * q[k];
    }
    for (i = 0; i < x.rows; i++) {
        dmf_real *a = equations + i * size, *h = a + r * r;
        must(b->ctx, dmf_eigen(b->ctx, dmf_view(a, r, r), lambda, v));
        for (j = 0; j < r; j++) x.data[i * r + j] = 0;
        for (k = 0; k < r && lambda[k] > (dmf_real)1e-6 * lambda[0]; k++) {
            dmf_real along = 0;
            for (j = 0; j < r; j++) along += v.data[j * r + k] * h[j];
            for (j = 0; j < r; j++) x.data[i * r + j] += along / lambda[k] * v.data[j * r + k];
        }
    }
    dmf_mat_destroy(&v);
    free(equations);
    free(lambda);
}

static void run_oracle(const setting *b)
{
    const int n = b->w.rows, r = (int)b->s->rank;
    dmf_mat u, x, z;
    dmf_real *sigma = allocate((size_t)n, sizeof *sigma);
    int sweep;
    must(b->ctx, dmf_mat_create(b->ctx, n, r, &u));
    must(b->ctx, dmf_mat_create(b->ctx, n, r, &x));
    must(b->ctx, dmf_mat_create(b->ctx, n, r, &z));
    must(b->ctx, dmf_svd_top(b->ctx, b->truth, 0, u, sigma, z, NULL));
    for (sweep = 0; sweep < SWEEPS; sweep++) least_squares(b, 0, x, z), least_squares(b, 1, z, x);
    must(b->ctx, dmf_gemm(b->ctx, 0, 1, 1, x, z, 0, b->w));
    write_line(b, "oracle", 2, error_of(b), 2 * SWEEPS);
    dmf_mat_destroy(&u);
    dmf_mat_destroy(&x);
    dmf_mat_destroy(&z);
    free(sigma);
}

/* ---- Tasks: for every share, noise and trial ---- */

static void run_task(void *user, int task, FILE *csv)
{
    const settings *s = user;
    const int n = (int)s->size, of_share = task / (NOISES * (int)s->list->trials);
    const dmf_options one_thread = { .threads = 1 };
    setting b = { .s = s, .trial = task % s->list->trials, .csv = csv };
    dmf_rng rng = dmf_seed((uint64_t)s->list->seed, (uint64_t)b.trial);
    size_t e;
    int depth;
    b.noise = noises[task / (int)s->list->trials % NOISES];
    b.count = (size_t)(shares[of_share] * n * n);
    must(NULL, dmf_ctx_create(&one_thread, &b.ctx));
    must(b.ctx, dmf_mat_create(b.ctx, n, n, &b.truth));
    must(b.ctx, dmf_mat_create(b.ctx, n, n, &b.w));
    b.entries = allocate(b.count, sizeof *b.entries);
    must(b.ctx, dmf_random_low_rank(b.ctx, (int)s->rank, b.truth, &rng));
    must(b.ctx, dmf_observe(b.ctx, b.truth, b.count, b.entries, &rng));
    for (e = 0; e < b.count; e++) b.entries[e].value += (dmf_real)(b.noise * dmf_normal(&rng));
    for (depth = 2; depth <= 4; depth++) {
        run_flow(&b, depth, 1);
        run_flow(&b, depth, 0);
        report_progress((depth - 1) / 5.0);
    }
    run_nuclear(&b);
    run_model(&b);
    run_oracle(&b);
    free(b.entries);
    dmf_mat_destroy(&b.w);
    dmf_mat_destroy(&b.truth);
    dmf_ctx_destroy(b.ctx);
}

static double task_weight(void *user, int task)
{
    (void)user, (void)task;
    return 1;
}

int main(int argc, char **argv)
{
    settings s = { .size = 100, .rank = 4, .evaluations = 3000 };
    task_list list = { .header = "noise,observed,trial,method,depth,error,evaluations", .run = run_task,
                       .weight = task_weight, .user = &s, TASK_DEFAULTS, .trials = 3 };
    const option options[] = {
        TASK_OPTIONS(list, "draws of W* and its entries", "flow"),
        { "size", WHOLE, &s.size, 10, 1000, "n, rows and columns" },
        { "rank", WHOLE, &s.rank, 1, 10, "of W*" },
        { "evaluations", WHOLE, &s.evaluations, 10, 1e7, "gradients of a flow, at most" },
    };
    const int option_count = sizeof options / sizeof *options;
    read_options(argc, argv, "Errors of completed matrices against the noise of the entries, as CSV.", options,
                 option_count);
    if (strcmp(list.method, "flow") != 0) fail("--method can only be flow here");
    s.list = &list;
    list.count = SHARES * NOISES * (int)list.trials;
    run_tasks(&list, argv[0], options, option_count);
    return 0;
}
