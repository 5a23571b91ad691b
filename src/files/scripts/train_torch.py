#!/usr/bin/env python3
"""A run of Softlabel in PyTorch: the same losses, networks, optimizer, schedules and transfer sets.

    pip install torch numpy safetensors
    python3 train_torch.py softlabel-data.safetensors [softlabel-weights.safetensors]
    torchrun --nproc-per-node 2 train_torch.py …   # the same on several processes, which share every batch

The first file is the run's data as the page exports them: training set (labels as training saw them), test set, and
which of the training set each replicate's students learned from. With the second file, the page's own teacher teaches;
without it, a teacher is trained here first.

Not the page's to the bit: initial weights, the order of batches and whatever else is drawn by lot come from PyTorch's
generators, so that accuracies agree within what another seed would change. Settings that were moved while the page
trained are used as they stood at its end. What does agree: what is minimised, step by step.
"""

import json
import math
import os
import sys

import numpy as np
import torch
from safetensors import safe_open
from torch import distributed, nn

# Number of this process and of all, as torchrun says; alone without it.
RANK, WORLD = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))

# The settings of the run; accuracies under "page" are what the page measured.
RUN = {}


class Mlp(nn.Module):
    """A multilayer perceptron with ReLU between layers, He initialisation, biases zero."""

    def __init__(self, widths, generator):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(widths, widths[1:]))
        for layer in self.layers:
            with torch.no_grad():
                layer.weight.normal_(0, math.sqrt(2 / layer.in_features), generator=generator)
                layer.bias.zero_()

    def forward(self, x):
        return self.with_hidden(x)[1]

    def with_hidden(self, x):
        """Every hidden layer's activations, and the logits."""
        hidden = []
        for layer in self.layers[:-1]:
            x = layer(x).relu()
            hidden.append(x)
        return hidden, self.layers[-1](x)


def load(path, kind):
    with safe_open(path, framework="numpy") as file:
        about = json.loads((file.metadata() or {}).get("softlabel", "{}"))
        if about.get("kind") != kind:
            sys.exit(f"{path} holds no {kind} of Softlabel.")
        return {name: torch.tensor(file.get_tensor(name)) for name in file.keys()}, about


def encode(stored, inputs):
    """Inputs as the networks take them, [N, D]."""
    if inputs["form"] == "grey":
        table = torch.tensor(((np.arange(256) - inputs["mean"]) / inputs["deviation"]).astype(np.float32))
        return table[stored.long()]
    if inputs["form"] == "codes":
        return nn.functional.one_hot(stored.long(), inputs["characters"]).float().reshape(len(stored), -1)
    return stored


def optimizer(model):
    if RUN["optimizer"] == "sgd":
        return torch.optim.SGD(model.parameters(), lr=0.0, momentum=0.9)
    return torch.optim.Adam(model.parameters(), lr=0.0, betas=(0.9, 0.999), eps=1e-8)


def rate(peak, step, decay):
    """Cosine decay to zero, without restarts."""
    return peak * 0.5 * (1 + math.cos(math.pi * step / decay))


def batches(n, size, generator):
    """Endless batches of row numbers: passes over all of them, each in a new order; a batch may span two."""
    order = torch.empty(0, dtype=torch.long)
    while True:
        while len(order) < size:
            order = torch.cat([order, torch.randperm(n, generator=generator)])
        yield order[:size]
        order = order[size:]


def share(rows):
    """This process's part of a batch. Generators are the same everywhere, so that all draw the same batches."""
    return rows[RANK::WORLD]


def descend(loss, part, *models):
    """Gradients of the mean loss of a whole batch, of which `loss` is the mean over this process's `part`, a share of 1."""
    (part * loss).backward()
    if WORLD > 1:
        for parameter in (p for model in models for p in model.parameters() if p.grad is not None):
            distributed.all_reduce(parameter.grad)


def line(start, end, step, steps):
    return start + (end - start) * min(1.0, step / max(1, steps - 1))


# The losses, one value an example: s are the student's logits, t the teacher's, y the labels, T the temperature,
# scale is T² or, where that is off, 1.


def hard(s, y, epsilon=0.0):
    """Cross-entropy with the label, of which ε is spread over all classes."""
    log_q = s.log_softmax(1)
    return -(1 - epsilon) * log_q.gather(1, y[:, None])[:, 0] - epsilon * log_q.mean(1)


def forward_kl(s, t, y, T, scale, arm):
    """T² · KL(teacher ‖ student) (Hinton et al. 2015)."""
    log_p, log_q = (t / T).log_softmax(1), (s / T).log_softmax(1)
    return scale * (log_p.exp() * (log_p - log_q)).sum(1)


