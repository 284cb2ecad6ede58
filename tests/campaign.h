/*
All public functions, each with a valid call and what its arguments are; for tests/test_campaign.c.

    ROW(what is returned, function, variant, the call with P(k), M(k), I(k) ... for argument k, arguments in order)
*/

/* ---- 1. Ground ---- */

ROW(ANYTHING, dmf_strerror, "", dmf_strerror((dmf_status)I(0)) != NULL, WHOLE("status", 0, 0, DMF_ERR_FILE, 0))
ROW(ANYTHING, dmf_version, "", dmf_version()[0], ALONE)
ROW(STATUS, dmf_ctx_create, "", dmf_ctx_create(P(0), P(1)),
    STRUCTURE("options", dmf_options, options_fields, IN | OPTIONAL, .threads = 1), MADE("context", close_ctx))
ROW(ANYTHING, dmf_ctx_destroy, "", (dmf_ctx_destroy(NULL), 0), ALONE)
ROW(ANYTHING, dmf_ctx_isa, "", dmf_ctx_isa(P(0)) > 0, CTX)
ROW(ANYTHING, dmf_isa_name, "", dmf_isa_name((dmf_isa)I(0)) != NULL, WHOLE("isa", 0, 0, DMF_ISA_NEON, 0))
ROW(ANYTHING, dmf_ctx_threads, "", dmf_ctx_threads(P(0)) > 0, CTX)
ROW(ANYTHING, dmf_message, "", dmf_message(P(0))[0], CTX)

/* ---- 2. Random numbers ---- */

ROW(ANYTHING, dmf_seed, "", (double)dmf_seed(W(0), W(1)).s[0], BITS("seed", 1), BITS("stream", 0))
ROW(ANYTHING, dmf_bits, "", (double)dmf_bits(P(0)), RNG)
ROW(ANYTHING, dmf_below, "", (double)dmf_below(P(0), W(1)), RNG, BITS("n", 6))
ROW(NAN_OR_NUMBER, dmf_uniform, "", dmf_uniform(P(0)), RNG)
ROW(NAN_OR_NUMBER, dmf_normal, "", dmf_normal(P(0)), RNG)

/* ---- 3. Matrices ---- */

ROW(ANYTHING, dmf_view, "", dmf_view(P(0), I(1), I(2)).rows, REALS("data", ROWS * COLS, NORMAL, IN | OPTIONAL),
    WHOLE("rows", ROWS, 0, INT_MAX, 0), WHOLE("cols", COLS, 0, INT_MAX, 0))
ROW(ANYTHING, dmf_block, "", dmf_block(M(0), 1, 1, 2, 2).cols, TRUSTED_MAT("a", ROWS, COLS))
ROW(ANYTHING, dmf_none, "", dmf_none().data == NULL, ALONE)
ROW(STATUS, dmf_mat_create, "", dmf_mat_create(P(0), I(1), I(2), P(3)), CTX,
    WHOLE("rows", ROWS, 0, LARGEST, 0), WHOLE("cols", COLS, 0, LARGEST, 0), MADE_MAT("the matrix"))
ROW(ANYTHING, dmf_mat_destroy, "", (dmf_mat_destroy(NULL), 0), ALONE)
ROW(STATUS, dmf_copy, "", dmf_copy(P(0), M(1), M(2)), CTX,
    MAT("from", ROWS, COLS, NORMAL, IN | PASSES), MAT("to", ROWS, COLS, BLANK, OUT | PASSES))
ROW(STATUS, dmf_transpose, "", dmf_transpose(P(0), M(1), M(2)), CTX,
    MAT("from", ROWS, COLS, NORMAL, IN | PASSES), MAT("to", COLS, ROWS, BLANK, OUT | PASSES))
ROW(NAN_OR_NUMBER, dmf_frobenius, "", dmf_frobenius(M(0)),
    MAT("a", ROWS, COLS, NORMAL, IN | ANY_ROWS | ANY_COLS | EMPTY))

/* ---- 4. GEMM ---- */

