/*
How long may a network train on little data before it can no longer use more? Final test error against the length T
of the first phase (Kleinman et al., 2024, whose published protocol it is, but for the flow; SY26 revisits it): 100 x
100, rank 5, 1000 entries for T steps, then 250, 500, 750 or 1000 more entries for another 30 000, at depth 1, 2 and 3,
from a Gaussian start with alpha = 1e-3. A step is the time 0.2 of gradient flow on half the mean squared residual.

One first phase serves all T: its factors are copied on the way. T = 0 is the cold run. Its limit as alpha goes to 0 is
dmf_train_limit's, the same at every depth of 2 and more; where the next critical point lies far out, and a limit may
not exist, the last point before.

CSV: the end of one run a line. error is the mean of (W - W*)^2 over all entries; loss, half the mean squared residual
over those observed, and evaluations, the gradients, are those of the second phase. depth 0 is the limit.
*/
#define _POSIX_C_SOURCE 200809L
#include "../dmf.h"
#include "two_phases.h"

static const double lengths[] = { 0, 1000, 5000, 10000, 20000, 40000, 60000, 80000, 100000 };
static const int shares[] = { 250, 500, 750, 1000 };  /* of the extra entries, in thousandths */
enum { DEPTHS = 3, LENGTHS = sizeof lengths / sizeof *lengths, SHARES = sizeof shares / sizeof *shares };

typedef struct settings {
    long size, rank, first, extra;
    double shorten, steps, rtol;
    dmf_motion motion;
    const task_list *list;
} settings;

/* The factors at every length of the first phase. */
typedef struct first_phase {
    const instance *i;
    int taken;
    dmf_factors *at[LENGTHS];
} first_phase;

static int take_copy(void *user, const dmf_moment *now)
{
    first_phase *p = (first_phase *)user;
    if (p->taken < LENGTHS) must(now->ctx, dmf_factors_clone(now->ctx, now->factors, &p->at[p->taken++]));
    report_progress(0.3 * p->taken / LENGTHS);
    return 0;
}

/* A phase that comes to rest before its end stays there. */
static first_phase train_first(const settings *s, const instance *i, int depth)
{
    first_phase p = { .i = i };
    double times[LENGTHS];
    dmf_observer observer = { .look = take_copy, .user = &p, .times = times, .time_count = LENGTHS };
    dmf_problem *few = observe_first(i, (size_t)s->first);
    dmf_factors *factors = start_factors(i, depth);
    dmf_motion motion = s->motion;
    int k;
    for (k = 0; k < LENGTHS; k++) times[k] = lengths[k] * s->shorten * rate_of_descent;
    motion.stop_time = times[LENGTHS - 1];
    must(i->ctx, dmf_train(i->ctx, few, factors, &motion, &observer, NULL));
    while (p.taken < LENGTHS) must(i->ctx, dmf_factors_clone(i->ctx, factors, &p.at[p.taken++]));
    dmf_factors_destroy(factors);
    dmf_problem_destroy(few);
    return p;
}

static void train_second(const settings *s, const first_phase *p, int length, int share, FILE *csv)
{
    const instance *i = p->i;
    size_t extra = (size_t)s->extra * (size_t)shares[share] / 1000;
    dmf_problem *more = observe_first(i, (size_t)s->first + extra);
    dmf_motion motion = s->motion;
    dmf_factors *factors;
    dmf_report report;
    dmf_spectrum spectrum;
    double error;
    motion.stop_time = s->steps * rate_of_descent;
    must(i->ctx, dmf_factors_clone(i->ctx, p->at[length], &factors));
    must(i->ctx, dmf_train(i->ctx, more, factors, &motion, NULL, &report));
    spectrum = measure(i, i->ctx, factors, &error);
    fprintf(csv, "%d,%d,%lu,%.9g,%.9g,%.9g,%.9g,%.9g,%ld\n", i->trial, factors->depth, (unsigned long)extra,
            lengths[length] * s->shorten, error, spectrum.stable_rank, spectrum.effective_rank, report.loss,
            report.evaluations);
    dmf_factors_destroy(factors);
    dmf_problem_destroy(more);
}

