#!/usr/bin/env python3
"""Measures again, with PyTorch, what Softlabel has trained, and compares it with what the page showed.

    pip install torch numpy safetensors
    python3 evaluate_torch.py softlabel-fashion-weights.safetensors softlabel-fashion-data.safetensors

The second file may also be the page's own data/fashion.bin.gz or data/mnist.bin.gz, where the run's production is
the test set as it comes. Ends with 1 when an accuracy is not the page's. To use one network in a program of yours:
`model = network(tensors, "student.0.distilled")`.
"""

import gzip
import hashlib
import json
import sys

import numpy as np
import torch
from safetensors import safe_open
from torch import nn


class Mlp(nn.Module):
    """A multilayer perceptron with ReLU between layers; widths from input to output."""

    def __init__(self, widths):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(widths, widths[1:]))

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = layer(x).relu()
        return self.layers[-1](x)


def network(tensors, name):
    """The network of that name in the file."""
    state = {key[len(name) + 1 :]: torch.tensor(value) for key, value in tensors.items() if key.startswith(name + ".layers.")}
    weights = [state[f"layers.{i}.weight"] for i in range(len(state) // 2)]
    model = Mlp([weights[0].shape[1], *(w.shape[0] for w in weights)])
    model.load_state_dict(state)
    return model.eval()


def load(path, kind):
    """Tensors by name, as NumPy arrays, and what the file says of itself."""
    with safe_open(path, framework="numpy") as file:
        about = json.loads((file.metadata() or {}).get("softlabel", "{}"))
        if about.get("kind") != kind:
            sys.exit(f"{path} holds no {kind} of Softlabel.")
        return {name: file.get_tensor(name) for name in file.keys()}, about


def test_set(path):
    """Inputs as they are stored, and labels: of an exported data file, or of a packed one of the page."""
    if not path.endswith(".gz"):
        tensors, _ = load(path, "data")
        return tensors["test.inputs"], tensors["test.labels"]
    with gzip.open(path) as file:
        packed = file.read()
    if packed[:4] != b"SLB1":
        sys.exit(f"{path} is no packed data file.")
    n_train, n_test, width, height, _ = (int(n) for n in np.frombuffer(packed, "<u4", 5, 4))
    start = 24 + n_train * (width * height + 1)
    pixels = np.frombuffer(packed, np.uint8, n_test * width * height, start)
    labels = np.frombuffer(packed, np.uint8, n_test, start + pixels.size)
    return pixels.reshape(n_test, width * height), labels


def encode(stored, inputs):
    """Inputs as the networks take them, [N, D]: standardised grey levels, numbers as they are, one-hot characters."""
    if inputs["form"] == "grey":
        table = ((np.arange(256) - inputs["mean"]) / inputs["deviation"]).astype(np.float32)
        return torch.tensor(table[stored])
    if inputs["form"] == "codes":
        one_hot = nn.functional.one_hot(torch.tensor(stored).long(), inputs["characters"])
        return one_hot.float().reshape(len(stored), -1)
    return torch.tensor(stored)


@torch.no_grad()
def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    tensors, about = load(sys.argv[1], "weights")
    stored, labels = test_set(sys.argv[2])
    if hashlib.sha256(labels.tobytes() + stored.tobytes()).hexdigest() != about["test_sha256"]:
        sys.exit("These are not the test examples that the page measured on: use the data file of the same run.")
    # In float64, so that the answer does not depend on how a machine sums.
    x, y = encode(stored, about["inputs"]).double(), torch.tensor(labels).long()
    print(f"#{about['link']}\n{'network':<28} {'accuracy':>9} {'page':>9} {'agreement':>10} {'page':>9} {'NLL':>8} {'page':>8}")
    teacher, differ = None, 0
    for measured in about["networks"]:
        # The mean of an ensemble's probabilities; of one network, its own.
        members = torch.stack([network(tensors, name).double()(x).log_softmax(1) for name in measured["members"]])
        log_p = members.logsumexp(0) - np.log(len(members))
        answers = log_p.argmax(1)
        teacher = answers if teacher is None else teacher
        right, page = int((answers == y).sum()), measured["metrics"]
        nll, agreement = nn.functional.nll_loss(log_p, y).item(), (answers == teacher).double().mean().item()
        differ += right != measured["right"]
        print(
            f"{measured['name']:<28} {right / len(y):>9.4%} {page['accuracy']:>9.4%} {agreement:>10.4%}"
            f" {page['agreement']:>9.4%} {nll:>8.4f} {page['nll']:>8.4f}{'' if right == measured['right'] else '  differs'}"
        )
    print("Every accuracy is the page's." if not differ else f"{differ} accuracies are not the page's.")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