ROW(STATUS, dmf_gemm, "", dmf_gemm(P(0), I(1), I(2), R(3), M(4), M(5), R(6), M(7)), CTX,
    WHOLE("trans_a", 0, INT_MIN, INT_MAX, 0), WHOLE("trans_b", 0, INT_MIN, INT_MAX, 0), REAL_("alpha", 2, PASSES),
    MAT("a", ROWS, RANK, NORMAL, IN | PASSES), MAT("b", RANK, 3, NORMAL, IN | PASSES), REAL_("beta", 0.5, PASSES),
    MAT("c", ROWS, 3, NORMAL, IN | OUT | PASSES))
ROW(STATUS, dmf_gemm, "transposed", dmf_gemm(P(0), 1, 1, R(1), M(2), M(3), 0, M(4)), CTX, REAL_("alpha", 1, PASSES),
    MAT("a", RANK, ROWS, NORMAL, IN | PASSES), MAT("b", 3, RANK, NORMAL, IN | PASSES),
    MAT("c", ROWS, 3, BLANK, OUT | PASSES))

/* ---- 5. SVD ---- */

ROW(STATUS, dmf_svd, "", dmf_svd(P(0), M(1), M(2), P(3), M(4)), CTX, MAT("a", ROWS, COLS, NORMAL, IN),
    MAT("u", ROWS, RANK, BLANK, OUT | OPTIONAL), REALS("sigma", RANK, BLANK, OUT),
    MAT("v", COLS, RANK, BLANK, OUT | OPTIONAL))
ROW(STATUS, dmf_svd, "wide", dmf_svd(P(0), M(1), M(2), P(3), M(4)), CTX, MAT("a", COLS, ROWS, NORMAL, IN),
    MAT("u", COLS, RANK, BLANK, OUT | OPTIONAL), REALS("sigma", RANK, BLANK, OUT),
    MAT("v", ROWS, RANK, BLANK, OUT | OPTIONAL))
ROW(STATUS, dmf_svd, "values", dmf_svd(P(0), M(1), dmf_none(), P(2), dmf_none()), CTX,
    MAT("a", ROWS, COLS, NORMAL, IN | ANY_ROWS | ANY_COLS | LENGTH | EMPTY), REALS("sigma", RANK, BLANK, OUT))
ROW(STATUS, dmf_svd_top, "", dmf_svd_top(P(0), M(1), D(2), M(3), P(4), M(5), P(6)), CTX,
    MAT("a", ROWS, COLS, NORMAL, IN), NUMBER_("tolerance", 0, 0, DBL_MAX), MAT("u", ROWS, 2, BLANK, OUT),
    REALS("sigma", 2, BLANK, OUT), MAT("v", COLS, 2, ORTHONORMAL, IN | OUT), DOUBLES("residual", 1, OUT | OPTIONAL))
ROW(STATUS, dmf_svd_track, "", dmf_svd_track(P(0), M(1), M(2), P(3), M(4), P(5)), CTX,
    MAT("a", ROWS, COLS, NORMAL, IN), MAT("u", ROWS, RANK, ORTHONORMAL, IN | OUT),
    REALS("sigma", RANK, BLANK, OUT), MAT("v", COLS, RANK, ORTHONORMAL, IN | OUT),
    DOUBLES("overlap", 1, OUT | OPTIONAL))
ROW(STATUS, dmf_eigen, "", dmf_eigen(P(0), M(1), P(2), M(3)), CTX, MAT("a", ROWS, ROWS, NORMAL, IN),
    REALS("lambda", ROWS, BLANK, OUT), MAT("v", ROWS, ROWS, BLANK, OUT | OPTIONAL))

/* ---- 6. Problems ---- */

ROW(STATUS, dmf_completion, "", dmf_completion(P(0), I(1), I(2), P(3), N(4), P(5)), CTX,
    WHOLE("rows", ROWS, 1, LARGEST, 0), WHOLE("cols", COLS, 1, LARGEST, 0), ENTRIES("entries", OBSERVED, IN),
    COUNT("count", OBSERVED, 1, ROWS * COLS, LENGTH), MADE("problem", close_problem))
ROW(STATUS, dmf_sensing, "", dmf_sensing(P(0), I(1), I(2), M(3), P(4), P(5)), CTX,
    WHOLE("rows", ROWS, ROWS, ROWS, 0), WHOLE("cols", COLS, COLS, COLS, 0),
    MAT("a", MEASURED, ROWS * COLS, NORMAL, IN | ANY_ROWS | LENGTH), REALS("y", MEASURED, NORMAL, IN),
    MADE("problem", close_problem))
