/*
bench_solve: time to solution of matrix completion.

    build/bench_solve problem DIR      writes a problem and a start to DIR, as CSV
    build/bench_solve solve DIR        trains from there until the mean squared residual is 1e-6: by flow, the best of
                                       several runs, and by GroupRMSprop, one run
    build/bench_solve step DIR         times steps of GroupRMSprop, gradients and a dense product, the best of several
                                       batches in turns
    build/bench_solve growth           time and memory of a gradient for up to 5 million entries of 200 000 x 50 000
    build/bench_solve table            how flow ends at depth 2 to 6 from starts of decreasing scale

Options, as --name number, are in a table further down. solve and step print rows in the columns of
tests/bench/solve.sh, which calls them in turns with PyTorch; a time is that of the training calls alone. solve also
leaves the singular values of its products in DIR. There w_star.csv is the matrix, observed.csv has lines
row,column,value counted from 0, and w0_1.csv .. w0_N.csv are the factors.

This file is compiled twice, for double and, with DMF_SINGLE, for float.
*/
#define DMF_API __attribute__((unused)) static
#define DMF_IMPLEMENTATION
#include "peers.h"
#include "../../dmf.h"
#include <sys/resource.h>
#include <sys/wait.h>

enum { MOST_DEPTH = 16, LONGEST_NAME = 4096 };

typedef struct table { int rows, cols; double *data; } table;

/* A problem and a start, as they are in the files. */
typedef struct start {
    const char *directory;
    int depth;
    table observed, w_star, w[MOST_DEPTH];
} start;

enum { STEP, GRADIENT, PRODUCT, KINDS };

double option(const char *name);
FILE *open_file(const char *directory, const char *name, const char *mode);

void solve_double(const start *), solve_float(const start *);
void *open_double(const start *), *open_float(const start *);
double batch_double(void *, int kind, long count), batch_float(void *, int kind, long count);
void close_double(void *), close_float(void *);
void grow_double(int depth, long observed), grow_float(int depth, long observed);
void tabulate_double(int depth, double alpha), tabulate_float(int depth, double alpha);

#ifdef DMF_SINGLE
#define PRECISION "float"
#define TYPED(name) name##_float
#else
#define PRECISION "double"
#define TYPED(name) name##_double
#endif

/* ---- What a run needs ---- */

typedef struct arena {
    dmf_ctx *ctx;
    dmf_problem *problem;
    dmf_factors *origin, *factors, *gradient;
    dmf_mat a, b, c;
} arena;

static void must(const arena *x, dmf_status s)
{
    if (!s) return;
    fprintf(stderr, "bench_solve: %s\n", x->ctx ? dmf_message(x->ctx) : dmf_strerror(s));
    exit(1);
}

static void *memory(size_t count, size_t size)
{
    void *p = calloc(count, size);
    if (p) return p;
    fprintf(stderr, "bench_solve: no memory\n");
    exit(1);
}

static arena empty_arena(void)
{
    const dmf_options options = { .threads = (int)option("threads") };
    arena x = { 0 };
    must(&x, dmf_ctx_create(&options, &x.ctx));
    return x;
}

/* The loss is the mean of the squared residuals. */
static void set_problem(arena *x, int rows, int cols, const dmf_entry *entries, size_t count)
{
    must(x, dmf_completion(x->ctx, rows, cols, entries, count, &x->problem));
    must(x, dmf_problem_scale(x->ctx, x->problem, 2.0 / (double)count));
}

static void set_entries(arena *x, const start *from)
{
    const size_t count = (size_t)from->observed.rows;
    dmf_entry *entries = (dmf_entry *)memory(count, sizeof *entries);
    const double *line = from->observed.data;
    size_t i;
    for (i = 0; i < count; i++, line += 3) {
        entries[i].row = (int)line[0];
        entries[i].col = (int)line[1];
        entries[i].value = (dmf_real)line[2];
    }
    set_problem(x, from->w[from->depth - 1].rows, from->w[0].cols, entries, count);
    free(entries);
}

