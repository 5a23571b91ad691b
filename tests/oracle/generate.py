#!/usr/bin/env python3
"""Reference values for the losses, gradients and metrics, in float64 with NumPy.

The inputs of each case (logits, labels, temperature, weights) are part of distillation.json and are
read from it; every output (loss, gradient, metrics) is computed here from the equations in README.md.
Nothing is shared with the engine: the gradients are derived by hand from the equations, and each is
compared with central differences of the loss as well.

    generate.py            recompute all outputs and rewrite distillation.json
    generate.py --near     make near.json anew: students that nearly agree with their teacher, and some that do not
    generate.py --later    make later.json anew: the same of the losses that came later
    generate.py --check    compare all outputs with distillation.json; exit 1 with a list of differences

All functions take logits of shape [B, C] and labels of shape [B]; losses are means over B.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("distillation.json")
# The file holds gradients rounded to ten decimals and everything else in full.
GRADIENT_DECIMALS = 10
GRADIENT_TOLERANCE = 0.6 * 10**-GRADIENT_DECIMALS
TOLERANCE = 1e-12
# Step and tolerance of the central differences: truncation O(h²), rounding O(1e-16 / h).
STEP, STEP_TOLERANCE = 1e-5, 1e-6


def log_softmax(z):
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def one_hot(labels, classes):
    return np.eye(classes)[labels]


def cross_entropy(targets, s):
    """Mean cross-entropy of the softmax of s against target probabilities; (loss, gradient by s)."""
    log_q = log_softmax(s)
    return -(targets * log_q).sum(axis=1).mean(), (np.exp(log_q) - targets) / len(s)


def forward_kl(s, t, labels, temperature):
    """T² KL(p ‖ q); gradient T (q − p) / B."""
    log_p, log_q = log_softmax(t / temperature), log_softmax(s / temperature)
    p, q = np.exp(log_p), np.exp(log_q)
    loss = temperature**2 * (p * (log_p - log_q)).sum(axis=1).mean()
    return loss, temperature * (q - p) / len(s)


def through_softmax(by_q, q):
    """Gradient by the logits of q = softmax(z), from the gradient by q: q (g − Σ q g)."""
    return q * (by_q - (q * by_q).sum(axis=1, keepdims=True))


def reverse_kl(s, t, labels, temperature):
    """T² KL(q ‖ p)."""
    log_p, log_q = log_softmax(t / temperature), log_softmax(s / temperature)
    q = np.exp(log_q)
    loss = temperature**2 * (q * (log_q - log_p)).sum(axis=1).mean()
    return loss, temperature * through_softmax(log_q - log_p, q) / len(s)


def jsd(s, t, labels, temperature, beta):
    """T² (β KL(p ‖ m) + (1 − β) KL(q ‖ m)), m = β p + (1 − β) q; the gradient by q is (1 − β) ln(q / m)."""
    log_p, log_q = log_softmax(t / temperature), log_softmax(s / temperature)
    p, q = np.exp(log_p), np.exp(log_q)
    log_m = np.log(beta * p + (1 - beta) * q)
    divergence = beta * (p * (log_p - log_m)).sum(axis=1) + (1 - beta) * (q * (log_q - log_m)).sum(axis=1)
    by_q = (1 - beta) * (log_q - log_m)
    return temperature**2 * divergence.mean(), temperature * through_softmax(by_q, q) / len(s)


def jsd_normalised(s, t, labels, temperature, beta):
    """jsd over β (1 − β)."""
    loss, gradient = jsd(s, t, labels, temperature, beta)
    return loss / (beta * (1 - beta)), gradient / (beta * (1 - beta))


def logit_mse(s, t, labels, temperature):
    """Half the squared distance of the logits, summed over classes."""
    return 0.5 * ((s - t) ** 2).sum(axis=1).mean(), (s - t) / len(s)


def dkd(s, t, labels, temperature, tckd, nckd):
    """Decoupled distillation (Zhao et al. 2022): the target class against the rest, and the rest among themselves."""
    batch, classes = s.shape
    target = one_hot(labels, classes)
    log_p, log_q = log_softmax(t / temperature), log_softmax(s / temperature)
    p, q = np.exp(log_p), np.exp(log_q)
    p_target, q_target = (p * target).sum(axis=1, keepdims=True), (q * target).sum(axis=1, keepdims=True)
    p_other, q_other = (p * (1 - target)).sum(axis=1, keepdims=True), (q * (1 - target)).sum(axis=1, keepdims=True)
    binary = p_target * np.log(p_target / q_target) + p_other * np.log(p_other / q_other)
    # The distributions without the label, whose log-probability drops out of the sum.
    log_ph, log_qh = (log_softmax(np.where(target == 1, -np.inf, z / temperature)) for z in (t, s))
    ph, qh = np.exp(log_ph), np.exp(log_qh)
    log_ratio = np.subtract(log_ph, log_qh, where=target == 0, out=np.zeros_like(p))
    among = (ph * log_ratio).sum(axis=1)
    loss = temperature**2 * (tckd * binary[:, 0] + nckd * among).mean()
    # By the logits over T: (q_target − p_target) on the label, shared among the others as they are in q.
    binary_gradient = (q_target - p_target) * (target - (1 - target) * qh)
    return loss, temperature * (tckd * binary_gradient + nckd * (qh - ph)) / batch


def teacher_top_k(s, t, labels, temperature, k):
    """T² KL of the teacher's k most probable classes, renormalised, to q."""
    p, log_q = np.exp(log_softmax(t / temperature)), log_softmax(s / temperature)
    kept = np.zeros_like(p)
    np.put_along_axis(kept, np.argsort(-t, axis=1, kind="stable")[:, :k], 1, axis=1)
    p = p * kept / (p * kept).sum(axis=1, keepdims=True)
    log_p = np.log(np.where(p > 0, p, 1))
    loss = temperature**2 * (p * (log_p - log_q)).sum(axis=1).mean()
    return loss, temperature * (np.exp(log_q) - p) / len(s)