ROW(STATUS, dmf_custom, "", dmf_custom(P(0), I(1), I(2), I(3) > 0 ? squares : NULL, wrongs, P(4)), CTX,
    WHOLE("rows", ROWS, 1, LARGEST, 0), WHOLE("cols", COLS, 1, LARGEST, 0), WHOLE("callback", 1, 1, INT_MAX, 0),
    MADE("problem", close_problem))
ROW(STATUS, dmf_problem_scale, "", dmf_problem_scale(P(0), P(1), D(2)), CTX, A_PROBLEM(completion, ANY_ROWS),
    NUMBER_("scale", 2, TINIEST, DBL_MAX))
ROW(ANYTHING, dmf_problem_rows, "", dmf_problem_rows(P(0)), A_PROBLEM(completion, ANY_ROWS))
ROW(ANYTHING, dmf_problem_cols, "", dmf_problem_cols(P(0)), A_PROBLEM(completion, ANY_ROWS))
ROW(ANYTHING, dmf_problem_count, "", (double)dmf_problem_count(P(0)), A_PROBLEM(completion, ANY_ROWS))
ROW(STATUS, dmf_problem_entries, "", dmf_problem_entries(P(0), P(1), P(2)), CTX, A_PROBLEM(completion, ANY_ROWS),
    ENTRIES("entries", OBSERVED, OUT))
ROW(STATUS, dmf_problem_loss, "completion", dmf_problem_loss(P(0), P(1), M(2), M(3), P(4)), CTX,
    A_PROBLEM(completion, CALLED), MAT("w", ROWS, COLS, NORMAL, IN), MAT("gradient", ROWS, COLS, BLANK, OUT | OPTIONAL),
    DOUBLES("loss", 1, OUT))
ROW(STATUS, dmf_problem_loss, "sensing", dmf_problem_loss(P(0), P(1), M(4), M(5), P(6)), CTX,
    A_PROBLEM(sensing, CALLED), MEASUREMENTS, MAT("w", ROWS, COLS, NORMAL, IN),
    MAT("gradient", ROWS, COLS, BLANK, OUT | OPTIONAL), DOUBLES("loss", 1, OUT))
ROW(STATUS, dmf_problem_loss, "custom", dmf_problem_loss(P(0), P(1), M(2), M(3), P(4)), CTX, A_PROBLEM(custom, CALLED),
    MAT("w", ROWS, COLS, NORMAL, IN), MAT("gradient", ROWS, COLS, BLANK, OUT | OPTIONAL), DOUBLES("loss", 1, OUT))
ROW(ANYTHING, dmf_problem_destroy, "", (dmf_problem_destroy(NULL), 0), ALONE)
ROW(STATUS, dmf_random_low_rank, "", dmf_random_low_rank(P(0), I(1), M(2), P(3)), CTX, WHOLE("rank", 2, 1, RANK, 0),
    MAT("w_star", ROWS, COLS, BLANK, OUT | ANY_ROWS | ANY_COLS), RNG)
ROW(STATUS, dmf_observe, "", dmf_observe(P(0), M(1), N(2), P(3), P(4)), CTX,
    MAT("w", ROWS, COLS, NORMAL, IN | ANY_ROWS | ANY_COLS | EMPTY),
    COUNT("count", OBSERVED, 0, ROWS * COLS, LENGTH), ENTRIES("entries", OBSERVED, OUT), RNG)

/* ---- 7. Factorizations ---- */

ROW(STATUS, dmf_factors_create, "", dmf_factors_create(P(0), I(1), I(2), I(3), P(4), P(5)), CTX,
    WHOLE("rows", ROWS, 1, LARGEST, 0), WHOLE("cols", COLS, 1, LARGEST, 0), WHOLE("depth", 3, 1, LARGEST, LENGTH),
    INTS("hidden", 2, IN | OPTIONAL, 3, 4), MADE("factors", close_factors))
ROW(STATUS, dmf_factors_create, "full", dmf_factors_create(P(0), ROWS, COLS, I(1), NULL, P(2)), CTX,
    WHOLE("depth", 3, 1, LARGEST, 0), MADE("factors", close_factors))