static void set_factors(arena *x, const start *from)
{
    int hidden[MOST_DEPTH], j;
    size_t i, at = 0;
    for (j = 0; j < from->depth - 1; j++) hidden[j] = from->w[j].rows;
    must(x, dmf_factors_create(x->ctx, from->w[j].rows, from->w[0].cols, from->depth, hidden, &x->origin));
    for (j = 0; j < from->depth; j++)
        for (i = 0; i < (size_t)from->w[j].rows * from->w[j].cols; i++)
            x->origin->data[at++] = (dmf_real)from->w[j].data[i];
    must(x, dmf_factors_clone(x->ctx, x->origin, &x->factors));
    must(x, dmf_factors_clone(x->ctx, x->origin, &x->gradient));
}

static arena open_arena(const start *from)
{
    arena x = empty_arena();
    set_entries(&x, from);
    set_factors(&x, from);
    return x;
}

static void close_arena(arena *x)
{
    dmf_mat_destroy(&x->a);
    dmf_mat_destroy(&x->b);
    dmf_mat_destroy(&x->c);
    dmf_factors_destroy(x->origin);
    dmf_factors_destroy(x->factors);
    dmf_factors_destroy(x->gradient);
    dmf_problem_destroy(x->problem);
    dmf_ctx_destroy(x->ctx);
}

static double train(arena *x, const dmf_motion *motion, const dmf_observer *observer, dmf_report *report)
{
    double begun;
    memcpy(x->factors->data, x->origin->data, x->origin->size * sizeof(dmf_real));
    begun = seconds();
    must(x, dmf_train(x->ctx, x->problem, x->factors, motion, observer, report));
    return seconds() - begun;
}

/* ---- solve ---- */

static dmf_real *singular_values(arena *x, const start *from, const char *method)
{
    const int rows = from->w_star.rows, cols = from->w_star.cols, k = rows < cols ? rows : cols;
    dmf_real *sigma = (dmf_real *)memory((size_t)k, sizeof *sigma);
    dmf_mat product, none = { 0 };
    char name[64];
    FILE *file;
    int i;
    must(x, dmf_mat_create(x->ctx, rows, cols, &product));
    must(x, dmf_product(x->ctx, x->factors, product));
    must(x, dmf_svd(x->ctx, product, none, sigma, none));
    dmf_mat_destroy(&product);
    snprintf(name, sizeof name, "sigma_dmf_%s_%s.csv", method, PRECISION);
    file = open_file(from->directory, name, "w");
    for (i = 0; i < k; i++) fprintf(file, "%.9g\n", (double)sigma[i]);
    fclose(file);
    return sigma;
}

static double reconstruction_error(arena *x, const table *w_star)
{
    const size_t count = (size_t)w_star->rows * w_star->cols;
    double error;
    dmf_mat w;
    size_t i;
    must(x, dmf_mat_create(x->ctx, w_star->rows, w_star->cols, &w));
    for (i = 0; i < count; i++) w.data[i] = (dmf_real)w_star->data[i];
    must(x, dmf_reconstruction_error(x->ctx, x->factors, w, &error));
    dmf_mat_destroy(&w);
    return error;
}

static void solve_by(arena *x, const start *from, const char *method, const dmf_motion *motion, int runs)
{
    const int rows = from->w_star.rows, cols = from->w_star.cols;
    dmf_report report = { 0 };
    dmf_spectrum spectrum;
    dmf_real *sigma;
    double best = 0;
    int run;
    for (run = 0; run < runs; run++) {
        const double took = train(x, motion, NULL, &report);
        if (run == 0 || took < best) best = took;
    }
    if (report.reason != DMF_STOP_LOSS)
        fprintf(stderr, "%s, %s, depth %d: %s at loss %g, before it reached %g\n", method, PRECISION, from->depth,
                report.reason == DMF_STOP_STATIONARY ? "stationary" : "out of steps", report.loss, motion->stop_loss);
    sigma = singular_values(x, from, method);
    spectrum = dmf_summarize(sigma, rows < cols ? rows : cols);
    printf("dmf,%s,%s,%d,%d,%ld,%.6g,%.6g,%.6g,%.6g,%.6g,%.6g\n", method, PRECISION, from->depth, from->observed.rows,
           report.evaluations, best, 1e6 * best / (double)report.evaluations, report.loss,
           reconstruction_error(x, &from->w_star), spectrum.effective_rank, spectrum.nuclear);
    fflush(stdout);
    free(sigma);
}

