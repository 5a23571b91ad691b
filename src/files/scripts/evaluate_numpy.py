#!/usr/bin/env python3
"""Measures again, with NumPy, what Softlabel has trained, and compares it with what the page showed.

    pip install numpy safetensors
    python3 evaluate_numpy.py softlabel-fashion-weights.safetensors softlabel-fashion-data.safetensors

The second file may also be the page's own data/fashion.bin.gz or data/mnist.bin.gz, where the run's production is
the test set as it comes. Ends with 1 when an accuracy is not the page's.
"""

import gzip
import hashlib
import json
import sys

import numpy as np
from safetensors import safe_open


def load(path, kind):
    """Tensors by name, and what the file says of itself."""
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
        return table[stored]
    if inputs["form"] == "codes":
        return np.eye(inputs["characters"], dtype=np.float32)[stored].reshape(len(stored), -1)
    return stored


def logits(tensors, network, x):
    """A multilayer perceptron with ReLU between layers; weights are [out, in]. In float64, whatever the machine."""
    h, layer = x.astype(np.float64), 0
    while f"{network}.layers.{layer}.weight" in tensors:
        h = np.maximum(h, 0) if layer else h
        weight, bias = (tensors[f"{network}.layers.{layer}.{part}"].astype(np.float64) for part in ("weight", "bias"))
        h, layer = h @ weight.T + bias, layer + 1
    return h


def log_softmax(z):
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    tensors, about = load(sys.argv[1], "weights")
    stored, labels = test_set(sys.argv[2])
    if hashlib.sha256(labels.tobytes() + stored.tobytes()).hexdigest() != about["test_sha256"]:
        sys.exit("These are not the test examples that the page measured on: use the data file of the same run.")
    x = encode(stored, about["inputs"])
    print(f"#{about['link']}\n{'network':<28} {'accuracy':>9} {'page':>9} {'agreement':>10} {'page':>9} {'NLL':>8} {'page':>8}")
    teacher, differ = None, 0
    for network in about["networks"]:
        # The mean of an ensemble's probabilities; of one network, its own.
        members = [log_softmax(logits(tensors, member, x)) for member in network["members"]]
        log_p = np.log(np.mean(np.exp(members), axis=0)) if len(members) > 1 else members[0]
        answers = log_p.argmax(axis=1)
        teacher = answers if teacher is None else teacher
        right, page = int((answers == labels).sum()), network["metrics"]
        nll = -log_p[np.arange(len(labels)), labels].mean()
        differ += right != network["right"]
        print(
            f"{network['name']:<28} {right / len(labels):>9.4%} {page['accuracy']:>9.4%} {(answers == teacher).mean():>10.4%}"
            f" {page['agreement']:>9.4%} {nll:>8.4f} {page['nll']:>8.4f}{'' if right == network['right'] else '  differs'}"
        )
    print("Every accuracy is the page's." if not differ else f"{differ} accuracies are not the page's.")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
