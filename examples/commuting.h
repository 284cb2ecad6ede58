/*
Random sensing problems whose measurements commute, and the symmetric factorization Z Z^T. Include after example.h.
*/
#ifndef COMMUTING_H
#define COMMUTING_H

enum { SIZE = 10, RANK = 4, COUNT = 4 };

typedef struct instance {
    dmf_ctx *ctx;
    double a[COUNT][SIZE];
    dmf_real y[COUNT];
    dmf_mat measurements;
    dmf_problem *problem;
    dmf_rng rng;
} instance;

/* out += Q diag(lambda) Q^T */
static void add_eigenvalues(const dmf_real *q, const double *lambda, dmf_real *out)
{
    int i, j, k;
    for (i = 0; i < SIZE; i++)
        for (j = 0; j < SIZE; j++)
            for (k = 0; k < SIZE; k++)
                out[i * SIZE + j] += (dmf_real)(lambda[k] * q[i * SIZE + k] * q[j * SIZE + k]);
}

static void open_instance(instance *x, long seed, int trial, int is_random)
{
    dmf_factors *basis;
    double lambda[SIZE] = { 0 };
    int i, k;
    *x = (instance){ .rng = dmf_seed((uint64_t)seed, (uint64_t)trial) };
    must(NULL, dmf_ctx_create(NULL, &x->ctx));
    must(x->ctx, dmf_factors_create(x->ctx, SIZE, SIZE, 1, NULL, &basis));
    must(x->ctx, dmf_mat_create(x->ctx, COUNT, SIZE * SIZE, &x->measurements));
    for (k = 0; k < RANK; k++) lambda[k] = 0.5 + dmf_uniform(&x->rng);
    for (i = 0; i < COUNT; i++)
        for (k = 0; k < SIZE; k++) {
            x->a[i][k] = i > 0 ? dmf_normal(&x->rng) : k < RANK ? 1 : dmf_uniform(&x->rng) - 0.5;
            x->y[i] += (dmf_real)(x->a[i][k] * lambda[k]);
        }
    if (is_random) must(x->ctx, dmf_start_orthogonal(x->ctx, basis, 1, &x->rng));
    else must(x->ctx, dmf_start_identity(x->ctx, basis, 1));
    for (i = 0; i < COUNT; i++) add_eigenvalues(basis->data, x->a[i], x->measurements.data + i * SIZE * SIZE);
    must(x->ctx, dmf_sensing(x->ctx, SIZE, SIZE, x->measurements, x->y, &x->problem));
    dmf_factors_destroy(basis);
}

static void close_instance(instance *x)
{
    dmf_problem_destroy(x->problem);
    dmf_mat_destroy(&x->measurements);
    dmf_ctx_destroy(x->ctx);
}

/* psi(Z) = l(Z Z^T); its gradient is (G + G^T) Z, G that of l. */
typedef struct symmetric { dmf_ctx *ctx; const dmf_problem *problem; dmf_mat w, g; } symmetric;

static dmf_status symmetric_loss(void *user, dmf_mat z, dmf_mat gradient, double *loss)
{
    symmetric *psi = (symmetric *)user;
    dmf_mat none = { 0 };
    dmf_status s = dmf_gemm(psi->ctx, 0, 1, 1, z, z, 0, psi->w);
    if (!s) s = dmf_problem_loss(psi->ctx, psi->problem, psi->w, gradient.data ? psi->g : none, loss);
    if (!s && gradient.data) s = dmf_gemm(psi->ctx, 0, 0, 1, psi->g, z, 0, gradient);
    if (!s && gradient.data) s = dmf_gemm(psi->ctx, 1, 0, 1, psi->g, z, 1, gradient);
    return s;
}

#endif