void TYPED(solve)(const start *from)
{
    const dmf_motion flow = { .method = DMF_FLOW, .stop_loss = option("loss") };
    const dmf_motion group = { .method = DMF_GROUP_RMSPROP, .stop_loss = option("loss"),
                               .stop_steps = (long)option("most") };
    arena x = open_arena(from);
    solve_by(&x, from, "flow", &flow, (int)option("runs"));
    if (option("group") != 0) solve_by(&x, from, "group_rmsprop", &group, 1);
    close_arena(&x);
}

/* ---- step ---- */

void *TYPED(open)(const start *from)
{
    arena *x = (arena *)memory(1, sizeof *x);
    int n;
    *x = open_arena(from);
    n = x->problem->rows < x->problem->cols ? x->problem->rows : x->problem->cols;
    must(x, dmf_mat_create(x->ctx, n, n, &x->a));
    must(x, dmf_mat_create(x->ctx, n, n, &x->b));
    must(x, dmf_mat_create(x->ctx, n, n, &x->c));
    return x;
}

void TYPED(close)(void *handle)
{
    close_arena((arena *)handle);
    free(handle);
}

/* Seconds for count of them. */
double TYPED(batch)(void *handle, int kind, long count)
{
    const dmf_motion group = { .method = DMF_GROUP_RMSPROP, .stop_steps = count };
    arena *x = (arena *)handle;
    double begun, loss;
    long i;
    if (kind == STEP) return train(x, &group, NULL, NULL);
    begun = seconds();
    for (i = 0; i < count; i++) {
        if (kind == GRADIENT) must(x, dmf_loss(x->ctx, x->problem, x->origin, x->gradient, &loss));
        else must(x, dmf_gemm(x->ctx, 0, 0, 1, x->a, x->b, 0, x->c));
    }
    return seconds() - begun;
}

/* ---- growth ---- */

enum { GROWTH_ROWS = 200000, GROWTH_COLS = 50000, GROWTH_RANK = 16 };

static int drawn_before(const dmf_entry *row, int count, int col)
{
    int i;
    for (i = 0; i < count; i++)
        if (row[i].col == col) return 1;
    return 0;
}

/* Every row has equally many entries, but for one. */
static dmf_entry *sparse_sample(long observed)
{
    const size_t half = (size_t)GROWTH_ROWS * GROWTH_RANK, all = half + (size_t)GROWTH_COLS * GROWTH_RANK;
    dmf_entry *entries = (dmf_entry *)memory((size_t)observed, sizeof *entries), *row = entries;
    float *u = (float *)memory(all, sizeof *u), *v = u + half;
    dmf_rng rng = dmf_seed((uint64_t)option("seed"), 1);
    size_t i;
    int r, j, k;
    for (i = 0; i < all; i++) u[i] = (float)(dmf_normal(&rng) / 2);
    for (r = 0; r < GROWTH_ROWS; r++) {
        const int count = (int)(observed * (r + 1) / GROWTH_ROWS - observed * r / GROWTH_ROWS);
        for (j = 0; j < count; j++) {
            const float *x = u + (size_t)r * GROWTH_RANK, *y;
            do row[j].col = (int)dmf_below(&rng, GROWTH_COLS);
            while (drawn_before(row, j, row[j].col));
            y = v + (size_t)row[j].col * GROWTH_RANK;
            row[j].row = r;
            for (k = 0; k < GROWTH_RANK; k++) row[j].value += (dmf_real)(x[k] * y[k]);
        }
        row += count;
    }
    free(u);
    return entries;
}

static double peak_megabytes(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
#ifdef __APPLE__
    return (double)usage.ru_maxrss / 1e6;
#else
    return (double)usage.ru_maxrss * 1024 / 1e6;
#endif
}

