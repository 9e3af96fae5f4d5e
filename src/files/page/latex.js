
// The matrix for LaTeX, as `toeplix explain --symbolic --latex` prints it.

const LATEX_LIMITS = { rows: 80, columns: 40, line: 200, usual: 10 };

// A number as it is read back, with all of its digits.
function latexNumber(value) {
  const [digits, exponent] = String(value === 0 ? 0 : value).split("e");
  return exponent === undefined ? digits : `${digits} \\times 10^{${Number(exponent)}}`;
}

function latexName(model, weight) {
  const name = weightName(model, weight).slice(1);
  return `w_{${name.replaceAll("_", ",")}}`;
}

function cellsOf(model, empty, cellOf) {
  const cells = range(model.rows).map(() => Array(model.cols).fill(empty));
  for (const { row, col, weights } of model.entries.values()) cells[row][col] = cellOf(weights);
  return cells;
}

const widthsOf = (cells) => range(cells[0].length).map((col) => Math.max(...cells.map((row) => row[col].length)));

function checkLatexSize(model, values) {
  if (model.rows > LATEX_LIMITS.rows || model.cols > LATEX_LIMITS.columns) {
    throw new SpecError(`a ${model.rows} x ${model.cols} matrix is too large for LaTeX (80 x 40 at most)`);
  }
  const text = cellsOf(model, ".", (weights) => (values
    ? String(entryValue(values.kernel, weights))
    : weights.map((weight) => weightName(model, weight)).join("+")));
  const line = widthsOf(text).reduce((sum, width) => sum + width + 1, -1);
  if (line <= LATEX_LIMITS.line) return;
  throw new SpecError(`the matrix has lines of ${line} characters, too long for LaTeX (200 at most)`);
}

// The matrix in letters, or in numbers if there are some.
function latexText(model, values) {
  checkLatexSize(model, values);
  const cells = cellsOf(model, "\\cdot", (weights) => (values
    ? latexNumber(entryValue(values.kernel, weights))
    : weights.map((weight) => latexName(model, weight)).join("+")));
  const widths = widthsOf(cells);
  const lines = cells.map((row) => `  ${row.map((cell, col) => cell.padStart(widths[col])).join(" & ")} \\\\\n`);
  const counter = model.cols > LATEX_LIMITS.usual ? `\\setcounter{MaxMatrixCols}{${model.cols}}\n` : "";
  return `${counter}\\begin{bmatrix}\n${lines.join("")}\\end{bmatrix}\n`;
}

// Puts it where it can be read, and onto the clipboard.
function copyLatex(model, values) {
  const field = byId("latex");
  field.value = latexText(model, values);
  field.hidden = false;
  field.select();
  document.execCommand("copy");
}
