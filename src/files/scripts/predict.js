// Predicts with a student that Softlabel trained: no dependency, in Node and in browsers. student.json lies beside it.
//
//     node predict.js rows.csv            writes CSV: the label, then the probability of every class
//     node predict.js --json rows.json    an array of rows in and, as JSON, logits as well
//     some-program | node predict.js -    rows from standard input
//
//     <script src="predict.js"></script>
//     const student = new SoftlabelStudent(await (await fetch("student.json")).json());
//     const { labels, probabilities, logits } = student.predict(rows);
//
// In Node `const SoftlabelStudent = require("./predict.js")`. A row is raw, as it was before any scaling. Of a table: an array
// of its numbers in the order of the training table, or an object by column. Of images: grey levels 0 to 255, row by row. Of
// text: the characters before the one that is predicted. A CSV file may have a header; of a table it then names the columns.
"use strict";

(() => {
  const floats = (base64) => {
    const text = atob(base64);
    const bytes = Uint8Array.from(text, (c) => c.charCodeAt(0));
    const view = new DataView(bytes.buffer);
    return Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
  };

  class SoftlabelStudent {
    /** Of what is in student.json. */
    constructor(about) {
      this.classes = about.classes;
      this.inputs = about.inputs;
      this.layers = about.layers.map((l) => ({ ...l, weight: floats(l.weight), bias: floats(l.bias) }));
    }

    /** Numbers, pixels or characters of a row. */
    get width() {
      const { form, width, height, columns, context } = this.inputs;
      return form === "grey" ? width * height : form === "numbers" ? columns.length : context;
    }

    /** A row as the network takes it, rounded to float32 as in training; `number` counts from 1 and is for errors. */
    encode(row, number) {
      const { form, columns, moments, mean, deviation, characters, alphabet } = this.inputs;
      if (form === "codes") {
        const codes = Array.from(row, (c) => {
          const code = Array.from(alphabet).indexOf(c);
          if (code < 0) throw new Error(`“${c}” is none of the characters ${alphabet}`);
          return code;
        });
        const x = new Float64Array(this.width * characters);
        const last = codes.slice(-this.width);
        const padded = [...Array(this.width - last.length).fill(0), ...last];
        padded.forEach((code, place) => (x[place * characters + code] = 1));
        return x;
      }
      if (form === "numbers" && typeof row === "object" && row && row.length === undefined) {
        const missing = columns.find((name) => !Object.hasOwn(row, name));
        if (missing !== undefined) throw new Error(`there is no column “${missing}”`);
        row = columns.map((name) => row[name]);
      }
      if (row?.length === undefined) throw new Error(`row ${number} is no row: rows are an array of arrays`);
      if (row.length !== this.width) throw new Error(`row ${number} has ${row.length} numbers instead of ${this.width}`);
      const own = (i) => (form === "grey" ? [mean, deviation] : (moments[i] ?? [0, 1]));
      return Float64Array.from(row, (value, i) => {
        if (typeof value !== "number" || !Number.isFinite(value)) {
          throw new Error(`row ${number} holds something that is not a finite number`);
        }
        const [centre, scale] = own(i);
        return Math.fround((value - centre) / scale);
      });
    }

    /** Names of the most probable classes [N], probabilities [N][K], logits [N][K]. */
    predict(rows) {
      const logits = Array.from(rows, (row, i) =>
        this.layers.reduce((h, { inputs, outputs, weight, bias }, l) => {
          const z = Float64Array.from(bias);
          for (let k = 0; k < inputs; k++) {
            const x = l > 0 && h[k] < 0 ? 0 : h[k];
            if (x !== 0) for (let j = 0; j < outputs; j++) z[j] += x * weight[k * outputs + j];
          }
          return z;
        }, this.encode(row, i + 1)),
      );
      const probabilities = logits.map((z) => {
        const most = Math.max(...z);
        const e = Array.from(z, (value) => Math.exp(value - most));
        const sum = e.reduce((a, b) => a + b);
        return e.map((value) => value / sum);
      });
      const labels = logits.map((z) => this.classes[z.indexOf(Math.max(...z))]);
      return { classes: this.classes, labels, probabilities, logits: logits.map((z) => Array.from(z)) };
    }

    /** The rows of a text: a JSON array, lines of text, or CSV with or without a header. */
    read(text) {
      if (text.trimStart()[0] === "[") return JSON.parse(text);
      if (this.inputs.form === "codes") return text.replace(/\r?\n$/, "").split(/\r?\n/);
      const cells = csv(text);
      const isNumber = (cell) => cell !== "" && Number.isFinite(Number(cell));
      const columns = this.inputs.columns;
      let places;
      if (cells.length && !cells[0].every(isNumber)) {
        const header = cells.shift();
        const missing = columns?.find((name) => !header.includes(name));
        if (missing !== undefined) throw new Error(`the header has no column “${missing}”`);
        places = columns?.map((name) => header.indexOf(name));
      }
      return cells.map((row, i) =>
        (places ? places.map((place) => row[place] ?? "") : row).map((cell) => {
          if (!isNumber(cell)) throw new Error(`“${cell}” in row ${i + 1} is not a number`);
          return Number(cell);
        }),
      );
    }
  }

  /** Cells of a CSV text, whichever of comma, semicolon and tab its first line has most of; quoted ones may hold anything. */
  function csv(text) {
    const first = text.trimStart().split("\n", 1)[0];
    const count = (c) => first.split(c).length;
    const delimiter = [",", ";", "\t"].reduce((a, b) => (count(b) > count(a) ? b : a));
    const rows = [];
    let row = [];
    let cell = "";
    let quoted = false;
    const end = () => {
      row.push(cell.trim());
      cell = "";
    };
    for (let i = 0; i < text.length; i++) {
      const c = text[i];
      if (quoted && c === '"' && text[i + 1] === '"') cell += text[i++];
      else if (c === '"' && (quoted || cell.trim() === "")) quoted = !quoted;
      else if (quoted) cell += c;
      else if (c === delimiter) end();
      else if (c === "\n") {
        end();
        rows.push(row);
        row = [];
      } else cell += c;
    }
    end();
    rows.push(row);
    return rows.filter((cells) => cells.length > 1 || cells[0] !== "");
  }

  if (typeof module === "undefined") {
    globalThis.SoftlabelStudent = SoftlabelStudent;
    return;
  }
  module.exports = SoftlabelStudent;
  if (require.main !== module) return;

  const fs = require("node:fs");
  const path = require("node:path");
  const paths = process.argv.slice(2).filter((argument) => argument !== "--json");
  if (paths.length !== 1) {
    console.error("usage: node predict.js [--json] ROWS (CSV or JSON; - for standard input)");
    process.exit(2);
  }
  try {
    const student = new SoftlabelStudent(JSON.parse(fs.readFileSync(path.join(__dirname, "student.json"), "utf8")));
    const text = fs.readFileSync(paths[0] === "-" ? 0 : paths[0], "utf8").replace(/^\uFEFF/, "");
    const answers = student.predict(student.read(text));
    const quoted = (name) => (/[",\n\r]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);
    const line = (cells) => cells.join(",");
    const table = () =>
      [["label", ...answers.classes].map(quoted), ...answers.labels.map((label, i) => [quoted(label), ...answers.probabilities[i]])]
        .map(line)
        .join("\n");
    process.stdout.write(`${process.argv.includes("--json") ? JSON.stringify(answers) : table()}\n`);
  } catch (error) {
    console.error(`predict.js: ${error.message}.`);
    process.exitCode = 1;
  }
})();