void TYPED(grow)(int depth, long observed)
{
    arena x = empty_arena();
    int hidden[MOST_DEPTH], j, run;
    double drawing, loss, best = 0;
    dmf_entry *entries = sparse_sample(observed);
    dmf_rng rng = dmf_seed((uint64_t)option("seed"), 2);
    drawing = peak_megabytes();
    set_problem(&x, GROWTH_ROWS, GROWTH_COLS, entries, (size_t)observed);
    free(entries);
    for (j = 0; j < depth - 1; j++) hidden[j] = GROWTH_RANK;
    must(&x, dmf_factors_create(x.ctx, GROWTH_ROWS, GROWTH_COLS, depth, hidden, &x.factors));
    must(&x, dmf_start_gaussian(x.ctx, x.factors, dmf_deviation(x.factors, option("alpha")), &rng));
    must(&x, dmf_factors_clone(x.ctx, x.factors, &x.gradient));
    for (run = 0; run <= (int)option("runs"); run++) { /* the first warms up */
        const double begun = seconds();
        must(&x, dmf_loss(x.ctx, x.problem, x.factors, x.gradient, &loss));
        if (run <= 1 || seconds() - begun < best) best = seconds() - begun;
    }
    printf("%d,%s,%d,%ld,%.5g,%.4g,%.0f,%.0f\n", depth, PRECISION, dmf_ctx_threads(x.ctx), observed, 1e3 * best,
           1e9 * best / (double)observed, drawing, peak_megabytes());
    fflush(stdout);
    close_arena(&x);
}

/* ---- table ---- */

static int too_late(void *user, const dmf_moment *now)
{
    (void)now;
    return seconds() > *(const double *)user;
}

void TYPED(tabulate)(int depth, double alpha)
{
    static const char *const reasons[] = { "error", "loss", "time", "steps", "stationary", "limit", "gradients", "far" };
    const int n = (int)option("rows");
    const size_t count = (size_t)option("observed");
    double begun, took, end = seconds() + option("limit");
    const dmf_motion flow = { .stop_loss = option("loss"), .stop_evaluations = (long)option("gradients") };
    const dmf_observer observer = { .look = too_late, .user = &end };
    dmf_rng rng = dmf_seed((uint64_t)option("seed"), 0);
    dmf_entry *entries = (dmf_entry *)memory(count, sizeof *entries);
    dmf_report report = { 0 };
    arena x = empty_arena();
    must(&x, dmf_mat_create(x.ctx, n, n, &x.a));
    must(&x, dmf_random_low_rank(x.ctx, (int)option("rank"), x.a, &rng));
    must(&x, dmf_observe(x.ctx, x.a, count, entries, &rng));
    set_problem(&x, n, n, entries, count);
    free(entries);
    must(&x, dmf_factors_create(x.ctx, n, n, depth, NULL, &x.factors));
    must(&x, dmf_start_gaussian(x.ctx, x.factors, dmf_deviation(x.factors, alpha), &rng));
    begun = seconds();
    if (dmf_train(x.ctx, x.problem, x.factors, &flow, &observer, &report))
        fprintf(stderr, "depth %d, alpha %g, %s: %s\n", depth, alpha, PRECISION, dmf_message(x.ctx));
    took = seconds() - begun;
    printf("%d,%g,%s,%s,%ld,%ld,%ld,%.4g,%.4g\n", depth, alpha, PRECISION, reasons[report.reason], report.steps,
           report.rejected, report.evaluations, took, report.loss);
    fflush(stdout);
    close_arena(&x);
}

#ifndef DMF_SINGLE

/* ---- Options ---- */

static struct { const char *name; double value; } options[] = {
    { "rows", 100 }, { "cols", 100 }, { "rank", 5 }, { "depth", 3 }, { "observed", 2000 }, { "alpha", 1e-3 },
    { "seed", 1 },       /* of the draw */
    { "loss", 1e-6 },    /* where a run stops */
    { "most", 1000000 }, /* steps of GroupRMSprop after which it stops in any case */
    { "group", 1 },      /* 0: flow only */
    { "runs", 5 },       /* of which the best counts */
    { "steps", 500 },    /* in a batch */
    { "batches", 5 },
    { "threads", 1 },
    { "limit", 20 },         /* seconds for a cell of the table, */
    { "gradients", 20000 }   /* and gradients */
};
enum { OPTIONS = sizeof options / sizeof *options };

static double *find_option(const char *name)
{
    int i;
    for (i = 0; i < OPTIONS; i++)
        if (strcmp(options[i].name, name) == 0) return &options[i].value;
    return NULL;
}

double option(const char *name)
{
    return *find_option(name);
}

