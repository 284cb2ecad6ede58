/*
What the recovery experiments of A19 share. First one trial: a random matrix of low rank with its observations, and
what a factorization or the minimum nuclear norm makes of the first so many of them. Then sweeps over the number of
observations. Include after example.h.
*/
#ifndef RECOVERY_H
#define RECOVERY_H

/* ---- One trial ---- */

typedef struct trial {
    int n, sensing;
    dmf_mat w_star;           /* n x n */
    dmf_entry *entries;       /* completion: all of w_star, in random order */
    dmf_mat a;                /* sensing: A_i with N(0, 1)/n entries, one a row, and <A_i, w_star> */
    dmf_real *y;
    dmf_rng start;            /* of the factors */
} trial;

/* What was found, and what it took. */
typedef struct finding {
    double error, effective_rank, nuclear_norm, train_loss;  /* error and loss: mean squares */
    double deviation;         /* of the entries of the factors at the start */
    long evaluations;         /* gradients; for the minimum nuclear norm, singular value decompositions */
    double cpu_seconds;
} finding;

/* count is only how many measurements there will be: the first ones are the same whatever it is. */
static inline void draw_measurements(dmf_ctx *ctx, dmf_rng *rng, trial *t, int count)
{
    size_t size = (size_t)t->n * t->n, k;
    int i;
    must(ctx, dmf_mat_create(ctx, count, t->n * t->n, &t->a));
    t->y = (dmf_real *)allocate((size_t)count, sizeof *t->y);
    for (i = 0; i < count; i++) {
        dmf_real *a = t->a.data + (size_t)i * t->a.ld;
        double y = 0;
        for (k = 0; k < size; k++) {
            a[k] = (dmf_real)(dmf_normal(rng) / t->n);
            y += (double)a[k] * t->w_star.data[k];
        }
        t->y[i] = (dmf_real)y;
    }
}

static inline trial draw_trial(dmf_ctx *ctx, uint64_t seed, int number, int n, int rank, int sensing, int count)
{
    trial t = { .n = n, .sensing = sensing, .start = dmf_seed(seed, 2 * (uint64_t)number + 1) };
    dmf_rng rng = dmf_seed(seed, 2 * (uint64_t)number);
    must(ctx, dmf_mat_create(ctx, n, n, &t.w_star));
    must(ctx, dmf_random_low_rank(ctx, rank, t.w_star, &rng));
    if (sensing) draw_measurements(ctx, &rng, &t, count);
    else {
        t.entries = (dmf_entry *)allocate((size_t)n * n, sizeof *t.entries);
        must(ctx, dmf_observe(ctx, t.w_star, (size_t)n * n, t.entries, &rng));
    }
    return t;
}

static inline void drop_trial(trial *t)
{
    dmf_mat_destroy(&t->w_star);
    dmf_mat_destroy(&t->a);
    free(t->entries);
    free(t->y);
}

/* The first count observations; the loss is the mean squared residual. */
static inline dmf_problem *first_observations(dmf_ctx *ctx, const trial *t, int count)
{
    dmf_problem *problem;
    if (!t->sensing) must(ctx, dmf_completion(ctx, t->n, t->n, t->entries, (size_t)count, &problem));
    else must(ctx, dmf_sensing(ctx, t->n, t->n, dmf_block(t->a, 0, 0, count, t->a.cols), t->y, &problem));
    must(ctx, dmf_problem_scale(ctx, problem, 2.0 / count));
    return problem;
}

static inline finding measure(dmf_ctx *ctx, const trial *t, const dmf_problem *problem, dmf_mat w)
{
    size_t size = (size_t)t->n * t->n, k;
    dmf_real *sigma = (dmf_real *)allocate((size_t)t->n, sizeof *sigma);
    dmf_spectrum spectrum;
    dmf_mat none = { 0 };
    finding f = { 0 };
    must(ctx, dmf_svd(ctx, w, none, sigma, none));
    must(ctx, dmf_problem_loss(ctx, problem, w, none, &f.train_loss));
    spectrum = dmf_summarize(sigma, t->n);
    for (k = 0; k < size; k++) f.error += pow((double)w.data[k] - t->w_star.data[k], 2) / (double)size;
    f.effective_rank = spectrum.effective_rank;
    f.nuclear_norm = spectrum.nuclear;
    free(sigma);
    return f;
}

