
// A matrix that is not of a convolution: its own entries, the input as x and the output as y.

const ENTRY_HUES = { positive: 25, negative: 255 };

// Pale for small magnitudes, as `toeplix plot` colours values.
function valueColour(value, largest) {
  const strength = largest > 0 ? Math.abs(value) / largest : 0;
  const hue = value < 0 ? ENTRY_HUES.negative : ENTRY_HUES.positive;
  return `oklch(${(0.94 - 0.3 * strength).toFixed(3)} ${(0.17 * strength).toFixed(3)} ${hue})`;
}

// As `buildModel`: every entry is a weight, which meets one pixel of a line of `cols` and goes to one
// of a line of `rows`. `entries` are lists of a row, a column and a value.
function buildMatrixModel({ name, rows, cols, entries }) {
  const spec = parseSpec(`input=${cols} kernel=${Math.max(1, entries.length)}`);
  const line = { kernel: 1, stride: 1, dilation: 1, lower: 0, upper: 0, span: 1, boundary: "zero" };
  const axes = [{ ...line, near: 1, far: 1 }, { ...line, near: 1, far: 1 }, { ...line, near: cols, far: rows }];
  const largest = Math.max(0, ...entries.map(([, , value]) => Math.abs(value)));
  const between = Math.max(rows, cols) > 10 ? "_" : "";
  const model = {
    name, spec, axes, near: [1, 1, cols], far: [1, 1, rows], kernel: [1, 1, 1],
    nearChannels: 1, farChannels: 1, nearPerGroup: 1, rows, cols, taps: [], entries: new Map(),
    weightCount: entries.length, view: [0, 1, 2],
    weightNames: entries.map(([row, col]) => `a${row}${between}${col}`),
    weightColours: entries.map(([, , value]) => valueColour(value, largest)),
  };
  entries.forEach(([row, col], weight) => {
    const coordinate = [0, 0, col];
    model.taps.push({ place: placeKey(0, coordinate), coordinate, home: coordinate, near: col, far: row,
                      weight, row, col });
    model.entries.set(`${row},${col}`, { row, col, weights: [weight] });
  });
  return model;
}

const isPlainMatrix = (model) => model.weightNames !== undefined;
// What is shown, in one line.
const modelText = (model) => (isPlainMatrix(model) ? model.name : specText(model.spec));