static int usage(void)
{
    int i;
    fprintf(stderr, "usage: bench_solve problem|solve|step DIR [options]\n"
                    "       bench_solve growth|table [options]\noptions:");
    for (i = 0; i < OPTIONS; i++) fprintf(stderr, " --%s %g", options[i].name, options[i].value);
    fprintf(stderr, "\n");
    return 1;
}

static int set_options(char **argv)
{
    for (; *argv; argv += 2) {
        double *value = strncmp(*argv, "--", 2) == 0 ? find_option(*argv + 2) : NULL;
        char *end;
        if (!value || !argv[1]) return 0;
        *value = strtod(argv[1], &end);
        if (end == argv[1] || *end || !(*value >= 0 && *value <= 1e9)) return 0;
    }
    return option("depth") >= 1 && option("depth") <= MOST_DEPTH;
}

/* ---- Files ---- */

static void name_file(char *name, const char *directory, const char *file)
{
    if (snprintf(name, LONGEST_NAME, "%s/%s", directory, file) < LONGEST_NAME) return;
    fprintf(stderr, "bench_solve: the name of the directory is too long\n");
    exit(1);
}

FILE *open_file(const char *directory, const char *name, const char *mode)
{
    char path[LONGEST_NAME];
    FILE *file;
    name_file(path, directory, name);
    file = fopen(path, mode);
    if (file) return file;
    perror(path);
    exit(1);
}

static void write_table(const char *directory, const char *name, table t)
{
    FILE *file = open_file(directory, name, "w");
    int i, j;
    for (i = 0; i < t.rows; i++)
        for (j = 0; j < t.cols; j++)
            fprintf(file, "%.9g%c", t.data[(size_t)i * t.cols + j], j < t.cols - 1 ? ',' : '\n');
    if (fclose(file) == 0) return;
    perror(name);
    exit(1);
}

static table read_table(const char *directory, const char *name)
{
    FILE *file = open_file(directory, name, "r");
    size_t count = 0, room = 0;
    table t = { 0 };
    double x;
    char after;
    while (fscanf(file, "%lf%c", &x, &after) == 2) {
        if (count == room) {
            room = room ? 2 * room : 4096;
            t.data = (double *)realloc(t.data, room * sizeof x);
            if (!t.data) exit(1);
        }
        t.data[count++] = x;
        t.rows += after == '\n';
    }
    fclose(file);
    if (t.rows == 0 || count % (size_t)t.rows != 0) {
        fprintf(stderr, "bench_solve: %s/%s is not a table of numbers\n", directory, name);
        exit(1);
    }
    t.cols = (int)(count / (size_t)t.rows);
    return t;
}

/* ---- The commands ---- */

static table table_of(dmf_mat w)
{
    table t;
    t.rows = w.rows;
    t.cols = w.cols;
    t.data = w.data;
    return t;
}

static int write_problem(const char *directory)
{
    const int rows = (int)option("rows"), cols = (int)option("cols"), depth = (int)option("depth");
    const size_t count = (size_t)option("observed");
    dmf_rng rng = dmf_seed((uint64_t)option("seed"), 0);
    dmf_entry *entries = (dmf_entry *)memory(count, sizeof *entries);
    table observed = { (int)count, 3, (double *)memory(3 * count, sizeof(double)) };
    arena x = empty_arena();
    char name[32];
    size_t i;
    int j;
    must(&x, dmf_mat_create(x.ctx, rows, cols, &x.a));
    must(&x, dmf_random_low_rank(x.ctx, (int)option("rank"), x.a, &rng));
    must(&x, dmf_observe(x.ctx, x.a, count, entries, &rng));
    must(&x, dmf_factors_create(x.ctx, rows, cols, depth, NULL, &x.factors));
    must(&x, dmf_start_gaussian(x.ctx, x.factors, dmf_deviation(x.factors, option("alpha")), &rng));
    for (i = 0; i < count; i++) {
        observed.data[3 * i] = entries[i].row;
        observed.data[3 * i + 1] = entries[i].col;
        observed.data[3 * i + 2] = entries[i].value;
    }
    write_table(directory, "w_star.csv", table_of(x.a));
    write_table(directory, "observed.csv", observed);
    for (j = 0; j < depth; j++) {
        snprintf(name, sizeof name, "w0_%d.csv", j + 1);
        write_table(directory, name, table_of(x.factors->w[j]));
    }
    free(entries);
    free(observed.data);
    close_arena(&x);
    return 0;
}

