/*
Coupling along training (SY26, abstract (a); its setting is a reconstruction, derived in PAPER_NOTES.md): how much of
the tangent kernel between observed entries lies between different components of the observation graph. At depth 2
nothing does, whatever the start; from depth 3 on something does, unless the start is diagonal.

Protocol: W* = u v^T is d x d with u and v uniform on [0.5, 1.5], observed on its diagonal or on three complete blocks
down the diagonal. Starts of product scale alpha: diagonal (every factor alpha^(1/N) I), family (alpha^(1/N) on the
diagonal and that over m off it), Gaussian. Gradient flow at depth 2, 3 and 4, until l is below 1e-8.

CSV: every step of every run of a flow, every hundredth of a descent, one a line. coupling is the norm of the kernel
between components over its whole norm, rounding what it may be off by, decoupled whether it is within that.
*/
#define _POSIX_C_SOURCE 200809L
#include "../dmf.h"
#include "example.h"

enum { SHALLOWEST = 2, DEEPEST = 4, BLOCKS = 3 };
enum { MASK_DIAGONAL, MASK_BLOCKS, MASKS };
enum { START_DIAGONAL, START_FAMILY, START_GAUSSIAN, STARTS };
static const char *const mask_names[] = { "diagonal", "blocks" };
static const char *const start_names[] = { "diagonal", "family", "gaussian" };
static const double fitted = 1e-8;

typedef struct settings {
    long size;
    double alpha, m;
    dmf_motion motion;
    const task_list *list;
} settings;

typedef struct course { FILE *csv; const dmf_problem *problem; int mask, start, depth, trial; } course;

static int look(void *user, const dmf_moment *now)
{
    const course *r = (const course *)user;
    const dmf_mat none = { 0 };
    dmf_coupling c;
    must(now->ctx, dmf_couple(now->ctx, r->problem, now->factors, none, &c));
    fprintf(r->csv, "%s,%s,%d,%d,%ld,%.9g,%.9g,%.9g,%.3g,%d\n", mask_names[r->mask], start_names[r->start], r->depth,
            r->trial, now->step, now->time, now->loss, c.share, c.rounding / c.norm, c.decoupled);
    return 0;
}

static dmf_problem *observe(const settings *s, dmf_ctx *ctx, dmf_rng *rng, int mask)
{
    int d = (int)s->size, i, j, sizes[BLOCKS], blocks = d;
    const int *rows = NULL;
    dmf_entry *entries = (dmf_entry *)allocate((size_t)d * (size_t)d, sizeof *entries);
    dmf_problem *problem;
    dmf_mat w;
    must(ctx, dmf_mat_create(ctx, d, d, &w));
    for (i = 0; i < d; i++) {
        double u = 0.5 + dmf_uniform(rng);
        for (j = 0; j < d; j++) w.data[i * d + j] = (dmf_real)u;
    }
    for (j = 0; j < d; j++) {
        double v = 0.5 + dmf_uniform(rng);
        for (i = 0; i < d; i++) w.data[i * d + j] *= (dmf_real)v;
    }
    for (i = 0; i < BLOCKS; i++) sizes[i] = (d + i) / BLOCKS;
    if (mask == MASK_BLOCKS) blocks = BLOCKS, rows = sizes;
    must(ctx, dmf_observe_blocks(ctx, w, blocks, rows, NULL, entries));
    must(ctx, dmf_completion(ctx, d, d, entries, dmf_block_entries(blocks, rows, NULL), &problem));
    dmf_mat_destroy(&w);
    free(entries);
    return problem;
}

static void begin(const settings *s, dmf_ctx *ctx, dmf_rng *rng, int start, dmf_factors *f)
{
    double each = pow(s->alpha, 1.0 / f->depth);
    if (start == START_GAUSSIAN) must(ctx, dmf_start_gaussian(ctx, f, dmf_deviation(f, s->alpha), rng));
    else must(ctx, dmf_start_family(ctx, f, each, start == START_FAMILY ? s->m : INFINITY));
}

/* One task for each mask, start and trial: the depths share what is to be fitted. */
static void run_task(void *user, int task, FILE *csv)
{
    const settings *s = (const settings *)user;
    course r = { .csv = csv, .trial = task % (int)s->list->trials };
    dmf_observer observer = { .look = look, .user = &r };
    dmf_options one_thread = { .threads = 1 };
    dmf_rng truth = dmf_seed((uint64_t)s->list->seed, (uint64_t)r.trial * 8);
    dmf_ctx *ctx;
    dmf_problem *problem;
    r.mask = task / (int)s->list->trials / STARTS;
    r.start = task / (int)s->list->trials % STARTS;
    must(NULL, dmf_ctx_create(&one_thread, &ctx));
    r.problem = problem = observe(s, ctx, &truth, r.mask);
    if (s->motion.method > DMF_DP5) observer.every = 100;
    for (r.depth = SHALLOWEST; r.depth <= DEEPEST; r.depth++) {
        dmf_rng rng = dmf_seed((uint64_t)s->list->seed, (uint64_t)r.trial * 8 + (uint64_t)r.depth);
        dmf_factors *f;
        must(ctx, dmf_factors_create(ctx, (int)s->size, (int)s->size, r.depth, NULL, &f));
        begin(s, ctx, &rng, r.start, f);
        must(ctx, dmf_train(ctx, problem, f, &s->motion, &observer, NULL));
        dmf_factors_destroy(f);
        report_progress((r.depth - SHALLOWEST + 1.0) / (DEEPEST - SHALLOWEST + 1));
    }
    dmf_problem_destroy(problem);
    dmf_ctx_destroy(ctx);
}

static double task_weight(void *user, int task)
{
    const settings *s = (const settings *)user;
    return task / (int)s->list->trials < STARTS ? 1 : 2;
}

int main(int argc, char **argv)
{
    settings s = { .size = 8, .alpha = 0.01, .m = 5 };
    task_list list = { .header = "mask,start,depth,trial,step,time,loss,coupling,rounding,decoupled", .run = run_task,
                       .weight = task_weight, .user = &s, TASK_DEFAULTS, .trials = 5 };
    const option options[] = {
        TASK_OPTIONS(list, "matrices, and Gaussian starts", ANY_METHOD),
        { "size", WHOLE, &s.size, BLOCKS, 100, "d, rows and columns" },
        { "alpha", REAL, &s.alpha, 1e-12, 1, "scale of the start" },
        { "m", REAL, &s.m, 1, 1e9, "of the family" },
    };
    int option_count = sizeof options / sizeof *options;
    read_options(argc, argv, "Coupling between blocks of observations along training, as CSV.", options,
                 option_count);
    s.motion = motion_by_name(list.method, 0.01);
    set_tolerance(&s.motion, 1e-4);
    s.motion.stop_loss = fitted;
    s.list = &list;
    list.count = MASKS * STARTS * (int)list.trials;
    run_tasks(&list, argv[0], options, option_count);
    return 0;
}