# [reverse_kl
def reverse_kl(s, t, y, T, scale, arm):
    """T² · KL(student ‖ teacher)."""
    log_p, log_q = (t / T).log_softmax(1), (s / T).log_softmax(1)
    return scale * (log_q.exp() * (log_q - log_p)).sum(1)


# reverse_kl]
# [jsd
def jsd(s, t, y, T, scale, arm):
    """T² · (β KL(teacher ‖ m) + (1 − β) KL(student ‖ m)), m = β teacher + (1 − β) student (Agarwal et al. 2024)."""
    beta = arm["beta"]
    log_p, log_q = (t / T).log_softmax(1), (s / T).log_softmax(1)
    log_m = torch.logaddexp(math.log(beta) + log_p, math.log(1 - beta) + log_q)
    return scale * (beta * log_p.exp() * (log_p - log_m) + (1 - beta) * log_q.exp() * (log_q - log_m)).sum(1)


# jsd]
# [jsd_normalised
def jsd_normalised(s, t, y, T, scale, arm):
    """T² · (KL(teacher ‖ m) / (1 − β) + KL(student ‖ m) / β), m = β teacher + (1 − β) student: GKD's divergence over β (1 − β)."""
    beta = arm["beta"]
    log_p, log_q = (t / T).log_softmax(1), (s / T).log_softmax(1)
    log_m = torch.logaddexp(math.log(beta) + log_p, math.log(1 - beta) + log_q)
    return scale * (log_p.exp() * (log_p - log_m) / (1 - beta) + log_q.exp() * (log_q - log_m) / beta).sum(1)


# jsd_normalised]
# [logit_mse
def logit_mse(s, t, y, T, scale, arm):
    """½ Σ (student logit − teacher logit)² (Ba & Caruana 2014); no temperature."""
    return 0.5 * ((s - t) ** 2).sum(1)


# logit_mse]
# [dkd
def dkd(s, t, y, T, scale, arm):
    """T² · (tckd · KL(the label or not) + nckd · KL(which of the others)) (Zhao et al. 2022)."""
    label = nn.functional.one_hot(y, s.shape[1]).bool()

    def parts(z):
        z = z / T
        rest = z.masked_fill(label, -math.inf)
        odds = z[label] - rest.logsumexp(1)
        pair = torch.stack([nn.functional.logsigmoid(odds), nn.functional.logsigmoid(-odds)], 1)
        return pair, z[~label].reshape(len(z), -1).log_softmax(1)

    (pair_p, others_p), (pair_q, others_q) = parts(t), parts(s)
    kl = lambda log_p, log_q: (log_p.exp() * (log_p - log_q)).sum(1)
    return scale * (arm["tckd"] * kl(pair_p, pair_q) + arm["nckd"] * kl(others_p, others_q))


# dkd]
# [top_k
def top_k(s, t, y, T, scale, arm):
    """Forward KL to the teacher's k largest probabilities, renormalised."""
    top = t.topk(min(arm["top_k"], t.shape[1]), 1)
    log_p, log_q = (top.values / T).log_softmax(1), (s / T).log_softmax(1).gather(1, top.indices)
    return scale * (log_p.exp() * (log_p - log_q)).sum(1)


# top_k]
# [top_k_other
def top_k_other(s, t, y, T, scale, arm):
    """Forward KL of the teacher's k largest probabilities and one class for all others."""
    told = torch.zeros_like(t).bool().scatter(1, t.topk(min(arm["top_k"], t.shape[1]), 1).indices, True)

    def parts(z):
        z = (z / T).log_softmax(1)
        rest = z.masked_fill(told, -math.inf).logsumexp(1, keepdim=True)
        return torch.cat([z[told].reshape(len(z), -1), rest], 1) if told[0].sum() < z.shape[1] else z

    log_p, log_q = parts(t), parts(s)
    return scale * (log_p.exp() * (log_p - log_q)).sum(1)


# top_k_other]
# [argmax
def argmax(s, t, y, T, scale, arm):
    """Cross-entropy with the teacher's most likely class; no temperature."""
    return hard(s, t.argmax(1))


# argmax]
# [sampled
def sampled(s, t, y, T, scale, arm):
    """KL to the shares of the labels drawn from the teacher; t holds their logarithms."""
    p, log_q = t.exp(), s.log_softmax(1)
    return (torch.where(p > 0, p * t, p) - p * log_q).sum(1)


def draw_labels(t, arm, generator):
    """The view of the teacher that `sampled` learns from: logarithms of the shares of labels drawn once."""
    drawn = torch.multinomial(t.softmax(1), arm["samples"], replacement=True, generator=generator)
    counts = nn.functional.one_hot(drawn, t.shape[1]).sum(1)
    return torch.where(counts > 0, (counts / arm["samples"]).log(), torch.tensor(-1e5))