static start read_start(const char *directory)
{
    start from = { .directory = directory };
    char name[32], path[LONGEST_NAME];
    from.observed = read_table(directory, "observed.csv");
    from.w_star = read_table(directory, "w_star.csv");
    for (; from.depth < MOST_DEPTH; from.depth++) {
        snprintf(name, sizeof name, "w0_%d.csv", from.depth + 1);
        name_file(path, directory, name);
        if (access(path, R_OK)) break;
        from.w[from.depth] = read_table(directory, name);
    }
    return from;
}

static void free_start(start *from)
{
    while (from->depth > 0) free(from->w[--from->depth].data);
    free(from->w_star.data);
    free(from->observed.data);
}

static int solve(const char *directory)
{
    start from = read_start(directory);
    solve_float(&from);
    solve_double(&from);
    free_start(&from);
    return 0;
}

static int step(const char *directory)
{
    static const char *const kinds[] = { "step", "gradient", "dense_product" };
    static const char *const precisions[] = { "float", "double" };
    const long count = (long)option("steps");
    start from = read_start(directory);
    void *single = open_float(&from), *wide = open_double(&from);
    double best[2][KINDS];
    int b, kind, p;
    for (b = -1; b < (int)option("batches"); b++) /* the first warms up */
        for (kind = 0; kind < KINDS; kind++)
            for (p = 0; p < 2; p++) {
                const long now = b < 0 ? 2 : count;
                const double took = p ? batch_double(wide, kind, now) : batch_float(single, kind, now);
                if (b <= 0 || took < best[p][kind]) best[p][kind] = took;
            }
    for (p = 0; p < 2; p++)
        for (kind = 0; kind < KINDS; kind++) {
            const long done = kind == STEP ? count + 1 : count; /* training ends with a gradient */
            printf("dmf,%s,%s,%d,%d,%ld,%.6g,%.6g,,,,\n", kinds[kind], precisions[p], from.depth, from.observed.rows,
                   done, best[p][kind], 1e6 * best[p][kind] / (double)done);
        }
    close_float(single);
    close_double(wide);
    free_start(&from);
    return 0;
}

/* Each in a process of its own, whose peak of memory is asked for at its end. */
static int growth(void)
{
    static const long counts[] = { 600000, 1250000, 2500000, 5000000 };
    int depth, c, p;
    printf("depth,precision,threads,observed,milliseconds_per_gradient,nanoseconds_per_entry,megabytes_before,"
           "megabytes_at_peak\n");
    fflush(stdout);
    for (depth = 2; depth <= 3; depth++)
        for (p = 0; p < 2; p++)
            for (c = 0; c < 4; c++) {
                int status = 1;
                const pid_t child = fork();
                if (child == 0) {
                    (p ? grow_double : grow_float)(depth, counts[c]);
                    exit(0);
                }
                if (child < 0 || waitpid(child, &status, 0) != child || status != 0) return 1;
            }
    return 0;
}

static int tabulate(void)
{
    static const double alphas[] = { 1e-3, 1e-6, 1e-9, 1e-12 };
    int depth, a;
    printf("depth,alpha,precision,reason,steps,rejected,evaluations,seconds,train_loss\n");
    fflush(stdout);
    for (depth = 2; depth <= 6; depth++)
        for (a = 0; a < 4; a++) {
            tabulate_float(depth, alphas[a]);
            tabulate_double(depth, alphas[a]);
        }
    return 0;
}

int main(int argc, char **argv)
{
    const char *command = argc > 1 ? argv[1] : "";
    const int alone = strcmp(command, "growth") == 0 || strcmp(command, "table") == 0;
    if (argc < (alone ? 2 : 3) || !set_options(argv + (alone ? 2 : 3))) return usage();
    if (strcmp(command, "growth") == 0) return growth();
    if (strcmp(command, "table") == 0) return tabulate();
    if (strcmp(command, "problem") == 0) return write_problem(argv[2]);
    if (strcmp(command, "solve") == 0) return solve(argv[2]);
    if (strcmp(command, "step") == 0) return step(argv[2]);
    return usage();
}

#endif
