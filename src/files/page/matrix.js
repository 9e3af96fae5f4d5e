
// Drawing the matrix; with numbers, its product with the input as a vector.

const HEAD = { left: 34, top: 20 };

// The size of a cell. Beside the other panels the matrix fits what is left of the screen; below
// them it keeps cells that can be read, and scrolls. `beside`: pixels that stand to its right.
function matrixCell(panel, columns, rows, beside = 0) {
  const holder = panel.querySelector(".scroll");
  const top = holder.getBoundingClientRect().top + scrollY;
  const width = holder.clientWidth - HEAD.left - 16 - beside;
  const wide = isWide();
  const height = wide ? Math.max(300, innerHeight - top - HEAD.top - 32) : 760;
  const fitting = Math.floor(Math.min(width / columns, height / rows));
  const readable = wide || fitting >= 22 ? fitting : Math.floor(Math.min(820 / columns, 760 / rows));
  return clamp(readable, wide ? 4 : 7, 43);
}

function drawLines(grid, rows, cols) {
  const { size, left, top } = grid;
  const line = (place) => svgElement(grid.svg, "line", { class: "block", "stroke-opacity": 0.45, ...place });
  for (let i = 1; i < cols; ++i) {
    line({ x1: left + i * size, x2: left + i * size, y1: top, y2: top + rows * size });
  }
  for (let i = 1; i < rows; ++i) {
    line({ x1: left, x2: left + cols * size, y1: top + i * size, y2: top + i * size });
  }
}

function drawNumbersOfLines(grid, rows, cols) {
  const { size, left, top } = grid;
  const every = (count) => [1, 2, 5, 10, 20, 50, 100].find((n) => n * size >= 26 && count / n <= 60) ?? 100;
  for (let col = 0; col < cols; col += every(cols)) grid.label(left + (col + 0.5) * size, 10, col);
  for (let row = 0; row < rows; row += every(rows)) grid.label(16, top + (row + 0.5) * size, row);
}

// Pixels that the numbers of a vector are wide.
const vectorWidth = (vector) => 8 + 7.4 * Math.max(3, ...vector.map((value) => numberText(value).length));
// Between the matrix and the vectors, for a sign.
const SIGN = 28;

// Matrix times x = y, to the right of the matrix.
function drawVectors(model, grid, values) {
  const { size, left, top } = grid;
  const vector = (name, sign, begin, numbers) => {
    const width = vectorWidth(numbers);
    svgElement(grid.svg, "text", { class: "sign", x: begin + SIGN / 2, y: top + size / 2 }, sign);
    grid.label(begin + SIGN + width / 2, 10, name);
    return numbers.map((value, i) =>
      grid.addNumber(begin + SIGN, top + i * size, width, numberText(value), `${name} ${i}: ${numberText(value)}`));
  };
  const begin = left + model.cols * size;
  const x = vector("x", "\u00b7", begin, values.input);
  const y = vector("y", "=", begin + SIGN + vectorWidth(values.input), values.product);
  grid.vectors = { x, y };
}

function drawMatrix(model, values) {
  const { rows, cols } = model;
  const panel = byId("panel-matrix");
  const lines = values ? Math.max(rows, cols) : rows;
  const vectors = values ? 2 * SIGN + vectorWidth(values.input) + vectorWidth(values.product) : 0;
  const size = matrixCell(panel, cols, lines, vectors);
  const grid = new Grid(panel, cols + vectors / size, lines, size, HEAD.left, HEAD.top);
  drawNumbersOfLines(grid, rows, cols);
  if (grid.size >= 6) drawLines(grid, rows, cols);
  grid.frame(0, 0, cols, rows);
  const sorted = [...model.entries.values()].sort((a, b) => a.row - b.row || a.col - b.col);
  for (const { row, col, weights } of sorted) {
    const names = weights.map((weight) => weightName(model, weight)).join("+");
    const value = values ? numberText(entryValue(values.kernel, weights)) : "";
    grid.add({
      kind: "entry", id: `${row},${col}`, x: col, y: row, label: values ? value : names,
      title: `row ${row}, column ${col}: ${names}${values ? ` = ${value}` : ""}`,
      colours: weights.map((weight) => weightColour(model, weight)),
      data: { row, col, weights: weights.join(" ") },
    });
  }
  if (values) drawVectors(model, grid, values);
  panel.querySelector("h2").textContent = `Matrix: ${rows} \u00d7 ${cols}, ${sorted.length} entries`;
  return grid;
}
