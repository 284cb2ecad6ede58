/*
Is loss of plasticity a matter of gradient flow, of full batches, of a diagonal mask? (Beyond the papers: reviews of
SY26 asked for it.) Training resumed with more entries, warm and cold, at depth 2 and 3, with one thing changed at a
time from the exact case of two_phases.h: 5 x 5, all ones, alpha = 0.01, m = 10, gradient descent with rate 0.2, every
phase until the loss is 1e-12 (random masks: 1e-9; 30 x 30: 1e-6) or for the steps allowed.

rate        of descent
batch       entries in a batch of stochastic descent, drawn anew every epoch; at most all
momentum    of heavy-ball descent with rate 0.2
start       deviation, over alpha, of Gaussian numbers added to every entry of the start
mask        1, 2: the exact case, 5 x 5 and 10 x 10. 10 x 10, all ones, 40 entries in the second phase at random: 3,
            after a random permutation's; 4, after 10 at random. 5: 30 x 30, rank 2, Gaussian start, alpha = 1e-3, 150
            and then 300 entries at random, along the flow that descent takes a hundred thousand steps for
pattern     10 x 10, all ones. 1: blocks of 2 x 2, then what links them. 2: two diagonals, then a third. 3: three
            diagonals, then five. 4: 10 at random, then 20. 5: 10 x 6, one entry in every row, such that there are six
            components, then five that link them
unequal     W* = u u^T, the logarithms of u Gaussian with this deviation; by flow
noise       deviation of Gaussian numbers added to what is observed; the error is that against all ones
optimizer   1: flow. 2: descent. 3: Adagrad, a rate for every entry of the factors, 0.01 at first. 4: Adam. 5:
            GroupRMSprop
escape      alpha such that at every depth W_ii comes to 1/2 after so many steps of the first phase

CSV: the end of one run a line. What has no random numbers in it is run once. error is the mean of (W - W*)^2 over all
entries; loss and steps are those of the second phase.
*/
#define _POSIX_C_SOURCE 200809L
#include "../dmf.h"
#include "two_phases.h"

enum { RATE, BATCH, MOMENTUM, START, MASK, PATTERN, UNEQUAL, NOISE, OPTIMIZER, ESCAPE, PANELS };
enum { VALUES = 5, SHALLOWEST = 2, DEPTHS = 2 };
enum { EXACT_5 = 1, EXACT_10, PERMUTATION, UNIFORM, RANDOM };
enum { BLOCKS = 1, TWO_DIAGONALS, THREE_DIAGONALS, SPARSE, RECTANGLE };
enum { FLOW = 1, DESCENT, ADAGRAD, ADAM, GROUP };
static const char *const panel_names[] = { "rate", "batch", "momentum", "start", "mask", "pattern", "unequal", "noise",
                                           "optimizer", "escape" };
static const double values[PANELS][VALUES] = {
    { 0.05, 0.2, 0.5, 1, 2 }, { 1, 2, 3, 4, 5 }, { 0, 0.5, 0.8, 0.9, 0.95 }, { 0.01, 0.03, 0.1, 0.3, 1 },
    { EXACT_5, EXACT_10, PERMUTATION, UNIFORM, RANDOM },
    { BLOCKS, TWO_DIAGONALS, THREE_DIAGONALS, SPARSE, RECTANGLE }, { 0.03, 0.1, 0.3, 0.6, 1 },
    { 0.01, 0.03, 0.1, 0.3, 0.6 }, { FLOW, DESCENT, ADAGRAD, ADAM, GROUP }, { 30, 100, 300, 1000, 3000 }
};

typedef struct settings {
    long steps;
    const task_list *list;
} settings;

typedef struct variant { int panel, mask, depth; double value; size_t first, second; } variant;

static int is_random(const variant *v)
{
    return v->panel == BATCH || v->panel == START || v->panel == UNEQUAL || v->panel == NOISE ||
           v->mask >= PERMUTATION || (v->panel == PATTERN && v->value == SPARSE);
}

/* ---- What is observed ---- */