# sampled]
# [permuted
permuted = forward_kl


def shuffle_doubts(t, generator):
    """The view that `permuted` learns from: the logits with all but the largest shuffled once (Furlanello et al. 2018)."""
    out = t.clone()
    for row, top in zip(out, t.argmax(1).tolist()):
        others = [c for c in range(len(row)) if c != top]
        row[others] = row[others][torch.randperm(len(others), generator=generator)]
    return out


# permuted]
# [hint
hint = forward_kl


def hint_loss(hidden, target, regressor):
    """½ ‖teacher's hidden layer − regressor(student's)‖² (FitNets, Romero et al. 2015)."""
    return 0.5 * ((target - regressor(hidden)) ** 2).sum(1).mean()


# hint]
def supervision(arm, s, t, y, has_label, step):
    """The mean loss of a batch of one arm: α · soft + (1 − α) · hard. Where there is no label (`has_label` is 0), the hard
    term is left out."""
    steps = RUN["student"]["steps"]
    if arm["method"] == "hard":
        return (has_label * hard(s, y)).mean()
    # [smoothing
    if arm["method"] == "smoothing":
        return (has_label * hard(s, y, arm["smoothing"])).mean()
    # smoothing]
    # [all_labels
    if arm["method"] == "all_labels":
        return hard(s, y).mean()
    # all_labels]
    T = line(arm["temperature"], arm["temperature_end"], step, steps)
    alpha = line(arm["soft_weight"], arm["soft_weight_end"], step, steps)
    scale = T * T if arm["t_squared"] else 1.0
    soft = globals()[arm["method"]](s, t, y, T, scale, arm)
    return (alpha * soft + (1 - alpha) * has_label * hard(s, y)).mean()


def ensemble(members, x):
    """Logits of the mean of the members' probabilities; of one network, its own."""
    with torch.no_grad():
        z = torch.stack([torch.cat([m(part) for part in x.split(1000)]) for m in members])
        return z[0] if len(z) == 1 else z.log_softmax(2).logsumexp(0) - math.log(len(z))


def accuracy(z, y):
    return (z.argmax(1) == y).double().mean().item()


def train_teacher(plan, x, y, before, seed):
    """One network of a teacher: on labels, or, later in a chain, on the soft labels at T = 3 of the one before."""
    generator = torch.Generator().manual_seed(seed)
    model = Mlp(plan["widths"], generator)
    adjust, draw = optimizer(model), batches(len(y), plan["batch"], generator)
    for step in range(plan["steps"]):
        batch = next(draw)
        rows = share(batch)
        s = model(x[rows])
        if before is None:
            loss = hard(s, y[rows], plan["smoothing"]).mean()
        else:
            loss = forward_kl(s, before[rows], None, 3.0, 9.0, None).mean()
        adjust.zero_grad()
        descend(loss, len(rows) / len(batch), model)
        adjust.param_groups[0]["lr"] = rate(plan["lr"], step, plan["decay"])
        adjust.step()
    return model


def train_student(arm, x, y, has_label, t, target, seed):
    """One student. x [N, D], y and has_label [N], t: the teacher's answers [N, C]; target: its hidden layer, for hints."""
    plan, views = RUN["student"], torch.Generator().manual_seed(seed + 1)
    # Arms of a replicate start from the same weights and see the same batches.
    generator = torch.Generator().manual_seed(seed)
    model = Mlp(plan["widths"], generator)
    adjust, draw = optimizer(model), batches(len(y), plan["batch"], generator)
    # [sampled
    if arm["method"] == "sampled":
        t = draw_labels(t, arm, views)
    # sampled]
    # [permuted
    if arm["method"] == "permuted":
        t = shuffle_doubts(t, views)
    # permuted]
    # [hint
    hint_steps = round(arm["hint_share"] * plan["steps"]) if arm["method"] == "hint" else 0
    regressor = Mlp([plan["widths"][1], target.shape[1]], views) if hint_steps else None
    guide = torch.optim.Adam(regressor.parameters(), lr=0.0) if hint_steps else None
    # hint]
    for step in range(plan["steps"]):
        batch, lr = next(draw), rate(plan["lr"], step, plan["steps"])
        rows, models = share(batch), [model]
        hidden, s = model.with_hidden(x[rows])
        adjust.zero_grad()
        loss = supervision(arm, s, t[rows], y[rows], has_label[rows], step)
        # [hint
        if step < hint_steps:
            # The hint is all there is to learn from.
            loss, models = hint_loss(hidden[0], target[rows], regressor), [model, regressor]
            guide.zero_grad()
        if step == hint_steps > 0:
            # What follows is a training of its own.
            adjust = optimizer(model)
            adjust.zero_grad()
        # hint]
        descend(loss, len(rows) / len(batch), *models)
        adjust.param_groups[0]["lr"] = lr
        adjust.step()
        # [hint
        if step < hint_steps:
            guide.param_groups[0]["lr"] = lr if RUN["optimizer"] == "adam" else rate(1e-3, step, plan["steps"])
            guide.step()
        # hint]
    return model