def teacher_top_k_other(s, t, labels, temperature, k):
    """T² KL of the teacher's k most probable classes, each its own, and all others as one."""
    p, q = np.exp(log_softmax(t / temperature)), np.exp(log_softmax(s / temperature))
    kept = np.zeros_like(p)
    np.put_along_axis(kept, np.argsort(-t, axis=1, kind="stable")[:, :k], 1, axis=1)
    p_rest, q_rest = ((z * (1 - kept)).sum(axis=1, keepdims=True) for z in (p, q))
    none = kept.all(axis=1, keepdims=True)
    p_rest, q_rest = np.where(none, 1, p_rest), np.where(none, 1, q_rest)
    divergence = (kept * p * np.log(p / q)).sum(axis=1) + (p_rest * np.log(p_rest / q_rest))[:, 0]
    # By q: −p/q of those told, −P/Q of each of the others.
    by_q = -np.where(kept == 1, p / q, p_rest / q_rest)
    return temperature**2 * divergence.mean(), temperature * through_softmax(by_q, q) / len(s)


def teacher_argmax(s, t, labels, temperature):
    """Cross-entropy against the teacher's most probable class, at T = 1 and without smoothing."""
    return cross_entropy(one_hot(t.argmax(axis=1), t.shape[1]), s)


TERMS = (forward_kl, reverse_kl, jsd, logit_mse, dkd, teacher_top_k, teacher_argmax)
LATER = (jsd_normalised, teacher_top_k_other)
SOFT = {f.__name__: f for f in TERMS + LATER}


def loss_and_gradient(case, s):
    """α soft + (1 − α) CE(y, s; ε), and its gradient by the student's logits s [B, C]."""
    t, labels, alpha = np.array(case["teacher_logits"]), np.array(case["labels"]), case["soft_weight"]
    classes, smoothing = s.shape[1], case["label_smoothing"]
    soft, soft_gradient = SOFT[case["kind"]](s, t, labels, case["temperature"], **case["params"])
    targets = (1 - smoothing) * one_hot(labels, classes) + smoothing / classes
    hard, hard_gradient = cross_entropy(targets, s)
    return alpha * soft + (1 - alpha) * hard, alpha * soft_gradient + (1 - alpha) * hard_gradient


def calibration_error(probabilities, labels, bins=15):
    """Expected calibration error over equal bins (lo, hi] of the top probability."""
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    edges = np.linspace(0, 1, bins + 1)
    error = 0.0
    for low, high in zip(edges[:-1], edges[1:]):
        inside = (confidence > low) & (confidence <= high)
        if inside.any():
            error += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return error


def metrics(case):
    """All at T = 1."""
    s, t, labels = np.array(case["student_logits"]), np.array(case["teacher_logits"]), np.array(case["labels"])
    log_q, log_p = log_softmax(s), log_softmax(t)
    target = one_hot(labels, s.shape[1])
    return {
        "accuracy": (s.argmax(axis=1) == labels).mean(),
        "agreement": (s.argmax(axis=1) == t.argmax(axis=1)).mean(),
        "kl_teacher_student": (np.exp(log_p) * (log_p - log_q)).sum(axis=1).mean(),
        "nll": -(target * log_q).sum(axis=1).mean(),
        "brier": ((np.exp(log_q) - target) ** 2).sum(axis=1).mean(),
        "ece_15": calibration_error(np.exp(log_q), labels),
    }


def outputs(case):
    """Everything of a case that is not an input."""
    loss, gradient = loss_and_gradient(case, np.array(case["student_logits"]))
    return {
        "loss": float(loss),
        "grad_student_logits": gradient.round(GRADIENT_DECIMALS).tolist(),
        "metrics": {name: float(value) for name, value in metrics(case).items()},
    }