/* Of the entries of factors whose product has scale alpha. */
static inline double deviation_of(dmf_ctx *ctx, int n, int depth, double alpha)
{
    dmf_factors *factors;
    double deviation;
    must(ctx, dmf_factors_create(ctx, n, n, depth, NULL, &factors));
    deviation = dmf_deviation(factors, alpha);
    dmf_factors_destroy(factors);
    return deviation;
}

/* Gaussian start: every entry of every factor has the deviation or, if that is 0, the one of product scale alpha; if it
   is negative, the start is alpha I. */
static inline finding by_factorization(dmf_ctx *ctx, const trial *t, const dmf_problem *problem, int depth,
                                       double alpha, double deviation, const dmf_motion *motion,
                                       const dmf_observer *observer)
{
    dmf_rng rng = t->start;
    dmf_factors *factors;
    dmf_report report;
    dmf_mat w;
    finding f;
    must(ctx, dmf_factors_create(ctx, t->n, t->n, depth, NULL, &factors));
    if (deviation == 0) deviation = dmf_deviation(factors, alpha);
    if (deviation < 0) must(ctx, dmf_start_identity(ctx, factors, alpha));
    else must(ctx, dmf_start_gaussian(ctx, factors, deviation, &rng));
    must(ctx, dmf_train(ctx, problem, factors, motion, observer, &report));
    must(ctx, dmf_mat_create(ctx, t->n, t->n, &w));
    must(ctx, dmf_product(ctx, factors, w));
    f = measure(ctx, t, problem, w);
    f.deviation = deviation;
    f.evaluations = report.evaluations;
    f.cpu_seconds = report.cpu_seconds;
    dmf_mat_destroy(&w);
    dmf_factors_destroy(factors);
    return f;
}

static inline finding by_nuclear_norm(dmf_ctx *ctx, const trial *t, const dmf_problem *problem,
                                      const dmf_nuclear *options)
{
    clock_t before = clock();
    dmf_certificate certificate;
    dmf_mat x;
    finding f;
    must(ctx, dmf_mat_create(ctx, t->n, t->n, &x));
    must(ctx, dmf_minimum_nuclear_norm(ctx, problem, options, x, NULL, &certificate));
    before = clock() - before;
    f = measure(ctx, t, problem, x);
    f.evaluations = certificate.iterations;
    f.cpu_seconds = (double)before / CLOCKS_PER_SEC;
    dmf_mat_destroy(&x);
    return f;
}

/* ---- A sweep: curves against the number of observations, one task to each curve of each trial ---- */

enum { MOST_COUNTS = 8 };

/* A factorization, or what it is compared with. deviation 0 = that of product scale alpha. */
typedef struct curve {
    enum { FACTORS, MINIMUM, TRUTH } of;
    int depth;
    double deviation, seconds;  /* seconds: for one count at n = 100, on one core of a 2023 server */
} curve;

typedef struct sweep {
    const curve *curves;
    int curve_count, with_deviation;
    int listed[2][MOST_COUNTS], most;  /* counts for rank 5 and for rank 10 at n = 100 */
    long counts, size, rank, observed, timing;
    double alpha, gap, within;
    const char *task, *start, *have;
    const task_list *list;
    int n, sensing, from_identity, ranks[2], rank_count;
    char *runs;               /* the text of --have, or NULL */
} sweep;