ROW(STATUS, dmf_factors_clone, "", dmf_factors_clone(P(0), P(1), P(2)), CTX,
    FACTORIZATION("factors", IN | ANY_ROWS), MADE("factors", close_factors))
ROW(ANYTHING, dmf_factors_destroy, "", (dmf_factors_destroy(NULL), 0), ALONE)
ROW(NAN_OR_NUMBER, dmf_deviation, "", dmf_deviation(P(0), D(1)), FACTORIZATION("factors", ANY_ROWS),
    NUMBER_("alpha", 0.1, TINIEST, DBL_MAX))
ROW(STATUS, dmf_start_gaussian, "", dmf_start_gaussian(P(0), P(1), D(2), P(3)), CTX,
    FACTORIZATION("factors", OUT | ANY_ROWS), NUMBER_("deviation", 0.1, 0, DBL_MAX), RNG)
ROW(STATUS, dmf_start_uniform, "", dmf_start_uniform(P(0), P(1), D(2), P(3)), CTX,
    FACTORIZATION("factors", OUT | ANY_ROWS), NUMBER_("deviation", 0.1, 0, DBL_MAX), RNG)
ROW(STATUS, dmf_start_tied, "", dmf_start_tied(P(0), P(1), D(2), P(3)), CTX,
    FACTORIZATION("factors", OUT | ANY_ROWS), NUMBER_("deviation", 0.1, 0, DBL_MAX), RNG)
ROW(STATUS, dmf_start_identity, "", dmf_start_identity(P(0), P(1), D(2)), CTX,
    FACTORIZATION("factors", OUT | ANY_ROWS), NUMBER_("alpha", 0.1, -DBL_MAX, DBL_MAX))
ROW(STATUS, dmf_start_orthogonal, "", dmf_start_orthogonal(P(0), P(1), D(2), P(3)), CTX,
    FACTORIZATION("factors", OUT | ANY_ROWS), NUMBER_("alpha", 0.1, -DBL_MAX, DBL_MAX), RNG)
ROW(STATUS, dmf_start_family, "", dmf_start_family(P(0), P(1), D(2), D(3)), CTX,
    FACTORIZATION("factors", OUT | ANY_ROWS), NUMBER_("diagonal", 0.1, -DBL_MAX, DBL_MAX),
    NUMBER_("ratio", 10, 1, INFINITY))
ROW(STATUS, dmf_start_balanced, "", dmf_start_balanced(P(0), P(1), M(2)), CTX, FACTORIZATION("factors", OUT),
    MAT("w", ROWS, COLS, NORMAL, IN))
ROW(STATUS, dmf_product, "", dmf_product(P(0), P(1), M(2)), CTX, FACTORIZATION("factors", IN),
    MAT("w", ROWS, COLS, BLANK, OUT))
ROW(STATUS, dmf_loss, "completion", dmf_loss(P(0), P(1), P(2), P(3), P(4)), CTX, A_PROBLEM(completion, CALLED),
    FACTORIZATION("factors", IN), FACTORIZATION("gradient", OUT | OPTIONAL), DOUBLES("loss", 1, OUT))
ROW(STATUS, dmf_loss, "sensing", dmf_loss(P(0), P(1), P(4), P(5), P(6)), CTX, A_PROBLEM(sensing, CALLED), MEASUREMENTS,
    FACTORIZATION("factors", IN), FACTORIZATION("gradient", OUT | OPTIONAL), DOUBLES("loss", 1, OUT))
ROW(STATUS, dmf_loss, "custom", dmf_loss(P(0), P(1), P(2), P(3), P(4)), CTX, A_PROBLEM(custom, CALLED),
    FACTORIZATION("factors", IN), FACTORIZATION("gradient", OUT | OPTIONAL), DOUBLES("loss", 1, OUT))

/* ---- 8. Motion ---- */

ROW(ANYTHING, dmf_stop_text, "", dmf_stop_text((dmf_stop)I(0)) != NULL, WHOLE("reason", 1, 0, DMF_STOP_FAR, 0))

#define STOPS "stop_loss stop_time stop_steps stop_evaluations method "
#define TRAIN(variant, opened, uses, ...) ROW(STATUS, dmf_train, variant, \
    dmf_train(P(0), P(1), P(2), P(3), P(4), P(5)), CTX, A_PROBLEM(opened, CALLED), \
    FACTORIZATION("factors", IN | OUT | PARTIAL), MOTION(STOPS "decay " uses, __VA_ARGS__), OBSERVER(.every = 1), \
    RESULT("report", dmf_report, report_fields, OPTIONAL | PARTIAL))