static void shuffle(dmf_rng *rng, dmf_entry *entries, int count)
{
    int k;
    for (k = count - 1; k > 0; k--) {
        int other = (int)dmf_below(rng, (uint64_t)k + 1);
        dmf_entry kept = entries[k];
        entries[k] = entries[other];
        entries[other] = kept;
    }
}

/* The diagonal becomes that of a random permutation, by exchanging columns; the rest is in random order. */
static void permute(dmf_rng *rng, dmf_entry *entries, int n)
{
    int *place = (int *)allocate((size_t)n, sizeof *place), k;
    for (k = 0; k < n; k++) place[k] = k;
    for (k = n - 1; k > 0; k--) {
        int other = (int)dmf_below(rng, (uint64_t)k + 1), kept = place[k];
        place[k] = place[other];
        place[other] = kept;
    }
    for (k = 0; k < n * n; k++) entries[k].col = place[entries[k].col];
    shuffle(rng, entries + n, n * n - n);
    free(place);
}

/* When an entry comes to be observed: in the first phase, in the second, or never. */
static int phase_of(int pattern, int row, int col)
{
    int off = col - row;
    if (pattern == BLOCKS) return row / 2 == col / 2 ? 0 : off == 1 ? 1 : 2;
    if (pattern == TWO_DIAGONALS) return off == 0 || off == 1 ? 0 : off == 2 ? 1 : 2;
    if (pattern == THREE_DIAGONALS) return abs(off) <= 1 ? 0 : abs(off) == 2 ? 1 : 2;
    return row % 6 == col ? 0 : off == 1 ? 1 : 2;
}

static instance open_pattern(variant *v, uint64_t seed, int trial)
{
    int n = 10, cols = v->value == RECTANGLE ? 6 : 10, phase, k;
    instance i = open_instance(n, cols, seed, trial);
    dmf_rng rng = stream_of(&i, OF_NOISE);
    size_t count = 0, ends[3];
    i.is_exact = 1;
    i.alpha = 0.01;
    i.m = 10;
    for (phase = 0; phase < 3; ends[phase++] = count)
        for (k = 0; k < n * cols; k++) {
            i.w_star.data[k] = 1;
            if (phase_of((int)v->value, k / cols, k % cols) == phase)
                i.entries[count++] = (dmf_entry){ k / cols, k % cols, 1 };
        }
    if (v->value == SPARSE) shuffle(&rng, i.entries, n * cols);
    v->first = v->value == SPARSE ? 10 : ends[0];
    v->second = v->value == SPARSE ? 20 : ends[1];
    return i;
}

/* The factors of the exact case keep two eigenvalues, and so does descent. */
static double steps_to_escape(int depth, int d, double alpha, double m)
{
    double s_1 = alpha * (m + d - 1) / m, s_2 = alpha * (m - 1) / m, seen = 0, steps;
    for (steps = 0; steps < 1e5; steps++) {
        seen = (pow(s_1, depth) + (d - 1) * pow(s_2, depth)) / d;
        if (seen >= 0.5) break;
        s_1 += rate_of_descent / d * (1 - seen) * pow(s_1, depth - 1);
        s_2 += rate_of_descent / d * (1 - seen) * pow(s_2, depth - 1);
    }
    return steps;
}

static double alpha_of_escape(int depth, int d, double m, double steps)
{
    double low = -300, high = 0;
    while (high - low > 1e-9) {
        double middle = (low + high) / 2;
        if (steps_to_escape(depth, d, exp(middle), m) > steps) low = middle;
        else high = middle;
    }
    return exp(high);
}

