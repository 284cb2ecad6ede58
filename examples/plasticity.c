/*
Loss of plasticity in matrix completion (SY26, after Kleinman et al., 2024; the setting is a reconstruction, see
two_phases.h): training goes on with more observed entries, warm or cold, at depth 2, 3 and 4.

exact2, exact5   2 x 2 and 5 x 5, alpha = 0.01, m = 10: the diagonal until it fits, then the superdiagonal too
random           100 x 100, rank 5, alpha = 1e-3: 1000 entries for a first phase, 2000 for a second

CSV: one number a line. run is warm or cold, phase 1 or 2 (a cold run has only the second), step the time since the
phase began over the rate 0.2 of descent. quantity is error (mean of (W - W*)^2 over all entries), loss (half the mean
squared residual), stable_rank, or sigma with its index, of which the ten largest are written.
*/
#define _POSIX_C_SOURCE 200809L
#include "../dmf.h"
#include "two_phases.h"

enum { SHALLOWEST = 2, DEEPEST = 4, DEPTHS = DEEPEST - SHALLOWEST + 1, LARGEST = 10, MOST_POINTS = 1000 };
enum { EXACT_2, EXACT_5, RANDOM };
static const char *const case_names[] = { "exact2", "exact5", "random" };

typedef struct settings {
    long size, rank, first, second, steps, points;
    double rtol;
    dmf_motion motion;
    const task_list *list;
} settings;

/* A run as it is watched. */
typedef struct path {
    const settings *s;
    instance *i;
    FILE *csv;
    const char *case_name, *run;
    int depth, phase;
    double steps;             /* of the phase, at most */
} path;

static void write_number(const path *p, double step, const char *quantity, int index, double value)
{
    fprintf(p->csv, "%s,%d,%d,%s,%d,%.9g,%s,%d,%.9g\n", p->case_name, p->i->trial, p->depth, p->run, p->phase, step,
            quantity, index, value);
}

static void write_state(const path *p, dmf_ctx *ctx, double step, double loss, const dmf_factors *factors)
{
    double error;
    dmf_spectrum spectrum = measure(p->i, ctx, factors, &error);
    int k;
    write_number(p, step, "error", 0, error);
    write_number(p, step, "loss", 0, loss);
    write_number(p, step, "stable_rank", 0, spectrum.stable_rank);
    for (k = 0; k < p->i->n && k < LARGEST; k++) write_number(p, step, "sigma", k + 1, (double)p->i->sigma[k]);
}

static int look(void *user, const dmf_moment *now)
{
    const path *p = (const path *)user;
    double step = now->time / rate_of_descent;
    write_state(p, now->ctx, step, now->loss, now->factors);
    report_progress(fmin(1, step / p->steps / (strcmp(p->run, "warm") == 0 ? 2 : 1) + (p->phase - 1) * 0.5));
    return 0;
}

/* Random case: so many points of equal distance. Exact case: from step 1 on, equal in logarithm. */
static size_t choose_times(const path *p, double *times)
{
    int points = (int)p->s->points, k;
    for (k = 0; k <= points; k++) {
        double share = (double)k / points;
        times[k] = rate_of_descent * (p->i->is_exact ? pow(p->steps, share) : p->steps * share);
    }
    return (size_t)points + 1;
}

/* A run that ends before, at rest or at a perfect fit, stays where it is. */
static void follow(path *p, const dmf_problem *problem, dmf_factors *factors)
{
    double times[MOST_POINTS + 1];
    dmf_observer observer = { .look = look, .user = p, .times = times };
    dmf_motion motion = p->s->motion;
    dmf_report report;
    observer.time_count = choose_times(p, times);
    set_tolerance(&motion, p->i->is_exact ? 1e-6 : p->s->rtol);
    motion.stop_time = p->steps * rate_of_descent;
    motion.stop_loss = p->i->is_exact ? 1e-20 : 0;
    must(p->i->ctx, dmf_train(p->i->ctx, problem, factors, &motion, &observer, &report));
    if (report.time < motion.stop_time) write_state(p, p->i->ctx, p->steps, report.loss, factors);
}

