/*
What restores plasticity? Factors of depth 2 are trained on little data until they fit, then treated, then trained on
more (beyond the papers; the setting is that of two_phases.h).

exact     5 x 5, alpha = 0.01, m = 10: the diagonal, then the superdiagonal too
random    100 x 100, rank 5, alpha = 1e-3: 1000 entries, then 2000

nothing        training goes on
perturb        every entry gets a Gaussian number of the size of the start: alpha in the exact case, the start's own
               deviation in the random one
shrink         every factor times s = 0.5, 0.2 or 0.05, then perturb
balance        balanced factors of the same product
layer          depth 3: balanced factors of the same product
layer_perturb  the same, then perturb with the deviation that depth 3 starts with (exact: alpha)
layer_shrink   the product times 0.04, as by s = 0.2, then layer_perturb
restart_2, restart_3   a new start at that depth

CSV: the end of one run a line, after training on more. error_before is the error after the first phase; error, the
mean of (W - W*)^2 over all entries; evaluations, the gradients of the second phase.
*/
#define _POSIX_C_SOURCE 200809L
#include "../dmf.h"
#include "two_phases.h"

typedef struct remedy { const char *name; double shrink; int depth, balances, perturbs, restarts; } remedy;
static const remedy remedies[] = {
    { "nothing", 1, 2, 0, 0, 0 },      { "perturb", 1, 2, 0, 1, 0 },       { "shrink", 0.5, 2, 0, 1, 0 },
    { "shrink", 0.2, 2, 0, 1, 0 },     { "shrink", 0.05, 2, 0, 1, 0 },     { "balance", 1, 2, 1, 0, 0 },
    { "layer", 1, 3, 1, 0, 0 },        { "layer_perturb", 1, 3, 1, 1, 0 }, { "layer_shrink", 0.2, 3, 1, 1, 0 },
    { "restart_2", 1, 2, 0, 0, 1 },    { "restart_3", 1, 3, 0, 0, 1 }
};
enum { REMEDIES = sizeof remedies / sizeof *remedies, CASES = 2 };

typedef struct settings {
    long evaluations;
    dmf_motion motion;
    const task_list *list;
} settings;

static int out_of_patience(void *user, const dmf_moment *now)
{
    return now->evaluations >= ((const settings *)user)->evaluations;
}

static dmf_report train(const settings *s, const instance *i, size_t observed, dmf_factors *factors)
{
    dmf_observer observer = { .look = out_of_patience, .user = (void *)s };
    dmf_problem *problem = observe_first(i, observed);
    dmf_motion motion = s->motion;
    dmf_report report;
    motion.stop_loss = i->is_exact ? 1e-14 : 1e-7;
    set_tolerance(&motion, i->is_exact ? 1e-5 : 1e-3);
    must(i->ctx, dmf_train(i->ctx, problem, factors, &motion, &observer, &report));
    dmf_problem_destroy(problem);
    return report;
}

/* ---- Treatment ---- */

/* Copies, or balanced factors of the product, at the remedy's depth; each of the old factors is s times itself. */
static dmf_factors *rebuild(const instance *i, const remedy *r, const dmf_factors *old)
{
    dmf_factors *factors;
    size_t k, entries = (size_t)i->n * (size_t)i->n;
    if (!r->balances) {
        must(i->ctx, dmf_factors_clone(i->ctx, old, &factors));
        for (k = 0; k < factors->size; k++) factors->data[k] *= (dmf_real)r->shrink;
        return factors;
    }
    must(i->ctx, dmf_product(i->ctx, old, i->w));
    for (k = 0; k < entries; k++) i->w.data[k] *= (dmf_real)pow(r->shrink, old->depth);
    must(i->ctx, dmf_factors_create(i->ctx, i->n, i->n, r->depth, NULL, &factors));
    must(i->ctx, dmf_start_balanced(i->ctx, factors, i->w));
    return factors;
}

static dmf_factors *treat(const instance *i, const remedy *r, const dmf_factors *old)
{
    dmf_factors *factors = r->restarts ? start_factors(i, r->depth) : rebuild(i, r, old);
    double deviation = i->is_exact ? i->alpha : dmf_deviation(factors, i->alpha);
    dmf_rng rng = stream_of(i, OF_NOISE);
    size_t k;
    for (k = 0; r->perturbs && k < factors->size; k++) factors->data[k] += (dmf_real)(deviation * dmf_normal(&rng));
    return factors;
}

/* ---- A task: all remedies for one trial of one case ---- */

static void write_end(const instance *i, const remedy *r, double before, const dmf_factors *factors,
                      const dmf_report *report, FILE *csv)
{
    double error;
    dmf_spectrum spectrum = measure(i, i->ctx, factors, &error);
    fprintf(csv, "%s,%d,%s,%.9g,%d,%.9g,%.9g,%.9g,%.9g,%.9g,%ld,%s\n", i->is_exact ? "exact" : "random", i->trial,
            r->name, r->shrink, r->depth, before, error, spectrum.stable_rank, spectrum.effective_rank, report->loss,
            report->evaluations, report->reason == DMF_STOP_LOSS ? "fits" : "given_up");
}

static void run_task(void *user, int task, FILE *csv)
{
    const settings *s = (const settings *)user;
    int is_exact = task % CASES == 0, trial = task / CASES, k;
    uint64_t seed = (uint64_t)s->list->seed;
    instance i = is_exact ? open_exact(5, seed, trial) : open_random(100, 5, seed, trial);
    size_t first = is_exact ? 5 : 1000, second = is_exact ? 9 : 2000;
    dmf_factors *old = start_factors(&i, 2);
    double before;
    train(s, &i, first, old);
    must(i.ctx, dmf_reconstruction_error(i.ctx, old, i.w_star, &before));
    for (k = 0; k < REMEDIES; k++) {
        dmf_factors *factors = treat(&i, &remedies[k], old);
        dmf_report report = train(s, &i, second, factors);
        write_end(&i, &remedies[k], before, factors, &report, csv);
        dmf_factors_destroy(factors);
        report_progress((k + 1.0) / REMEDIES);
    }
    dmf_factors_destroy(old);
    close_instance(&i);
}

static double task_weight(void *user, int task)
{
    (void)user;
    return task % CASES == 0 ? 1 : 20;
}

int main(int argc, char **argv)
{
    settings s = { .evaluations = 20000 };
    task_list list = { .header = "case,trial,remedy,shrink,depth,error_before,error,stable_rank,effective_rank,loss,"
                                 "evaluations,end",
                       .run = run_task, .weight = task_weight, .user = &s, TASK_DEFAULTS, .trials = 5 };
    const option options[] = {
        TASK_OPTIONS(list, "random matrices and perturbations", ANY_METHOD),
        { "evaluations", WHOLE, &s.evaluations, 1, 1e9, "gradients after which a phase is given up" },
    };
    int option_count = sizeof options / sizeof *options;
    read_options(argc, argv, "What restores plasticity after training on little data, as CSV.", options,
                 option_count);
    s.motion = motion_by_name(list.method, rate_of_descent);
    s.motion.stop_steps = 1000000000;
    s.list = &list;
    list.count = (int)list.trials * CASES;
    run_tasks(&list, argv[0], options, option_count);
    return 0;
}