#define SWEEP_DEFAULTS .alpha = 1e-3, .gap = 1e-4, .task = "completion", .start = "gaussian"
#define SWEEP_OPTIONS(list, sweep) \
    TASK_OPTIONS(list, "random matrices, each with its own observations", "of the factors: " ANY_METHOD), \
    { "task", TEXT, &(sweep).task, 0, 0, "completion or sensing" }, \
    { "size", WHOLE, &(sweep).size, 0, 1000, "n of the n x n matrix; 0 = 100, for sensing 30" }, \
    { "rank", WHOLE, &(sweep).rank, 0, 1000, "its rank; 0 = n/20 and n/10, rounded" }, \
    { "observed", WHOLE, &(sweep).observed, 0, 1e6, "entries or measurements; 0 = the figure's numbers of them" }, \
    { "counts", WHOLE, &(sweep).counts, 2, (sweep).most, "how many of the figure's numbers" }, \
    { "alpha", REAL, &(sweep).alpha, 1e-12, 1, "scale of the product at the start" }, \
    { "start", TEXT, &(sweep).start, 0, 0, "gaussian or identity" }, \
    { "gap", REAL, &(sweep).gap, 1e-12, 1, "proved of the minimum nuclear norm, relative to it" }, \
    { "within", REAL, &(sweep).within, 0, 1e3, "how close that solution must fit; 0 = exactly" }, \
    { "timing", WHOLE, &(sweep).timing, 0, 1, "1 = fill the column seconds, which differs from run to run" }
#define SWEEP_HEADER "rank,depth,observed,trial,method,reconstruction_error,effective_rank,nuclear_norm,train_loss," \
                     "evaluations,seconds"

/* As many as --counts of those listed, the first and the last among them. Elsewhere than at n = 100, the same
   multiples of the information limit r(2n - r). */
static int observed_count(const sweep *s, int rank, int index)
{
    int high = 200 * rank > 15 * s->n, at_100 = high ? 10 : 5;
    double scale = (double)rank * (2 * s->n - rank) / (at_100 * (200 - at_100));
    int place = (2 * index * (s->most - 1) + (int)s->counts - 1) / (2 * ((int)s->counts - 1));
    if (s->observed) return (int)s->observed;
    return (int)fmin(floor(s->listed[high][place] * scale + 0.5), (double)s->n * s->n);
}

/* How far one run has come, and where it lies in its task. */
typedef struct stretch { double before, width, first_loss, last_loss; } stretch;

static int show_stretch(void *user, const dmf_moment *now)
{
    stretch *s = (stretch *)user;
    if (now->step == 0) s->first_loss = now->loss;
    report_progress(s->before + s->width * log(s->first_loss / now->loss) / log(s->first_loss / s->last_loss));
    return 0;
}

static finding find(dmf_ctx *ctx, const sweep *s, const curve *c, const trial *t, const dmf_problem *problem,
                    stretch *progress)
{
    dmf_motion motion = motion_by_name(s->list->method, 0.1);
    dmf_observer observer = { .look = show_stretch, .user = progress };
    dmf_nuclear nuclear = { .gap = s->gap, .eps = s->within };
    motion.stop_loss = progress->last_loss = 1e-6;
    report_progress(progress->before);
    if (c->of == TRUTH) return measure(ctx, t, problem, t->w_star);
    if (c->of == MINIMUM) return by_nuclear_norm(ctx, t, problem, &nuclear);
    return by_factorization(ctx, t, problem, c->depth, s->alpha, s->from_identity ? -1 : c->deviation, &motion,
                            &observer);
}

/* ---- Runs that another sweep has made ---- */

static char *read_text(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = NULL;
    size_t size = 0, got = 0;
    if (!file) fail("cannot open '%s': %s", path, strerror(errno));
    do {
        text = (char *)realloc(text, size + 65537);
        if (!text) fail("out of memory");
        got = fread(text + size, 1, 65536, file);
        size += got;
    } while (got);
    if (ferror(file)) fail("cannot read '%s': %s", path, strerror(errno));
    text[size] = 0;
    fclose(file);
    return text;
}

/* The run of a curve among those of --have. */
static int read_run(const sweep *s, const curve *c, int rank, int observed, int number, finding *f)
{
    const char *methods[] = { s->list->method, "minimum_nuclear_norm", "truth" }, *line;
    char start[100];
    snprintf(start, sizeof start, "\n%d,%d,%d,%d,%s,", rank, c->depth, observed, number, methods[c->of]);
    line = strstr(s->runs, start);
    return line && sscanf(line + strlen(start), "%lf,%lf,%lf,%lf,%ld,%lf", &f->error, &f->effective_rank,
                          &f->nuclear_norm, &f->train_loss, &f->evaluations, &f->cpu_seconds) == 6;
}