static void run_both_phases(path *p, size_t first, size_t second)
{
    dmf_problem *few = observe_first(p->i, first), *more = observe_first(p->i, second);
    dmf_factors *factors = start_factors(p->i, p->depth);
    if (strcmp(p->run, "warm") == 0) {
        p->phase = 1;
        follow(p, few, factors);
    }
    p->phase = 2;
    follow(p, more, factors);
    dmf_factors_destroy(factors);
    dmf_problem_destroy(more);
    dmf_problem_destroy(few);
}

/* ---- Tasks: warm and cold at every depth, for the exact cases and for every random trial ---- */

static int case_of(int task)
{
    int group = task / (2 * DEPTHS);
    return group < RANDOM ? group : RANDOM;
}

static void run_task(void *user, int task, FILE *csv)
{
    const settings *s = (const settings *)user;
    int c = case_of(task), trial = task / (2 * DEPTHS) - c, d = c == EXACT_2 ? 2 : 5;
    uint64_t seed = (uint64_t)s->list->seed;
    instance i = c == RANDOM ? open_random((int)s->size, (int)s->rank, seed, trial) : open_exact(d, seed, 0);
    path p = { .s = s, .i = &i, .csv = csv, .case_name = case_names[c], .run = task % 2 ? "cold" : "warm" };
    p.depth = SHALLOWEST + task / 2 % DEPTHS;
    p.steps = c == RANDOM ? (double)s->steps : 1e7;
    if (c == RANDOM) run_both_phases(&p, (size_t)s->first, (size_t)s->second);
    else run_both_phases(&p, (size_t)d, (size_t)(2 * d - 1));
    close_instance(&i);
}

static double task_weight(void *user, int task)
{
    int depth = SHALLOWEST + task / 2 % DEPTHS;
    (void)user;
    return (case_of(task) == RANDOM ? 20.0 : 1.0) * pow(depth - 1, 2) * (task % 2 ? 1 : 2);
}

int main(int argc, char **argv)
{
    settings s = { .size = 100, .rank = 5, .first = 1000, .second = 2000, .steps = 60000, .points = 120,
                   .rtol = 1e-3 };
    task_list list = { .header = "case,trial,depth,run,phase,step,quantity,index,value", .run = run_task,
                       .weight = task_weight, .user = &s, TASK_DEFAULTS, .trials = 3 };
    const option options[] = {
        TASK_OPTIONS(list, "random matrices", ANY_METHOD),
        { "size", WHOLE, &s.size, 2, 1000, "rows and columns of the random matrices" },
        { "rank", WHOLE, &s.rank, 1, 1000, "of the random matrices" },
        { "first", WHOLE, &s.first, 1, 1e6, "entries of them observed in the first phase" },
        { "second", WHOLE, &s.second, 1, 1e6, "and in the second" },
        { "steps", WHOLE, &s.steps, 1, 1e9, "of each phase of the random case" },
        { "points", WHOLE, &s.points, 2, MOST_POINTS, "of a curve" },
        { "rtol", REAL, &s.rtol, 1e-12, 0.1, "relative tolerance of the flow in the random case" },
    };
    int option_count = sizeof options / sizeof *options;
    read_options(argc, argv, "Loss of plasticity: training resumed with more entries, warm and cold, as CSV.",
                 options, option_count);
    if (s.rank > s.size) fail("--rank cannot be more than --size, which is %ld", s.size);
    if (s.first > s.second || s.second > s.size * s.size)
        fail("--first cannot be more than --second, nor that more than all %ld entries", s.size * s.size);
    s.motion = motion_by_name(list.method, rate_of_descent);
    s.motion.stop_steps = 1000000000;
    s.list = &list;
    list.count = (RANDOM + (int)list.trials) * 2 * DEPTHS;
    run_tasks(&list, argv[0], options, option_count);
    return 0;
}