/* What panels change in a matrix, all ones, and in what is seen of it. */
static void change(const variant *v, instance *i)
{
    dmf_rng rng = stream_of(i, OF_NOISE);
    int n = i->n, k;
    double *u = (double *)allocate((size_t)n, sizeof *u);
    for (k = 0; k < n; k++) u[k] = exp(v->value * dmf_normal(&rng));
    for (k = 0; k < n * n && v->panel == UNEQUAL; k++) i->w_star.data[k] = (dmf_real)(u[k / n] * u[k % n]);
    for (k = 0; k < n * n && v->panel == UNEQUAL; k++)
        i->entries[k].value = i->w_star.data[i->entries[k].row * n + i->entries[k].col];
    for (k = 0; k < n * n && v->panel == NOISE; k++)
        i->entries[k].value += (dmf_real)(v->value * dmf_normal(&rng));
    if (v->panel == ESCAPE) i->alpha = alpha_of_escape(v->depth, n, i->m, v->value);
    free(u);
}

static instance open_variant(const settings *s, variant *v, int trial)
{
    uint64_t seed = (uint64_t)s->list->seed;
    int d = v->mask == EXACT_5 ? 5 : 10;
    instance i = v->mask == RANDOM ? open_random(30, 2, seed, trial)
               : v->panel == PATTERN ? open_pattern(v, seed, trial) : open_exact(d, seed, trial);
    dmf_rng rng = stream_of(&i, OF_NOISE);
    if (v->panel == PATTERN) return i;
    v->first = v->mask == RANDOM ? 150 : (size_t)d;
    v->second = v->mask == RANDOM ? 300 : v->mask >= PERMUTATION ? 40 : (size_t)(2 * d - 1);
    if (v->mask == PERMUTATION) permute(&rng, i.entries, d);
    if (v->mask == UNIFORM) shuffle(&rng, i.entries, d * d);
    if (v->panel > PATTERN) change(v, &i);
    return i;
}

/* ---- How it moves ---- */

static dmf_factors *start_variant(const variant *v, const instance *i, int depth)
{
    dmf_factors *factors = start_factors(i, depth);
    dmf_rng rng = stream_of(i, OF_NOISE + depth);
    size_t k;
    if (v->panel != START) return factors;
    for (k = 0; k < factors->size; k++) factors->data[k] += (dmf_real)(v->value * i->alpha * dmf_normal(&rng));
    return factors;
}

static dmf_motion motion_of(const settings *s, const variant *v, const instance *i, size_t observed, int depth)
{
    dmf_motion motion = motion_by_name(s->list->method, v->panel == RATE ? v->value : rate_of_descent);
    if (v->panel == BATCH || (v->panel == MOMENTUM && v->value > 0)) {
        motion.method = v->panel == BATCH ? DMF_SGD : DMF_MOMENTUM;
        motion.rate = rate_of_descent;
    }
    if (v->panel == UNEQUAL) motion = motion_by_name("flow", 0);
    if (v->mask == RANDOM && motion.method == DMF_GD) {
        motion = motion_by_name("flow", 0);
        set_tolerance(&motion, 1e-4);
    }
    if (v->panel == OPTIMIZER) motion = motion_by_name(v->value == FLOW ? "flow" : v->value == ADAM ? "adam" :
                                                       v->value == GROUP ? "group_rmsprop" : "gd", rate_of_descent);
    if (v->panel == MOMENTUM) motion.momentum = v->value;
    if (v->panel == BATCH) {
        dmf_rng rng = stream_of(i, OF_NOISE + 8 + depth);
        motion.batch = v->value < (double)observed ? (size_t)v->value : observed;
        motion.seed = dmf_bits(&rng);
    }
    motion.stop_loss = v->mask == RANDOM ? 1e-6 : v->mask >= PERMUTATION ? 1e-9 : 1e-12;
    motion.stop_steps = s->steps;
    return motion;
}

/* W -= rate g / sqrt(h), where h sums the squares of all g so far, entry by entry. */
static dmf_report descend_by_adagrad(const instance *i, const dmf_problem *problem, const dmf_motion *motion,
                                     dmf_factors *factors)
{
    const double rate = 0.01, epsilon = 1e-10;
    double *h = (double *)allocate(factors->size, sizeof *h);
    dmf_factors *gradient;
    dmf_report report = { 0 };
    size_t k;
    must(i->ctx, dmf_factors_clone(i->ctx, factors, &gradient));
    for (;; report.steps++) {
        must(i->ctx, dmf_loss(i->ctx, problem, factors, gradient, &report.loss));
        if (report.loss <= motion->stop_loss || report.steps == motion->stop_steps) break;
        for (k = 0; k < factors->size; k++) {
            double g = (double)gradient->data[k];
            h[k] += g * g;
            factors->data[k] -= (dmf_real)(rate * g / (sqrt(h[k]) + epsilon));
        }
    }
    dmf_factors_destroy(gradient);
    free(h);
    return report;
}