TRAIN("flow", completion, "rtol atol", .stop_loss = 1e-3, .stop_steps = 100)
TRAIN("rkc", custom, "rtol atol", .method = DMF_RKC, .stop_time = 0.5, .rtol = 1e-3)
TRAIN("dp5", completion, "rtol atol", .method = DMF_DP5, .stop_time = 0.5, .rtol = 1e-4, .atol = 1e-6)
TRAIN("gd", completion, "rate", .method = DMF_GD, .stop_loss = 0.1, .stop_steps = 50, .rate = 0.01)
TRAIN("momentum", custom, "rate momentum", .method = DMF_MOMENTUM, .stop_steps = 20, .rate = 0.01)
TRAIN("sgd", completion, "rate batch seed", .method = DMF_SGD, .stop_steps = 20, .rate = 0.01, .batch = 3, .seed = 4)
TRAIN("group_rmsprop", completion, "rate beta epsilon", .method = DMF_GROUP_RMSPROP, .stop_steps = 20, .rate = 0.01)
TRAIN("adam", completion, "rate beta beta1 epsilon", .method = DMF_ADAM, .stop_steps = 20, .rate = 0.01)
ROW(STATUS, dmf_train, "sensing, at times", dmf_train(P(0), P(1), P(4), P(5), P(6), P(8)), CTX,
    A_PROBLEM(sensing, CALLED), MEASUREMENTS, FACTORIZATION("factors", IN | OUT | PARTIAL),
    MOTION(STOPS "decay rtol atol", .stop_time = 0.1), OBSERVER(.time_count = 2),
    TIMES("times", 2, dmf_observer, times, 0.02, 0.05), RESULT("report", dmf_report, report_fields, OPTIONAL | PARTIAL))

/* ---- 9. Diagnostics ---- */

ROW(NAN_OR_NUMBER, dmf_summarize, "", all_of(dmf_summarize(P(0), I(1))), REALS("sigma", RANK, FALLING, IN),
    WHOLE("k", RANK, 0, INT_MAX, LENGTH))
ROW(NAN_OR_NUMBER, dmf_schatten, "", dmf_schatten(P(0), I(1), D(2)), REALS("sigma", RANK, FALLING, IN),
    WHOLE("k", RANK, 0, INT_MAX, LENGTH), NUMBER_("p", 0.5, TINIEST, DBL_MAX))
ROW(STATUS, dmf_factors_spectrum, "", dmf_factors_spectrum(P(0), P(1), P(2), P(3)), CTX,
    FACTORIZATION("factors", IN | ANY_ROWS), REALS("sigma", RANK, BLANK, OUT | OPTIONAL),
    RESULT("spectrum", dmf_spectrum, spectrum_fields, OPTIONAL))
ROW(STATUS, dmf_balance, "", dmf_balance(P(0), P(1), I(2), M(3)), CTX, FACTORIZATION("factors", IN | ANY_ROWS),
    WHOLE("pair", 0, 0, DEPTH - 2, 0), MAT("out", ROWS, ROWS, BLANK, OUT | PARTIAL))
ROW(STATUS, dmf_align, "", dmf_align(P(0), M(1), M(2), M(3), P(4)), CTX, MAT("gradient", ROWS, COLS, NORMAL, IN),
    MAT("u", ROWS, RANK, ORTHONORMAL, IN), MAT("v", COLS, RANK, ORTHONORMAL, IN),
    RESULT("alignment", dmf_alignment, alignment_fields, 0))
ROW(STATUS, dmf_reconstruction_error, "", dmf_reconstruction_error(P(0), P(1), M(2), P(3)), CTX,
    FACTORIZATION("factors", IN), MAT("w_star", ROWS, COLS, NORMAL, IN), DOUBLES("error", 1, OUT))
ROW(STATUS, dmf_entry_error, "", dmf_entry_error(P(0), P(1), P(2), N(3), P(4)), CTX,
    FACTORIZATION("factors", IN | ANY_ROWS), ENTRIES("entries", OBSERVED, IN),
    COUNT("count", OBSERVED, 1, 1e20, LENGTH), DOUBLES("error", 1, OUT))