def teachers(data, x, y, weights):
    """The networks whose mean is the teacher."""
    if weights is not None:
        tensors, _ = load(weights, "weights")
        members = []
        while f"teacher.{len(members)}.layers.0.weight" in tensors:
            prefix = f"teacher.{len(members)}."
            model = Mlp(RUN["teachers"][-1]["widths"], None)
            model.load_state_dict({k[len(prefix) :]: v for k, v in tensors.items() if k.startswith(prefix)})
            members.append(model)
        return members
    members, before = [], None
    for place, plan in enumerate(RUN["teachers"]):
        print(f"Training {plan['name']}, {plan['steps']} steps …")
        seeds = [1000 * RUN["seed"] + 100 * place + m for m in range(plan["members"])]
        members = [train_teacher(plan, x, y, before, seed) for seed in seeds]
        before = ensemble(members, x)
    return members


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    if WORLD > min(plan["batch"] for plan in [RUN["student"], *RUN["teachers"]]):
        sys.exit("There are more processes than examples in a batch: start fewer.")
    if WORLD > 1:
        # On GPUs: "nccl", and the tensors and networks moved to the device of the process.
        distributed.init_process_group("gloo")
    if RANK > 0:
        # The first process speaks for all.
        sys.stdout = open(os.devnull, "w")
    data, about = load(sys.argv[1], "data")
    x, y = encode(data["train.inputs"], about["inputs"]), data["train.labels"].long()
    test_x, test_y = encode(data["test.inputs"], about["inputs"]), data["test.labels"].long()
    members = teachers(data, x, y, sys.argv[2] if len(sys.argv) > 2 else None)
    print(f"Teacher: {accuracy(ensemble(members, test_x), test_y):.2%} (page: {RUN['page'].get('teacher', math.nan):.2%})")
    all_x, all_y = x, y
    # Transfer sets that are not simply training inputs stand by themselves.
    if "transfer.inputs" in data:
        x, y = encode(data["transfer.inputs"], about["inputs"]), data["transfer.labels"].long()
    elif "unlabelled.inputs" in data:
        # Rows beyond the training set are those that have no label.
        x = torch.cat([x, encode(data["unlabelled.inputs"], about["inputs"])])
        y = torch.cat([y, y.new_zeros(len(data["unlabelled.inputs"]))])
    results = {arm["key"]: [] for arm in RUN["arms"]}
    for replicate in range(RUN["replicates"]):
        labelled = data[f"transfer.{replicate}"].long()
        for arm in RUN["arms"]:
            rows, has_label = labelled, torch.ones(len(labelled))
            # [all_labels
            if arm["method"] == "all_labels" and "all" in data:
                rows = data["all"].long()
                none = torch.zeros(len(rows), 1)
                seed = 1000 * RUN["seed"] + 10 * replicate + 500
                model = train_student(arm, all_x[rows], all_y[rows], torch.ones(len(rows)), none, None, seed)
                with torch.no_grad():
                    results[arm["key"]].append(accuracy(model(test_x), test_y))
                continue
            # all_labels]
            if f"pool.{replicate}" in data and arm["method"] not in ("hard", "smoothing"):
                pool = data[f"pool.{replicate}"].long()
                rows, has_label = torch.cat([rows, pool]), torch.cat([has_label, torch.zeros(len(pool))])
            t, target = ensemble(members, x[rows]), None
            # Where there is no label, the teacher's answer stands in for it.
            label = torch.where(has_label > 0, y[rows], t.argmax(1))
            # [hint
            with torch.no_grad():
                hidden = members[0].with_hidden(x[rows])[0]
                target = hidden[max(0, len(members[0].layers) - 2) // 2]
            # hint]
            model = train_student(arm, x[rows], label, has_label, t, target, 1000 * RUN["seed"] + 10 * replicate + 500)
            with torch.no_grad():
                results[arm["key"]].append(accuracy(model(test_x), test_y))
        print(f"Replicate {replicate + 1} of {RUN['replicates']} is trained.")
    for arm in RUN["arms"]:
        values = torch.tensor(results[arm["key"]], dtype=torch.float64)
        spread = values.std().item() if len(values) > 1 else 0.0
        print(f"{arm['name']:<28} {values.mean().item():.2%} ± {spread:.2%} (page: {RUN['page'].get(arm['key'], math.nan):.2%})")
    if WORLD > 1:
        distributed.destroy_process_group()


if __name__ == "__main__":
    main()