static void write_limit(const settings *s, const instance *i, FILE *csv)
{
    int share;
    for (share = 0; share < SHARES; share++) {
        size_t extra = (size_t)s->extra * (size_t)shares[share] / 1000;
        dmf_problem *more = observe_first(i, (size_t)s->first + extra);
        dmf_factors *factors;
        dmf_path_report report;
        dmf_spectrum spectrum;
        double error;
        must(i->ctx, dmf_factors_create(i->ctx, i->n, i->cols, 2, NULL, &factors));
        must(i->ctx, dmf_train_limit(i->ctx, more, factors, NULL, &report));
        spectrum = measure(i, i->ctx, factors, &error);
        fprintf(csv, "%d,0,%lu,0,%.9g,%.9g,%.9g,%.9g,%ld\n", i->trial, (unsigned long)extra, error,
                spectrum.stable_rank, spectrum.effective_rank, report.loss, report.evaluations);
        dmf_factors_destroy(factors);
        dmf_problem_destroy(more);
    }
}

/* A task: one depth of one trial. */
static void run_task(void *user, int task, FILE *csv)
{
    const settings *s = (const settings *)user;
    instance i = open_random((int)s->size, (int)s->rank, (uint64_t)s->list->seed, task / DEPTHS);
    first_phase p = train_first(s, &i, 1 + task % DEPTHS);
    int length, share;
    for (length = 0; length < LENGTHS; length++)
        for (share = 0; share < SHARES; share++) {
            train_second(s, &p, length, share, csv);
            report_progress(0.3 + 0.7 * (length + (share + 1.0) / SHARES) / LENGTHS);
        }
    for (length = 0; length < LENGTHS; length++) dmf_factors_destroy(p.at[length]);
    if (task % DEPTHS == 0) write_limit(s, &i, csv);
    close_instance(&i);
}

static double task_weight(void *user, int task)
{
    static const double weights[DEPTHS] = { 1, 6, 20 };
    (void)user;
    return weights[task % DEPTHS];
}

int main(int argc, char **argv)
{
    settings s = { .size = 100, .rank = 5, .first = 1000, .extra = 1000, .shorten = 1, .steps = 30000,
                   .rtol = 1e-3 };
    task_list list = { .header = "trial,depth,extra,steps_before,error,stable_rank,effective_rank,loss,evaluations",
                       .run = run_task, .weight = task_weight, .user = &s, TASK_DEFAULTS, .trials = 6 };
    const option options[] = {
        TASK_OPTIONS(list, "random matrices", ANY_METHOD),
        { "size", WHOLE, &s.size, 2, 1000, "rows and columns" },
        { "rank", WHOLE, &s.rank, 1, 1000, "of the matrix to be completed" },
        { "first", WHOLE, &s.first, 1, 1e6, "entries observed in the first phase" },
        { "extra", WHOLE, &s.extra, 4, 1e6, "entries more in the second, at most" },
        { "shorten", REAL, &s.shorten, 0, 1, "factor of all lengths of the first phase" },
        { "steps", REAL, &s.steps, 1, 1e9, "of the second phase" },
        { "rtol", REAL, &s.rtol, 1e-12, 0.1, "relative tolerance of the flow" },
    };
    int option_count = sizeof options / sizeof *options;
    read_options(argc, argv, "Test error against the length of training on little data, as CSV.", options,
                 option_count);
    if (s.rank > s.size) fail("--rank cannot be more than --size, which is %ld", s.size);
    if (s.first + s.extra > s.size * s.size)
        fail("--first and --extra are more than all %ld entries", s.size * s.size);
    s.motion = motion_by_name(list.method, rate_of_descent);
    set_tolerance(&s.motion, s.rtol);
    s.motion.stop_steps = 1000000000;
    s.list = &list;
    list.count = (int)list.trials * DEPTHS;
    run_tasks(&list, argv[0], options, option_count);
    return 0;
}