def far(here, there, tolerance):
    """Whether two numbers or arrays differ by more than a tolerance, relative above 1; NaN always does."""
    here, there = np.asarray(here, dtype=float), np.asarray(there, dtype=float)
    return here.shape != there.shape or not np.all(np.abs(here - there) <= tolerance * np.maximum(1, np.abs(there)))


def numerical_gradient(case):
    """The gradient by central differences."""
    s = np.array(case["student_logits"])
    gradient = np.zeros_like(s)
    for at in np.ndindex(s.shape):
        up, down = s.copy(), s.copy()
        up[at] += STEP
        down[at] -= STEP
        gradient[at] = (loss_and_gradient(case, up)[0] - loss_and_gradient(case, down)[0]) / (2 * STEP)
    return gradient


def differences(number, case):
    """What of a case in the file is not what the equations give, a line each."""
    found, name = outputs(case), f"case {number} ({case['kind']}, T = {case['temperature']}, α = {case['soft_weight']})"
    if far(found["loss"], case["loss"], TOLERANCE):
        yield f"{name}: loss {case['loss']!r} in the file, {found['loss']!r} computed"
    gradient = loss_and_gradient(case, np.array(case["student_logits"]))[1]
    if far(gradient, case["grad_student_logits"], GRADIENT_TOLERANCE):
        yield f"{name}: grad_student_logits differ by up to {np.abs(gradient - case['grad_student_logits']).max():.3g}"
    if far(gradient, numerical_gradient(case), STEP_TOLERANCE):
        yield f"{name}: the gradient computed is not that of central differences"
    if found["metrics"].keys() != case["metrics"].keys():
        yield f"{name}: metrics {sorted(case['metrics'])} in the file, {sorted(found['metrics'])} computed"
    for metric in found["metrics"].keys() & case["metrics"].keys():
        if far(found["metrics"][metric], case["metrics"][metric], TOLERANCE):
            yield f"{name}: {metric} {case['metrics'][metric]!r} in the file, {found['metrics'][metric]!r} computed"


def near_cases(later, seed=14):
    """Of the first losses, or of the later ones: cases in which float32 loses most: logits that differ by 1/1000 to 1, at temperatures up to 20, and far ones.

    Logits are multiples of 1/1024 below 32 and so exact in float32: what differs from these outputs is arithmetic alone.
    """
    rng = np.random.default_rng(seed)
    kinds = {
        "forward_kl": lambda c: {},
        "reverse_kl": lambda c: {},
        "jsd": lambda c: {"beta": float(rng.choice([0.125, 0.5, 0.875]))},
        "logit_mse": lambda c: {},
        "dkd": lambda c: {"tckd": 1.0, "nckd": float(rng.choice([1.0, 4.0]))},
        "teacher_top_k": lambda c: {"k": int(min(c, rng.choice([1, 2, 3, 5])))},
        "teacher_argmax": lambda c: {},
    }
    if later:
        kinds = {
            "jsd_normalised": lambda c: {"beta": float(rng.choice([0.0625, 0.5, 0.9375]))},
            "teacher_top_k_other": lambda c: {"k": int(min(c, rng.choice([1, 2, 3, 5])))},
        }
    exact = lambda z: np.clip(np.round(z * 1024), -32000, 32000) / 1024
    for kind, params in kinds.items():
        for temperature in (1.0, 2.0, 4.0, 8.0, 20.0):
            for apart, alpha in ((0.001, 1.0), (0.03, 1.0), (0.5, 0.25), (4.0, 1.0)):
                classes = int(rng.choice([2, 5, 10, 10, 47]))
                teacher = exact(3 * rng.normal(size=(2, classes)))
                student = exact(teacher + apart * rng.normal(size=teacher.shape))
                yield {
                    "kind": kind,
                    "params": params(classes),
                    "temperature": temperature,
                    "soft_weight": alpha,
                    "label_smoothing": 0.0,
                    "student_logits": student.tolist(),
                    "teacher_logits": teacher.tolist(),
                    "labels": rng.integers(classes, size=2).tolist(),
                }


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--check", action="store_true", help="compare, and write nothing")
    options.add_argument("--near", action="store_true", help="make the cases of near.json")
    options.add_argument("--later", action="store_true", help="make the cases of later.json")
    options.add_argument("file", nargs="?", type=Path, default=FILE)
    options = options.parse_args()
    if options.near or options.later:
        cases = [case | outputs(case) for case in near_cases(options.later)]
        FILE.with_name("later.json" if options.later else "near.json").write_text(json.dumps({"cases": cases}, indent=0, ensure_ascii=False))
        return
    content = json.loads(options.file.read_text())
    if options.check:
        found = [line for number, case in enumerate(content["cases"]) for line in differences(number, case)]
        print("\n".join(found) if found else f"{len(content['cases'])} cases agree")
        sys.exit(1 if found or not content["cases"] else 0)
    for case in content["cases"]:
        case.update(outputs(case))
    options.file.write_text(json.dumps(content, indent=0, ensure_ascii=False))


if __name__ == "__main__":
    main()
