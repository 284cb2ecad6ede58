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
            and then 300 entries at random

CSV: the end of one run a line. What has no random numbers in it is run once. error is the mean of (W - W*)^2 over all
entries; loss and steps are those of the second phase.
*/
#define _POSIX_C_SOURCE 200809L
#include "../dmf.h"
#include "two_phases.h"

enum { RATE, BATCH, MOMENTUM, START, MASK, PANELS, VALUES = 5, SHALLOWEST = 2, DEPTHS = 2 };
enum { EXACT_5 = 1, EXACT_10, PERMUTATION, UNIFORM, RANDOM };
static const char *const panel_names[] = { "rate", "batch", "momentum", "start", "mask" };
static const double values[PANELS][VALUES] = {
    { 0.05, 0.2, 0.5, 1, 2 }, { 1, 2, 3, 4, 5 }, { 0, 0.5, 0.8, 0.9, 0.95 }, { 0.01, 0.03, 0.1, 0.3, 1 },
    { EXACT_5, EXACT_10, PERMUTATION, UNIFORM, RANDOM }
};

typedef struct settings {
    long steps;
    const task_list *list;
} settings;

typedef struct variant { int panel, mask; double value; size_t first, second; } variant;

static int is_random(const variant *v)
{
    return v->panel == BATCH || v->panel == START || v->mask >= PERMUTATION;
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

static instance open_variant(const settings *s, variant *v, int trial)
{
    uint64_t seed = (uint64_t)s->list->seed;
    int d = v->mask == EXACT_5 ? 5 : 10;
    instance i = v->mask == RANDOM ? open_random(30, 2, seed, trial) : open_exact(d, seed, trial);
    dmf_rng rng = stream_of(&i, OF_NOISE);
    v->first = v->mask == RANDOM ? 150 : (size_t)d;
    v->second = v->mask == RANDOM ? 300 : v->mask >= PERMUTATION ? 40 : (size_t)(2 * d - 1);
    if (v->mask == PERMUTATION) permute(&rng, i.entries, d);
    if (v->mask == UNIFORM) shuffle(&rng, i.entries, d * d);
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

static dmf_report train(const settings *s, const variant *v, const instance *i, size_t observed, dmf_factors *factors)
{
    dmf_problem *problem = observe_first(i, observed);
    dmf_motion motion = motion_of(s, v, i, observed, factors->depth);
    dmf_report report;
    must(i->ctx, dmf_train(i->ctx, problem, factors, &motion, NULL, &report));
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
    variant v = { .panel = place / VALUES, .mask = EXACT_5 };
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
        TASK_OPTIONS(list, "random batches, starts and masks", ANY_METHOD),
        { "steps", WHOLE, &s.steps, 1, 1e9, "of a phase, at most" },
    };
    int option_count = sizeof options / sizeof *options;
    list.method = "gd";
    read_options(argc, argv, "Loss of plasticity with finite rates, batches, momentum, other starts and masks.",
                 options, option_count);
    one_of(list.method, method_names, "method");
    s.list = &list;
    list.count = (int)list.trials * PANELS * VALUES * DEPTHS;
    run_tasks(&list, argv[0], options, option_count);
    return 0;
}
