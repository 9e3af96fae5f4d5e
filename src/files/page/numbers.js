
// The mode with numbers: values of the input and of the kernel that a reader types, and what the
// convolution and the matrix make of them.

// `mode` is "on" or "off" if the reader said so, and otherwise "auto": on for the kernel that the
// page was given numbers for. Values are kept by shape: those of an image by channel and then in
// C order, those of a kernel as its weights.
const numbers = { mode: "auto", kernels: new Map(), images: new Map() };

const weightsShape = ({ transposed, in: inputs, out, groups, kernel }) =>
  [transposed ? inputs : out, (transposed ? out : inputs) / groups, ...kernel].join();
const imageShape = ({ in: inputs, input }) => [inputs, ...input].join();

const hasNumbers = () =>
  numbers.mode === "on" || (numbers.mode === "auto" && numbers.kernels.has(weightsShape(model.spec)));

const kernelValues = (model) => numbers.kernels.get(weightsShape(model.spec)) ?? range(model.weightCount);
const imageValues = (model) => numbers.images.get(imageShape(model.spec)) ?? range(model.cols);

// Up to six digits; whole numbers with all of theirs.
function numberText(value) {
  if (value === 0) return "0";
  return String(Number.isSafeInteger(value) ? value : Number(value.toPrecision(6)));
}

const factorText = (value) => (value < 0 ? `(${numberText(value)})` : numberText(value));
const entryValue = (kernel, weights) => weights.reduce((sum, weight) => sum + kernel[weight], 0);

// The input in the order of the matrix's columns.
function inputVector(model, image) {
  const { spec } = model;
  const extents = spec.transposed ? model.far : model.near;
  const vector = Array(model.cols);
  range(spec.in).forEach((channel) => {
    for (const place of coordinatesOf(extents)) {
      vector[flatten(spec.order, spec.in, extents, channel, place)] =
        image[flatten("channels_first", spec.in, extents, channel, place)];
    }
  });
  return vector;
}

// As the convolution: every kernel position of every window.
function convolve(model, kernel, input) {
  const output = Array(model.rows).fill(0);
  for (const tap of model.taps) {
    if (tap.near >= 0) output[tap.row] += kernel[tap.weight] * input[tap.col];
  }
  return output;
}

// As the matrix times a vector: every entry.
function multiply(model, kernel, input) {
  const product = Array(model.rows).fill(0);
  for (const { row, col, weights } of model.entries.values()) {
    product[row] += entryValue(kernel, weights) * input[col];
  }
  return product;
}

// All numbers that are shown; null for letters.
function shownValues(model) {
  if (!hasNumbers()) return null;
  const kernel = kernelValues(model);
  const input = inputVector(model, imageValues(model));
  return { kernel, input, output: convolve(model, kernel, input), product: multiply(model, kernel, input) };
}

// Numbers with blanks, commas or semicolons between them.
function parseNumbers(text, count, name) {
  const words = text.trim().split(/[\s,;]+/).filter((word) => word !== "");
  const wrong = words.find((word) => !Number.isFinite(Number(word)));
  if (wrong !== undefined) throw new SpecError(`${name}: ${wrong}: expected a number`);
  if (words.length !== count) {
    throw new SpecError(`${name}: ${words.length} ${words.length === 1 ? "number" : "numbers"}; expected ${count}`);
  }
  return words.map(Number);
}

// Lines of the array end with a semicolon.
function numbersText(values, width) {
  const lines = range(values.length / width).map((line) => values.slice(line * width, (line + 1) * width));
  return lines.map((line) => line.join(" ")).join("; ");
}

// Shows the fields for the numbers, or hides them.
function showNumberFields(model) {
  const on = hasNumbers();
  byId("numbers").checked = on;
  for (const id of ["input-values", "kernel-values"]) byId(id).closest("label").hidden = !on;
  byId("input-values").value = numbersText(imageValues(model), model.spec.input.at(-1));
  byId("kernel-values").value = numbersText(kernelValues(model), model.spec.kernel.at(-1));
}

// Takes what was typed; throws SpecError for what are not as many numbers.
function readNumberFields(model) {
  const image = parseNumbers(byId("input-values").value, model.cols, "input");
  const kernel = parseNumbers(byId("kernel-values").value, model.weightCount, "kernel");
  numbers.images.set(imageShape(model.spec), image);
  numbers.kernels.set(weightsShape(model.spec), kernel);
}
