#!/usr/bin/env python3
"""Predicts with a student that Softlabel trained: NumPy alone, no framework. student.json lies beside it.

    pip install numpy
    python3 predict.py rows.csv           # writes CSV: the label, then the probability of every class
    python3 predict.py --json rows.json   # an array of rows in and, as JSON, logits as well
    some-program | python3 predict.py -   # rows from standard input

A row is raw, as it was before any scaling. Of a table: its numbers, under a header with the columns' names (in any order,
others are left out) or without one in the order of the training table; in JSON also objects by column. Of images: grey
levels 0 to 255, row by row, one image a line. Of text: the characters before the one that is predicted, one text a line.

    from predict import Student
    student = Student("student.json")
    labels, probabilities, logits = student(rows)   # [N] names, [N, K] and [N, K] float64
"""

import base64
import csv
import io
import json
import os
import sys

import numpy as np


class Student:
    """A multilayer perceptron with ReLU between its layers, and the scaling of its inputs."""

    def __init__(self, path=None):
        with open(path or os.path.join(os.path.dirname(os.path.abspath(__file__)), "student.json"), encoding="utf-8") as file:
            about = json.load(file)
        self.classes, self.inputs = about["classes"], about["inputs"]
        self.layers = []
        for layer in about["layers"]:
            weight, bias = (np.frombuffer(base64.b64decode(layer[part]), "<f4").astype(np.float64) for part in ("weight", "bias"))
            self.layers.append((weight.reshape(layer["inputs"], layer["outputs"]), bias))

    @property
    def width(self):
        """Numbers, pixels or characters of a row."""
        form = self.inputs
        sizes = {"grey": lambda: form["width"] * form["height"], "numbers": lambda: len(form["columns"])}
        return sizes.get(form["form"], lambda: form["context"])()

    def encode(self, rows):
        """Rows as the network takes them, [N, D], rounded to float32 as in training."""
        form = self.inputs
        if form["form"] == "codes":
            codes = np.array([self.codes(row) for row in rows], dtype=np.int64).reshape(len(rows), self.width)
            return np.eye(form["characters"])[codes].reshape(len(rows), -1)
        if form["form"] == "numbers":
            rows = [self.by_column(row) if isinstance(row, dict) else row for row in rows]
        if any(not hasattr(row, "__len__") for row in rows):
            raise ValueError("rows are an array of arrays")
        wrong = next((i for i, row in enumerate(rows) if len(row) != self.width), None)
        if wrong is not None:
            raise ValueError(f"row {wrong + 1} has {len(rows[wrong])} numbers instead of {self.width}")
        x = np.array(rows, dtype=np.float64).reshape(len(rows), self.width)
        if not np.isfinite(x).all():
            raise ValueError(f"row {np.argwhere(~np.isfinite(x))[0, 0] + 1} holds something that is not a finite number")
        if form["form"] == "grey":
            x = (x - form["mean"]) / form["deviation"]
        elif form["moments"]:
            mean, deviation = np.array(form["moments"]).T
            x = (x - mean) / deviation
        return x.astype(np.float32).astype(np.float64)

    def by_column(self, row):
        missing = [name for name in self.inputs["columns"] if name not in row]
        if missing:
            raise ValueError(f"there is no column “{missing[0]}”")
        return [row[name] for name in self.inputs["columns"]]

    def codes(self, text):
        alphabet, width = self.inputs["alphabet"], self.width
        unknown = next((c for c in text if c not in alphabet), None)
        if unknown is not None:
            raise ValueError(f"“{unknown}” is none of the characters {alphabet}")
        codes = [alphabet.index(c) for c in text][-width:]
        return [0] * (width - len(codes)) + codes

    def __call__(self, rows):
        """Names of the most probable classes [N], probabilities [N, K], logits [N, K]."""
        h = self.encode(rows)
        for place, (weight, bias) in enumerate(self.layers):
            h = np.maximum(h, 0) @ weight + bias if place else h @ weight + bias
        e = np.exp(h - h.max(axis=1, keepdims=True))
        return [self.classes[i] for i in h.argmax(axis=1)], e / e.sum(axis=1, keepdims=True), h


def is_number(cell):
    try:
        float(cell)
        return True
    except ValueError:
        return False


def read(text, student):
    """The rows of a text: a JSON array, lines of text, or CSV with or without a header."""
    if text.lstrip()[:1] == "[":
        return json.loads(text)
    if student.inputs["form"] == "codes":
        return text.splitlines()
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter) if row]
    names = student.inputs.get("columns")
    if rows and not all(map(is_number, rows[0])):
        header = rows.pop(0)
        if names:
            missing = [name for name in names if name not in header]
            if missing:
                raise ValueError(f"the header has no column “{missing[0]}”")
            places = [header.index(name) for name in names]
            rows = [[row[place] if place < len(row) else "" for place in places] for row in rows]
    for i, row in enumerate(rows):
        for cell in row:
            if not is_number(cell):
                raise ValueError(f"“{cell}” in row {i + 1} is not a number")
    return [[float(cell) for cell in row] for row in rows]


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--json"]
    if len(arguments) != 1:
        sys.exit(__doc__)
    try:
        if arguments[0] == "-":
            text = sys.stdin.read()
        else:
            with open(arguments[0], encoding="utf-8-sig", newline="") as file:
                text = file.read()
        student = Student()
        labels, probabilities, logits = student(read(text, student))
    except (OSError, ValueError) as error:
        sys.exit(f"predict.py: {error}.")
    if "--json" in sys.argv[1:]:
        json.dump(
            {"classes": student.classes, "labels": labels, "probabilities": probabilities.tolist(), "logits": logits.tolist()},
            sys.stdout,
        )
        print()
    else:
        out = csv.writer(sys.stdout, lineterminator="\n")
        out.writerow(["label", *student.classes])
        out.writerows([label, *map(repr, row)] for label, row in zip(labels, probabilities.tolist()))


if __name__ == "__main__":
    main()