/* ---- 10. Theory ---- */

ROW(STATUS, dmf_product_velocity, "", dmf_product_velocity(P(0), D(1), M(2), M(3), M(4)), CTX,
    NUMBER_("depth", 2.5, 1, INFINITY), MAT("w", ROWS, COLS, NORMAL, IN), MAT("gradient", ROWS, COLS, NORMAL, IN),
    MAT("velocity", ROWS, COLS, BLANK, OUT))
ROW(STATUS, dmf_train_product, "", dmf_train_product(P(0), P(1), D(2), M(3), P(4), P(5), P(6)), CTX,
    A_PROBLEM(completion, CALLED), NUMBER_("depth", 2.5, 1, INFINITY), MAT("w", ROWS, COLS, NORMAL, IN | OUT | PARTIAL),
    MOTION(STOPS "rtol atol", .stop_time = 0.1), OBSERVER(.every = 1),
    RESULT("report", dmf_report, report_fields, OPTIONAL | PARTIAL))
ROW(STATUS, dmf_train_product, "sensing", dmf_train_product(P(0), P(1), D(4), M(5), P(6), NULL, P(7)), CTX,
    A_PROBLEM(sensing, CALLED), MEASUREMENTS, NUMBER_("depth", 2, 1, INFINITY),
    MAT("w", ROWS, COLS, NORMAL, IN | OUT | PARTIAL),
    MOTION(STOPS "rate", .method = DMF_GD, .rate = 0.001, .stop_time = 0.01, .stop_steps = 20),
    RESULT("report", dmf_report, report_fields, OPTIONAL | PARTIAL))
ROW(STATUS, dmf_singular_rates, "", dmf_singular_rates(P(0), D(1), M(2), M(3), P(4), M(5), P(6)), CTX,
    NUMBER_("depth", 2.5, 1, INFINITY), MAT("gradient", ROWS, COLS, NORMAL, IN), MAT("u", ROWS, 2, ORTHONORMAL, IN),
    REALS("sigma", 2, FALLING, IN), MAT("v", COLS, 2, ORTHONORMAL, IN), DOUBLES("rates", 2, OUT))
ROW(STATUS, dmf_vector_rates, "", dmf_vector_rates(P(0), D(1), M(2), M(3), P(4), M(5), M(6), M(7)), CTX,
    NUMBER_("depth", 2.5, 1, INFINITY), MAT("gradient", ROWS, COLS, NORMAL, IN), MAT("u", ROWS, RANK, ORTHONORMAL, IN),
    REALS("sigma", RANK, FALLING, IN), MAT("v", COLS, RANK, ORTHONORMAL, IN), MAT("du", ROWS, RANK, BLANK, OUT),
    MAT("dv", COLS, RANK, BLANK, OUT))
ROW(NAN_OR_NUMBER, dmf_one_measurement, "", dmf_one_measurement(D(0), D(1), D(2), D(3), D(4)),
    NUMBER_("depth", 3, 1, INFINITY), NUMBER_("ratio", 0.5, -DBL_MAX, DBL_MAX),
    NUMBER_("start_1", 0.1, TINIEST, DBL_MAX), NUMBER_("start_2", 0.2, TINIEST, DBL_MAX),
    NUMBER_("sigma_2", 1, TINIEST, INFINITY))
ROW(ANYTHING, dmf_block_entries, "", (double)dmf_block_entries(I(0), P(1), P(2)),
    WHOLE("blocks", 2, 1, INT_MAX, LENGTH), INTS("rows", 2, IN | OPTIONAL, 2, 1), INTS("cols", 2, IN | OPTIONAL, 1, 2))
ROW(STATUS, dmf_observe_blocks, "", dmf_observe_blocks(P(0), M(1), I(2), P(3), P(4), P(5)), CTX,
    MAT("w", ROWS, COLS, NORMAL, IN | ANY_ROWS | ANY_COLS), WHOLE("blocks", 2, 1, INT_MAX, LENGTH),
    INTS("rows", 2, IN | LENGTH, 2, 1), INTS("cols", 2, IN | OPTIONAL | LENGTH, 2, 1), ENTRIES("entries", 5, OUT))
