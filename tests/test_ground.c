#define _GNU_SOURCE  /* for the mask of processors */
#include "test.h"
#if defined(__unix__) || defined(__APPLE__)
#define POSIX
#include <sys/wait.h>
#include <unistd.h>
#endif
#ifdef __linux__
#include <sched.h>
#endif

static void every_status_has_a_description(void)
{
    int s, t;
    for (s = 0; s <= DMF_ERR_FILE; s++) {
        CHECK(strlen(dmf_strerror((dmf_status)s)) > 5);
        for (t = 0; t < s; t++) CHECK(strcmp(dmf_strerror((dmf_status)s), dmf_strerror((dmf_status)t)) != 0);
    }
    CHECK(dmf_strerror((dmf_status)-1) && dmf_strerror((dmf_status)1000));
}

static void contexts_choose_an_instruction_set(void)
{
    int isa;
    for (isa = DMF_ISA_BEST; isa <= DMF_ISA_NEON; isa++) {
        dmf_options options = { 1, (dmf_isa)isa, NULL, NULL };
        dmf_ctx *ctx = NULL;
        dmf_status s = dmf_ctx_create(&options, &ctx);
        CHECK(s == DMF_OK || (s == DMF_ERR_ARGUMENT && !ctx));
        if (!s && isa != DMF_ISA_BEST) CHECK(dmf_ctx_isa(ctx) == (dmf_isa)isa);
        if (isa == DMF_ISA_BEST || isa == DMF_ISA_PORTABLE) CHECK(s == DMF_OK);
        CHECK(strlen(dmf_isa_name((dmf_isa)isa)) > 3);
        dmf_ctx_destroy(ctx);
    }
    {
        dmf_options nonsense = { 0, (dmf_isa)99, NULL, NULL };
        dmf_ctx *ctx = NULL;
        CHECK(dmf_ctx_create(&nonsense, &ctx) == DMF_ERR_ARGUMENT);
        nonsense.isa = DMF_ISA_BEST;
        nonsense.threads = -1;
        CHECK(dmf_ctx_create(&nonsense, &ctx) == DMF_ERR_ARGUMENT);
        nonsense.threads = 1025;
        CHECK(dmf_ctx_create(&nonsense, &ctx) == DMF_ERR_ARGUMENT);
        CHECK(dmf_ctx_create(NULL, NULL) == DMF_ERR_ARGUMENT);
    }
    CHECK(dmf_ctx_isa(NULL) != DMF_ISA_BEST);
    CHECK(strcmp(dmf_version(), DMF_VERSION) == 0);
    CHECK(dmf_ctx_threads(NULL) == 1);
    CHECK(strcmp(dmf_isa_name((dmf_isa)99), "unknown") == 0);
}

static void messages_are_sentences(void)
{
    dmf_real x[6] = { 0 };
    dmf_ctx *ctx = NULL;
    OK(dmf_ctx_create(NULL, &ctx));
    CHECK(strcmp(dmf_message(ctx), "") == 0);
    CHECK(strcmp(dmf_message(NULL), "") == 0);
    CHECK(dmf_gemm(ctx, 0, 0, 1, dmf_view(x, 2, 3), dmf_view(x, 2, 3), 0, dmf_view(x, 2, 3)) == DMF_ERR_SHAPE);
    CHECK(strstr(dmf_message(ctx), "op(A) is 2 x 3 and op(B) is 2 x 3") != NULL);
    dmf_ctx_destroy(ctx);
    dmf_ctx_destroy(NULL);
}

static void a_context_keeps_its_scratch_and_then_gives_it_back(void)
{
    dmf_rng rng = dmf_seed(1, 0);
    dmf_mat a = random_mat(60, 40, &rng);
    dmf_real sigma[40];
    dmf_ctx *ctx = NULL;
    long live = memory_live, after_first;
    OK(dmf_ctx_create(NULL, &ctx));
    OK(dmf_svd(ctx, a, none, sigma, none));
    after_first = memory_allocations;
    OK(dmf_svd(ctx, a, none, sigma, none));
    CHECK(memory_allocations == after_first);
    dmf_ctx_destroy(ctx);
    CHECK(memory_live == live);
    dmf_mat_destroy(&a);
}

static dmf_status make_context(void *user)
{
    dmf_ctx *ctx = NULL;
    dmf_status s = dmf_ctx_create(NULL, &ctx);
    (void)user;
    dmf_ctx_destroy(ctx);
    return s;
}

static int look_away(void *user, const dmf_moment *now) { return user == now; }

