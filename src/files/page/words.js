
// What the page says about an entry, a weight, a row or a pixel that is chosen.

function nearNameOf(pixel) {
  const tap = model.taps.find((one) => one.near === pixel);
  if (tap) return nearPixelName(model, tap.place.split(",")[0], tap.home);
  const item = grids.near.order.find(
    ({ element }) => Number(element.dataset.pixel) === pixel && !element.classList.contains("padding"));
  return item.element.getAttribute("aria-label");
}

const farNameOf = (index) => grids.far.elements.get(String(index)).element.getAttribute("aria-label");
const rowName = (row) => (model.spec.transposed ? nearNameOf(row) : farNameOf(row));
const columnName = (col) => (model.spec.transposed ? farNameOf(col) : nearNameOf(col));

function sumOf(row, factor) {
  const entries = [...model.entries.values()].filter((entry) => entry.row === row);
  entries.sort((a, b) => a.col - b.col);
  if (entries.length === 0) return "0";
  return entries.map((entry) => `${factor(entry.weights)}\u00b7${columnName(entry.col)}`).join(" + ");
}

function letters(weights) {
  const names = weights.map((weight) => weightName(model, weight));
  return names.length === 1 ? names[0] : `(${names.join(" + ")})`;
}

function numbers(weights) {
  const sum = weights.reduce((total, weight) => total + data.weights[weight], 0);
  const text = String(Number(sum.toPrecision(6)));
  return sum < 0 ? `(${text})` : text;
}

// What became of taps beyond the border.
function borderWords(taps) {
  const lines = [];
  const isFolded = (tap) => tap.near >= 0 && tap.coordinate.some((c, a) => c !== tap.home[a]);
  const dropped = [...new Set(taps.filter((tap) => tap.near < 0).map((tap) => weightName(model, tap.weight)))];
  if (dropped.length > 0) lines.push(`On padding, where there is nothing: ${dropped.slice(0, 20).join(", ")}.`);
  const folded = taps.filter(isFolded);
  if (folded.length > 0) {
    const words = folded.slice(0, 6).map((tap) => `${weightName(model, tap.weight)} reads ` +
      `[${coordinateText(model, tap.coordinate)}], which is [${coordinateText(model, tap.home)}]`);
    const more = folded.length > 6 ? `, and ${folded.length - 6} more` : "";
    lines.push(`Folded at the border: ${words.join("; ")}${more}.`);
  }
  return lines;
}

function describeRow(row, taps) {
  const lines = [`Row ${row}: ${rowName(row)} = ${sumOf(row, letters)}`];
  if (hasNumbers()) lines.push(`In numbers: ${rowName(row)} = ${sumOf(row, numbers)}`);
  return [...lines, ...borderWords(taps)];
}

function describeEntry(id, taps) {
  const { row, col, weights } = model.entries.get(id);
  const value = hasNumbers() ? ` = ${numbers(weights)}` : "";
  return [`Row ${row}, column ${col}: ${rowName(row)} takes ${letters(weights)}${value} ` +
    `times ${columnName(col)}.`, ...borderWords(taps)];
}

function describeColumn(col) {
  const entries = [...model.entries.values()].filter((entry) => entry.col === col);
  if (entries.length === 0) return [`Column ${col}: ${columnName(col)} is not used by any output.`];
  const words = entries.map((entry) => `${rowName(entry.row)} (times ${letters(entry.weights)})`);
  return [`Column ${col}: ${columnName(col)} goes into ${words.join(", ")}.`];
}

function describeWeight(weight, taps) {
  const met = taps.filter((tap) => tap.near >= 0);
  const count = (items, one, many) => `${new Set(items).size} ${new Set(items).size === 1 ? one : many}`;
  const entries = count(met.map((tap) => `${tap.row},${tap.col}`), "entry", "entries");
  const diagonals = count(met.map((tap) => tap.col - tap.row), "diagonal", "diagonals");
  const value = hasNumbers() ? ` (${data.weights[weight]})` : "";
  return [`${weightName(model, weight)}${value} lies in ${entries} of the matrix, on ${diagonals}.`,
    ...borderWords(taps)];
}

function describe({ kind, id }) {
  const taps = tapsOf({ kind, id });
  if (kind === "entry") return describeEntry(id, taps);
  if (kind === "weight") return describeWeight(Number(id), taps);
  const { element } = grids[kind].elements.get(String(id));
  const index = Number(element.dataset.pixel);
  if (element.classList.contains("padding")) return [`${element.getAttribute("aria-label")}.`, ...borderWords(taps)];
  const isRow = (kind === "near") === model.spec.transposed;
  return isRow ? describeRow(index, taps) : describeColumn(index);
}