ROW(STATUS, dmf_graph_create, "", dmf_graph_create(P(0), P(1), P(2)), CTX, A_PROBLEM(completion, ANY_ROWS),
    MADE("graph", close_graph))
ROW(ANYTHING, dmf_graph_destroy, "", (dmf_graph_destroy(NULL), 0), ALONE)
ROW(STATUS, dmf_tangent_kernel, "", dmf_tangent_kernel(P(0), P(1), P(2), N(3), M(4)), CTX,
    FACTORIZATION("factors", IN | ANY_ROWS), ENTRIES("entries", OBSERVED, IN),
    COUNT("count", OBSERVED, OBSERVED, OBSERVED, 0), MAT("k", OBSERVED, OBSERVED, BLANK, OUT))
ROW(STATUS, dmf_couple, "", dmf_couple(P(0), P(1), P(2), M(3), P(4)), CTX, A_PROBLEM(completion, 0),
    FACTORIZATION("factors", IN), MAT("blocks", 2, 2, BLANK, OUT | OPTIONAL),
    RESULT("coupling", dmf_coupling, coupling_fields, 0))
ROW(NAN_OR_NUMBER, dmf_diagonal_conserved, "", dmf_diagonal_conserved(I(0), D(1), D(2)),
    WHOLE("depth", 3, 1, INT_MAX, 0), NUMBER_("s_1", 0.2, 0, INFINITY), NUMBER_("s_2", 0.1, 0, INFINITY))
ROW(STATUS, dmf_diagonal_limit, "", dmf_diagonal_limit(P(0), I(1), I(2), D(3), D(4), D(5), P(6)), CTX,
    WHOLE("depth", 3, 2, INT_MAX, 0), WHOLE("d", ROWS, 1, INT_MAX, 0), NUMBER_("diagonal", 0.1, TINIEST, DBL_MAX),
    NUMBER_("ratio", 10, 1, INFINITY), NUMBER_("target", 1, TINIEST, DBL_MAX),
    RESULT("limit", dmf_limit, limit_fields, 0))
ROW(STATUS, dmf_diagonal_product, "", dmf_diagonal_product(P(0), I(1), D(2), D(3), P(4), M(5)), CTX,
    WHOLE("depth", 2, 2, INT_MAX, 0), NUMBER_("diagonal", 0.1, TINIEST, DBL_MAX), NUMBER_("ratio", 10, 1, INFINITY),
    POSITIVES("targets", ROWS, IN), MAT("w", ROWS, ROWS, BLANK, OUT))
ROW(STATUS, dmf_block_product, "", dmf_block_product(P(0), I(1), D(2), D(3), I(4), P(5), P(6), M(7)), CTX,
    WHOLE("depth", 2, 2, INT_MAX, 0), NUMBER_("diagonal", 0.1, TINIEST, DBL_MAX), NUMBER_("ratio", 10, 1, INFINITY),
    WHOLE("blocks", 2, 1, INT_MAX, LENGTH), INTS("sizes", 2, IN, 2, 3), POSITIVES("targets", 2, IN),
    MAT("w", ROWS, ROWS, BLANK, OUT))

/* ---- 11. Minimum nuclear norm ---- */

#define NUCLEAR STRUCTURE("options", dmf_nuclear, nuclear_fields, IN | OPTIONAL, .stop_steps = 1000, \
    .look = look_at_certificate)
ROW(STATUS, dmf_minimum_nuclear_norm, "completion", dmf_minimum_nuclear_norm(P(0), P(1), P(2), M(3), P(4), P(5)), CTX,
    A_PROBLEM(completion, CALLED), NUCLEAR, MAT("x", ROWS, COLS, BLANK, OUT | PARTIAL),
    REALS("lambda", OBSERVED, BLANK, OUT | OPTIONAL | PARTIAL),
    RESULT("certificate", dmf_certificate, certificate_fields, OPTIONAL | PARTIAL))
ROW(STATUS, dmf_minimum_nuclear_norm, "sensing", dmf_minimum_nuclear_norm(P(0), P(1), P(4), M(5), P(6), P(7)), CTX,
    A_PROBLEM(sensing, CALLED), MEASUREMENTS, NUCLEAR, MAT("x", ROWS, COLS, BLANK, OUT | PARTIAL),
    REALS("lambda", MEASURED, BLANK, OUT | OPTIONAL | PARTIAL),
    RESULT("certificate", dmf_certificate, certificate_fields, OPTIONAL | PARTIAL))