/* Everything that allocates, in one chain: data, problem, factors, starts, training, diagnostics. */
static dmf_status everything(void *user)
{
    dmf_ctx *ctx = (dmf_ctx *)user;
    dmf_rng rng = dmf_seed(3, 0);
    dmf_mat w = { 0 }, u = { 0 }, v = { 0 }, balance = { 0 };
    dmf_entry entries[60];
    dmf_problem *p = NULL, *sensing = NULL;
    dmf_factors *f = NULL, *g = NULL;
    dmf_real sigma[9], y[2] = { 1, 2 };
    dmf_alignment alignment;
    double loss, times[2] = { 0.01, 0.02 };
    dmf_motion motion = { 0 }, sgd = { 0 };
    dmf_observer observer = { look_away, NULL, 0, times, 2 };
    int hidden[2] = { 11, 10 };
    dmf_status s = dmf_mat_create(ctx, 12, 9, &w);
    if (!s) s = dmf_mat_create(ctx, 12, 9, &u);
    if (!s) s = dmf_mat_create(ctx, 9, 9, &v);
    if (!s) s = dmf_mat_create(ctx, 11, 11, &balance);
    if (!s) s = dmf_random_low_rank(ctx, 3, w, &rng);
    if (!s) s = dmf_observe(ctx, w, 60, entries, &rng);
    if (!s) s = dmf_completion(ctx, 12, 9, entries, 60, &p);
    if (!s) s = dmf_sensing(ctx, 2, 1, dmf_block(w, 0, 0, 2, 2), y, &sensing);
    if (!s) s = dmf_factors_create(ctx, 12, 9, 3, hidden, &f);
    if (!s) s = dmf_start_balanced(ctx, f, w);
    if (!s) s = dmf_start_orthogonal(ctx, f, 0.1, &rng);
    if (!s) s = dmf_factors_clone(ctx, f, &g);
    if (!s) s = dmf_loss(ctx, p, f, g, &loss);
    motion.method = DMF_RKC, motion.stop_time = 0.05;
    sgd.method = DMF_SGD, sgd.stop_steps = 5, sgd.rate = 1e-3, sgd.batch = 7, sgd.seed = 1;
    if (!s) s = dmf_train(ctx, p, f, &motion, &observer, NULL);
    if (!s) s = dmf_train(ctx, p, f, &sgd, NULL, NULL);
    if (!s) s = dmf_svd(ctx, w, u, sigma, v);
    if (!s) s = dmf_align(ctx, w, u, v, &alignment);
    if (!s) s = dmf_balance(ctx, f, 0, balance);
    if (!s) s = dmf_reconstruction_error(ctx, f, w, &loss);
    if (!s) s = dmf_entry_error(ctx, f, entries, 60, &loss);
    dmf_factors_destroy(g);
    dmf_factors_destroy(f);
    dmf_problem_destroy(p);
    dmf_problem_destroy(sensing);
    dmf_mat_destroy(&balance);
    dmf_mat_destroy(&v);
    dmf_mat_destroy(&u);
    dmf_mat_destroy(&w);
    return s;
}

static dmf_status everything_in_a_context(void *user)
{
    dmf_ctx *ctx = NULL;
    dmf_status s = dmf_ctx_create(NULL, &ctx);
    if (!s) s = everything(ctx);
    (void)user;
    dmf_ctx_destroy(ctx);
    return s;
}

static void no_memory_is_an_error_and_nothing_leaks(void)
{
    survive_without_memory(make_context, NULL);
    survive_without_memory(everything, NULL);
    survive_without_memory(everything_in_a_context, NULL);
}

#ifdef POSIX

enum { FORKS = 10, SIDE = 200 };

/* In a child: the same bits from one thread, and an end. */
static int works_in_child(dmf_ctx *ctx, dmf_mat a, dmf_mat expected)
{
    dmf_mat c = new_mat(SIDE, SIDE);
    const long live = memory_live;
    OK(dmf_gemm(ctx, 0, 0, 1, a, a, 0, c));
    CHECK(memcmp(c.data, expected.data, SIDE * SIDE * sizeof *c.data) == 0);
    CHECK(dmf_ctx_threads(ctx) == 1);
    dmf_ctx_destroy(ctx);
    CHECK(memory_live < live);
    return checks_failed != 0;
}

/* A child has no threads but its own, and a lock that it finds taken stays so: each ends within its alarm. */
static void a_context_works_and_ends_in_a_child(void)
{
    dmf_options four = { 4, DMF_ISA_BEST, NULL, NULL };
    dmf_rng rng = dmf_seed(3, 0);
    dmf_mat a = random_mat(SIDE, SIDE, &rng), c = new_mat(SIDE, SIDE);
    dmf_ctx *ctx = NULL;
    int k, status;
    pid_t child;
    OK(dmf_ctx_create(&four, &ctx));
    for (k = 0; k < FORKS; k++) {
        OK(dmf_gemm(ctx, 0, 0, 1, a, a, 0, c));
        if ((child = fork()) == 0) {
            alarm(20);
            _exit(works_in_child(ctx, a, c));
        }
        CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    OK(dmf_gemm(ctx, 0, 0, 1, a, a, 0, c));
    dmf_ctx_destroy(ctx);
    dmf_mat_destroy(&a);
    dmf_mat_destroy(&c);
}

#endif

#ifdef __linux__

/* As many threads as bits in the mask, and one where there is one. */
static void a_process_uses_the_processors_that_it_may(void)
{
    cpu_set_t may, first;
    int k, counts[2] = { 0, 0 };
    dmf_ctx *ctx = NULL;
    if (!CHECK(sched_getaffinity(0, sizeof may, &may) == 0)) return;
    for (k = 0; k < CPU_SETSIZE && !CPU_ISSET(k, &may); k++) {}
    CPU_ZERO(&first);
    CPU_SET(k, &first);
    for (k = 0; k < 2; k++) {
        CHECK(sched_setaffinity(0, sizeof may, k ? &first : &may) == 0);
        OK(dmf_ctx_create(NULL, &ctx));
        counts[k] = dmf_ctx_threads(ctx);
        dmf_ctx_destroy(ctx);
    }
    CHECK(sched_setaffinity(0, sizeof may, &may) == 0);
    CHECK(counts[0] == 1 || counts[0] == CPU_COUNT(&may)); /* one without DMF_THREADS */
    CHECK(counts[1] == 1);
}

#endif

int main(void)
{
    RUN(every_status_has_a_description);
    RUN(contexts_choose_an_instruction_set);
    RUN(messages_are_sentences);
    RUN(a_context_keeps_its_scratch_and_then_gives_it_back);
    RUN(no_memory_is_an_error_and_nothing_leaks);
#ifdef POSIX
    RUN(a_context_works_and_ends_in_a_child);
#endif
#ifdef __linux__
    RUN(a_process_uses_the_processors_that_it_may);
#endif
    return finish();
}
