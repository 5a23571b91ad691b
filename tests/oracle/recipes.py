"""The recipes of docs/deploy.md against the oracle: with the settings that they name, the losses of other libraries are
Softlabel's. Libraries that are missing are left out; prints how many cases of each agree.

    pip install torch keras torchdistill trl
    KERAS_BACKEND=torch python3 tests/oracle/recipes.py
"""

import importlib.metadata
import json
import os
import pathlib

os.environ.setdefault("KERAS_BACKEND", "torch")
CASES = json.loads((pathlib.Path(__file__).parent / "distillation.json").read_text())["cases"]


def hard(case, s):
    import torch

    return torch.nn.functional.cross_entropy(s, torch.tensor(case["labels"]), label_smoothing=case["label_smoothing"])


def logits(case):
    import torch

    return (torch.tensor(case[f"{who}_logits"], dtype=torch.float64) for who in ("student", "teacher"))


def with_trl(case):
    """GKDTrainer's loss at T, times T², with a hard term beside it."""
    from trl.experimental.gkd import GKDTrainer

    beta = {"forward_kl": 0.0, "reverse_kl": 1.0, "jsd": case["params"].get("beta")}.get(case["kind"])
    if beta is None:
        return None
    s, t = logits(case)
    T, alpha = case["temperature"], case["soft_weight"]
    return alpha * T**2 * GKDTrainer.generalized_jsd_loss(s, t, beta=beta, temperature=T).item() + (1 - alpha) * hard(case, s).item()


def with_torchdistill(case):
    """KDLoss with the hard weight 1 − α; where that is 0, T² as a weight of its own."""
    from torchdistill.losses.mid_level import KDLoss

    if case["kind"] != "forward_kl":
        return None
    import torch

    s, t = logits(case)
    T, alpha = case["temperature"], 1 - case["soft_weight"]
    loss = KDLoss(".", "output", ".", "output", T, alpha=alpha, reduction="batchmean", label_smoothing=case["label_smoothing"])
    value = loss({".": {"output": s}}, {".": {"output": t}}, torch.tensor(case["labels"])).item()
    return value * (T**2 if alpha == 0 else 1)


def with_keras(case):
    """A Distiller's own loss, of networks that give the case's logits."""
    import keras

    if case["kind"] != "forward_kl" or (case["label_smoothing"] and case["soft_weight"] < 1):
        return None
    import numpy as np

    keras.config.set_floatx("float64")
    s, t = (np.array(case[f"{who}_logits"]) for who in ("student", "teacher"))
    # Keras cuts probabilities off at 1e-7: cases where that shows are left out.
    softened = (np.exp((z - z.max(1, keepdims=True)) / case["temperature"]) for z in (s, t))
    if min((e / e.sum(1, keepdims=True)).min() for e in softened) < 1e-7:
        return None
    entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    def network(rows):
        # Of a one-hot row number it gives that row's logits.
        model = keras.Sequential([keras.Input((len(rows),)), keras.layers.Dense(rows.shape[1], use_bias=False)])
        model.layers[0].set_weights([rows])
        model.compile(optimizer="sgd", loss=entropy)
        return model

    distiller = keras.distillation.Distiller(
        teacher=network(t),
        student=network(s),
        distillation_losses=keras.distillation.LogitsDistillation(
            temperature=case["temperature"], loss=keras.losses.KLDivergence()
        ),
        student_loss_weight=1 - case["soft_weight"],
    )
    distiller.compile(optimizer="sgd", loss=entropy)
    x = np.eye(len(s))
    # One step: what it reports is the loss before it.
    return distiller.train_on_batch(x, np.array(case["labels"]), return_dict=True)["total_loss"]


def main():
    for name, loss in (("trl", with_trl), ("torchdistill", with_torchdistill), ("keras", with_keras)):
        try:
            version = importlib.metadata.version(name)
            loss(CASES[0])
        except ImportError as error:
            print(f"{name}: left out ({error})")
            continue
        agreed = 0
        for case in CASES:
            value = loss(case)
            if value is not None:
                assert abs(value - case["loss"]) <= 1e-5 * max(1, abs(case["loss"])), (name, value, case)
                agreed += 1
        print(f"{name} {version}: {agreed} cases")


if __name__ == "__main__":
    main()
