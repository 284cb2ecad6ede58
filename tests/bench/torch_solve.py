#!/usr/bin/python3
"""The protocol of the 2019 paper in PyTorch: what bench_solve is compared with.

    build/bench_solve problem DIR
    tests/bench/torch_solve.py DIR                 descends to a mean squared residual of 1e-6
    tests/bench/torch_solve.py DIR --steps 500     times batches of 500 steps and shows the best
    tests/bench/torch_solve.py DIR --steps 500 --gradient      the same without the update of the factors

Prints one row in the columns of tests/bench/solve.sh; a descent leaves the singular values of its product in DIR.
All factors share one adaptive rate (GroupRMSprop). The loop is as lean as autograd allows: the derivative of the mean
goes in by hand, gradients are returned and not accumulated, and all factors are updated by one call.
"""
import argparse
import os
import time

RATE, BETA, EPSILON = 1e-3, 0.99, 1e-4


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("dir", help="directory with the problem")
    parser.add_argument("--loss", type=float, default=1e-6, help="where a descent stops")
    parser.add_argument("--most", type=int, default=1000000, help="steps after which it stops in any case")
    parser.add_argument("--steps", type=int, help="time so many steps instead")
    parser.add_argument("--batches", type=int, default=5, help="how many times")
    parser.add_argument("--gradient", action="store_true", help="without the update")
    parser.add_argument("--double", action="store_true", help="float64 in place of float32")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


# OpenBLAS has threads of its own, whose number it reads when it is loaded.
settings = options()
os.environ["OPENBLAS_NUM_THREADS"] = str(settings.threads)
import numpy
import torch


class Problem:
    def __init__(self, directory, kind):
        def read(name):
            return torch.from_numpy(numpy.loadtxt(os.path.join(directory, name), delimiter=",", ndmin=2))

        entries = read("observed.csv")
        self.read, self.kind = read, kind
        self.start = []
        while os.path.exists(os.path.join(directory, f"w0_{len(self.start) + 1}.csv")):
            self.start.append(read(f"w0_{len(self.start) + 1}.csv").to(kind))
        cols = self.start[0].shape[1]
        self.places = entries[:, 0].long() * cols + entries[:, 1].long()
        self.values = entries[:, 2].to(kind)

    def factors(self):
        return [w.clone().requires_grad_(True) for w in self.start]


def product_of(factors):
    product = factors[0]
    for w in factors[1:]:
        product = w @ product
    return product


def gradient(problem, factors):
    residual = product_of(factors).take(problem.places) - problem.values
    slope = residual.detach() * (2 / len(residual))
    return torch.autograd.grad(residual, factors, slope), torch.dot(residual, residual).item() / len(residual)


def descend(problem, factors, stop_loss, most_steps):
    """Steps until the loss is low enough; returns the number of gradients and the last loss."""
    memory = 0.0
    for step in range(1, most_steps + 1):
        slopes, loss = gradient(problem, factors)
        if loss <= stop_loss:
            break
        with torch.no_grad():
            squares = sum(torch.dot(g.view(-1), g.view(-1)) for g in slopes).item()
            memory = BETA * memory + (1 - BETA) * squares
            rate = RATE / ((memory / (1 - BETA ** step)) ** 0.5 + EPSILON)
            torch._foreach_add_(factors, slopes, alpha=-rate)
    return step, loss


def best_batch(problem):
    def batch(steps):
        factors = problem.factors()
        start = time.perf_counter()
        if settings.gradient:
            for _ in range(steps):
                gradient(problem, factors)
        else:
            descend(problem, factors, 0.0, steps)
        return time.perf_counter() - start

    batch(2)
    return min(batch(settings.steps) for _ in range(settings.batches))


def diagnostics(problem, factors, directory, precision):
    with torch.no_grad():
        product = product_of(factors)
        error = (product - problem.read("w_star.csv").to(problem.kind)).square().mean().item()
        sigma = torch.linalg.svdvals(product).double()
    with open(os.path.join(directory, f"sigma_torch_group_rmsprop_{precision}.csv"), "w") as file:
        file.writelines(f"{s:.9g}\n" for s in sigma.tolist())
    share = sigma / sigma.sum()
    entropy = -(share * share.clamp(min=1e-300).log()).sum()
    return error, entropy.exp().item(), sigma.sum().item()


def main():
    torch.set_num_threads(settings.threads)
    precision = "double" if settings.double else "float"
    problem = Problem(settings.dir, torch.float64 if settings.double else torch.float32)
    if settings.steps:
        method = "gradient" if settings.gradient else "step"
        evaluations, seconds, results = settings.steps, best_batch(problem), ",,,"
    else:
        method, factors = "group_rmsprop", problem.factors()
        start = time.perf_counter()
        evaluations, loss = descend(problem, factors, settings.loss, settings.most)
        seconds = time.perf_counter() - start
        numbers = (loss, *diagnostics(problem, factors, settings.dir, precision))
        results = ",".join(f"{x:.6g}" for x in numbers)
    print(f"torch,{method},{precision},{len(problem.start)},{len(problem.values)},{evaluations},{seconds:.6g},"
          f"{seconds / evaluations * 1e6:.6g},{results}")


main()