/* ---- 12. Files ---- */

ROW(STATUS, dmf_factors_save, "", dmf_factors_save(P(0), P(1), P(2)), CTX, FACTORIZATION("factors", IN | ANY_ROWS),
    FILE_AT("path"))
ROW(STATUS, dmf_factors_load, "", dmf_factors_load(P(0), P(1), P(2)), CTX, FILE_AT("path"),
    MADE("factors", close_factors))

/* ---- 13. The limit of a vanishing start ---- */

#define PATH_OPTIONS STRUCTURE("options", dmf_path, path_fields, IN | OPTIONAL, .stop_evaluations = 5000, \
    .stop_growth = 10, .look = look_at_saddle)
#define PATH_REPORT RESULT("report", dmf_path_report, path_report_fields, OPTIONAL)

ROW(ANYTHING, dmf_path_text, "", dmf_path_text((dmf_path_end)I(0)) != NULL, WHOLE("reason", 1, 0, DMF_PATH_COARSE, 0))
ROW(STATUS, dmf_train_limit, "completion", dmf_train_limit(P(0), P(1), P(2), P(3), P(4)), CTX,
    A_PROBLEM(completion, CALLED), FACTORIZATION("factors", IN | OUT | PARTIAL), PATH_OPTIONS, PATH_REPORT)
ROW(STATUS, dmf_train_limit, "sensing", dmf_train_limit(P(0), P(1), P(4), P(5), P(6)), CTX,
    A_PROBLEM(sensing, CALLED), MEASUREMENTS, FACTORIZATION("factors", IN | OUT | PARTIAL), PATH_OPTIONS, PATH_REPORT)
ROW(STATUS, dmf_train_limit, "custom", dmf_train_limit(P(0), P(1), P(2), P(3), P(4)), CTX,
    A_PROBLEM(custom, CALLED), FACTORIZATION("factors", IN | OUT | PARTIAL), PATH_OPTIONS, PATH_REPORT)

/* ---- 14. Noisy data ---- */

ROW(STATUS, dmf_fit, "", dmf_fit(P(0), I(1), I(2), P(3), N(4), P(5), NULL, P(6), P(7)), CTX,
    WHOLE("rows", ROWS, 1, LARGEST - 1, 0), WHOLE("cols", COLS, 1, LARGEST - 1, 0), ENTRIES("entries", OBSERVED, IN),
    COUNT("count", OBSERVED, 2, ROWS * COLS, LENGTH),
    STRUCTURE("options", dmf_fit_options, fit_options_fields, IN | OPTIONAL, .folds = 2, .width = 1),
    RESULT("report", dmf_fit_report, fit_report_fields, OPTIONAL), MADE("model", close_model))
ROW(STATUS, dmf_predict, "", predict(P(0), P(1), N(2), P(3), P(4)), CTX,
    { SPREAD(ARRAY, "places", IN, 3, 1, dmf_entry, place_fields) }, COUNT("count", 3, 0, 1e20, LENGTH),
    REALS("prediction", 3, BLANK, OUT), REALS("deviation", 3, BLANK, OUT | OPTIONAL))
ROW(STATUS, dmf_recommend, "", recommend(P(0), I(1), P(2), P(3), P(4)), CTX, WHOLE("row", 2, -1, ROWS - 1, 0),
    ENTRIES("best", COLS, OUT | PARTIAL), REALS("deviation", COLS, BLANK, OUT | OPTIONAL),
    { SPREAD(ARRAY, "count", OUT, 1, 1, size_t, size_field) })
ROW(STATUS, dmf_model_save, "", save_model(P(0), P(1)), CTX, FILE_AT("path"))
ROW(STATUS, dmf_model_load, "", load_model(P(0), P(1), P(2)), CTX, FILE_AT("path"), MADE("model", close_model))
ROW(ANYTHING, dmf_model_rows, "", dmf_model_rows(NULL), ALONE)
ROW(ANYTHING, dmf_model_cols, "", dmf_model_cols(NULL), ALONE)
ROW(ANYTHING, dmf_model_destroy, "", (dmf_model_destroy(NULL), 0), ALONE)