static dmf_report train(const settings *s, const variant *v, const instance *i, size_t observed, dmf_factors *factors)
{
    dmf_problem *problem = observe_first(i, observed);
    dmf_motion motion = motion_of(s, v, i, observed, factors->depth);
    dmf_report report;
    if (v->panel == OPTIMIZER && v->value == ADAGRAD) report = descend_by_adagrad(i, problem, &motion, factors);
    else must(i->ctx, dmf_train(i->ctx, problem, factors, &motion, NULL, &report));
    dmf_problem_destroy(problem);
    return report;
}

static void run_once(const settings *s, const variant *v, const instance *i, int depth, int is_warm, FILE *csv)
{
    dmf_factors *factors = start_variant(v, i, depth);
    dmf_report report;
    dmf_spectrum spectrum;
    double error;
    if (is_warm) train(s, v, i, v->first, factors);
    report = train(s, v, i, v->second, factors);
    spectrum = measure(i, i->ctx, factors, &error);
    fprintf(csv, "%s,%.9g,%d,%d,%s,%.9g,%.9g,%.9g,%ld\n", panel_names[v->panel], v->value, i->trial, depth,
            is_warm ? "warm" : "cold", error, spectrum.stable_rank, report.loss, report.steps);
    dmf_factors_destroy(factors);
}

/* ---- A task: one value in one panel at one depth, for one trial ---- */

static variant variant_of(int task)
{
    int place = task / DEPTHS % (PANELS * VALUES);
    variant v = { .panel = place / VALUES, .mask = EXACT_5, .depth = SHALLOWEST + task % DEPTHS };
    v.value = values[v.panel][place % VALUES];
    if (v.panel == MASK) v.mask = (int)v.value;
    return v;
}

static void run_task(void *user, int task, FILE *csv)
{
    const settings *s = (const settings *)user;
    int depth = SHALLOWEST + task % DEPTHS, trial = task / DEPTHS / (PANELS * VALUES);
    variant v = variant_of(task);
    instance i;
    if (trial > 0 && !is_random(&v)) return;
    i = open_variant(s, &v, trial);
    run_once(s, &v, &i, depth, 1, csv);
    report_progress(0.6);
    run_once(s, &v, &i, depth, 0, csv);
    close_instance(&i);
}

static double task_weight(void *user, int task)
{
    variant v = variant_of(task);
    (void)user;
    if (task / DEPTHS / (PANELS * VALUES) > 0 && !is_random(&v)) return 0.001;
    return (v.mask == RANDOM ? 20 : 1) * (1 + task % DEPTHS);
}

int main(int argc, char **argv)
{
    settings s = { .steps = 200000 };
    task_list list = { .header = "panel,value,trial,depth,run,error,stable_rank,loss,steps", .run = run_task,
                       .weight = task_weight, .user = &s, TASK_DEFAULTS, .trials = 5 };
    const option options[] = {
        TASK_OPTIONS(list, "of what is random", ANY_METHOD),
        { "steps", WHOLE, &s.steps, 1, 1e9, "of a phase, at most" },
    };
    int option_count = sizeof options / sizeof *options;
    list.method = "gd";
    read_options(argc, argv, "Loss of plasticity with other rates, optimizers, starts, masks and matrices.",
                 options, option_count);
    one_of(list.method, method_names, "method");
    s.list = &list;
    list.count = (int)list.trials * PANELS * VALUES * DEPTHS;
    run_tasks(&list, argv[0], options, option_count);
    return 0;
}
