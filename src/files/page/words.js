
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

function entriesOfRow(row) {
  const entries = [...model.entries.values()].filter((entry) => entry.row === row);
  return entries.sort((a, b) => a.col - b.col);
}

function sumOf(row) {
  const terms = entriesOfRow(row).map(({ col, weights }) => `${letters(weights)}\u00b7${columnName(col)}`);
  return terms.length === 0 ? "0" : terms.join(" + ");
}

function letters(weights) {
  const names = weights.map((weight) => weightName(model, weight));
  return names.length === 1 ? names[0] : `(${names.join(" + ")})`;
}

// Factors in pairs, their products, and the sum of those.
function productsText(pairs, sum) {
  if (pairs.length === 0) return "0";
  const factors = pairs.map(([a, b]) => `${factorText(a)}\u00b7${factorText(b)}`).join(" + ");
  const products = pairs.map(([a, b]) => factorText(a * b)).join(" + ");
  const between = pairs.length > 1 ? ` = ${products}` : "";
  return `${factors}${between} = ${numberText(sum)}`;
}

// A row in numbers, by both ways: the kernel on its window, and the row of the matrix.
function describeRowInNumbers(row) {
  const { kernel, input, output, product } = shown;
  const met = model.taps.filter((tap) => tap.row === row && tap.near >= 0);
  const byTaps = met.map((tap) => [kernel[tap.weight], input[tap.col]]);
  const byEntries = entriesOfRow(row).map(({ col, weights }) => [entryValue(kernel, weights), input[col]]);
  const byMatrix = `In numbers, as row ${row} times x: y ${row} = ${productsText(byEntries, product[row])}`;
  if (isPlainMatrix(model)) return [byMatrix];
  return [`In numbers, as a convolution: ${rowName(row)} = ${productsText(byTaps, output[row])}`, byMatrix];
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
  const lines = [`Row ${row}: ${rowName(row)} = ${sumOf(row)}`];
  if (shown) lines.push(...describeRowInNumbers(row));
  return [...lines, ...borderWords(taps)];
}

function describeEntry(id, taps) {
  const { row, col, weights } = model.entries.get(id);
  const lines = [`Row ${row}, column ${col}: ${rowName(row)} takes ${letters(weights)} ` +
    `times ${columnName(col)}.`];
  if (shown) {
    const factors = [entryValue(shown.kernel, weights), shown.input[col]];
    lines.push(`In numbers: ${productsText([factors], factors[0] * factors[1])}`);
  }
  return [...lines, ...borderWords(taps)];
}

function describeColumn(col) {
  const entries = [...model.entries.values()].filter((entry) => entry.col === col);
  if (entries.length === 0) return [`Column ${col}: ${columnName(col)} is not used by any output.`];
  const words = entries.map((entry) => `${rowName(entry.row)} (times ${letters(entry.weights)})`);
  const value = shown ? ` = ${numberText(shown.input[col])}` : "";
  return [`Column ${col}: ${columnName(col)}${value} goes into ${words.join(", ")}.`];
}

function describeWeight(weight, taps) {
  const met = taps.filter((tap) => tap.near >= 0);
  const count = (items, one, many) => `${new Set(items).size} ${new Set(items).size === 1 ? one : many}`;
  const entries = count(met.map((tap) => `${tap.row},${tap.col}`), "entry", "entries");
  const diagonals = count(met.map((tap) => tap.col - tap.row), "diagonal", "diagonals");
  const value = shown ? ` (${numberText(shown.kernel[weight])})` : "";
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