/* The same, if it is there and starts where alpha says. Of another seed the nuclear norm of W* would be another, but
   for rank 1. */
static int take_run(dmf_ctx *ctx, const sweep *s, const curve *c, const trial *t, const dmf_problem *problem, int rank,
                    int observed, int number, finding *f)
{
    const curve truth = { .of = TRUTH };
    double norm;
    if (!s->runs || s->from_identity || c->deviation != 0 || !read_run(s, &truth, rank, observed, number, f)) return 0;
    norm = f->nuclear_norm;
    if (fabs(norm - measure(ctx, t, problem, t->w_star).nuclear_norm) > 1e-6 * norm)
        fail("'%s' is of other matrices", s->have);
    if (!read_run(s, c, rank, observed, number, f)) return 0;
    f->deviation = c->of == FACTORS ? deviation_of(ctx, t->n, c->depth, s->alpha) : 0;
    return 1;
}

static void run_curve(void *user, int task, FILE *csv)
{
    const sweep *s = (const sweep *)user;
    const curve *c = &s->curves[task % s->curve_count];
    const char *methods[] = { s->list->method, "minimum_nuclear_norm", "truth" };
    int number = task / s->curve_count % (int)s->list->trials + 1;
    int rank = s->ranks[task / s->curve_count / (int)s->list->trials], count = s->observed ? 1 : (int)s->counts, i;
    dmf_ctx *ctx;
    trial t;
    must(NULL, dmf_ctx_create(&(dmf_options){ .threads = 1 }, &ctx));
    t = draw_trial(ctx, (uint64_t)s->list->seed, number, s->n, rank, s->sensing, observed_count(s, rank, count - 1));
    for (i = 0; i < count; i++) {
        int observed = observed_count(s, rank, i);
        dmf_problem *problem = first_observations(ctx, &t, observed);
        stretch progress = { .before = (double)i / count, .width = 1.0 / count };
        finding f = { 0 };
        if (!take_run(ctx, s, c, &t, problem, rank, observed, number, &f)) f = find(ctx, s, c, &t, problem, &progress);
        fprintf(csv, "%d,%d,%d,%d,%s,%.9g,%.9g,%.9g,%.9g,%ld,%.9g", rank, c->depth, observed, number, methods[c->of],
                f.error, f.effective_rank, f.nuclear_norm, f.train_loss, f.evaluations,
                s->timing ? f.cpu_seconds : 0);
        fprintf(csv, s->with_deviation ? ",%.9g\n" : "\n", f.deviation);
        dmf_problem_destroy(problem);
    }
    drop_trial(&t);
    dmf_ctx_destroy(ctx);
}

static double curve_weight(void *user, int task)
{
    const sweep *s = (const sweep *)user;
    return s->curves[task % s->curve_count].seconds;
}

/* Completes the sweep from its options, and lists its tasks. */
static void prepare_sweep(sweep *s, task_list *list)
{
    static const char *const tasks[] = { "completion", "sensing", NULL };
    static const char *const starts[] = { "gaussian", "identity", NULL };
    s->list = list;
    s->sensing = one_of(s->task, tasks, "task");
    s->from_identity = one_of(s->start, starts, "start");
    one_of(list->method, method_names, "method");
    s->n = s->size ? (int)s->size : s->sensing ? 30 : 100;
    s->ranks[0] = s->rank ? (int)s->rank : s->n < 10 ? 1 : (s->n + 10) / 20;
    s->ranks[1] = s->n < 5 ? 1 : (s->n + 5) / 10;
    s->rank_count = s->rank || s->ranks[0] == s->ranks[1] ? 1 : 2;
    s->runs = s->have ? read_text(s->have) : NULL;
    if (s->observed && s->counts != s->most) fail("--counts is of the figure's numbers: --observed gives another");
    if (s->ranks[0] > s->n) fail("--rank %d is more than the size, %d", s->ranks[0], s->n);
    if (!s->sensing && s->observed > (long)s->n * s->n)
        fail("--observed %ld is more than the %d entries there are", s->observed, s->n * s->n);
    list->count = s->rank_count * (int)list->trials * s->curve_count;
    list->run = run_curve;
    list->weight = curve_weight;
    list->user = s;
}

#endif
