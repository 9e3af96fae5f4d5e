
// The page: controls, what lights up, words, and the steps.

const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);

let model = null;   // what is shown
let grids = {};     // near, far, weight, entry
let pinned = null;  // what stays lit: { kind, id }
let timer = null;   // of the animation

// --- controls ------------------------------------------------------------------------------------

function addControl(parent, id, name, element) {
  const label = document.createElement("label");
  if (element.type === "checkbox") label.className = "check";
  element.id = id;
  label.append(...(element.type === "checkbox" ? [element, name] : [name, element]));
  parent.append(label);
}

function numberInput(least) {
  const input = document.createElement("input");
  Object.assign(input, { type: "number", min: least, step: 1 });
  return input;
}

function choice(values) {
  const select = document.createElement("select");
  for (const value of values) select.append(new Option(value, value));
  return select;
}

function addFieldset(name) {
  const fieldset = document.createElement("fieldset");
  const legend = document.createElement("legend");
  legend.textContent = name;
  fieldset.append(legend);
  byId("settings").append(fieldset);
  return fieldset;
}

function addAxis(spec, axis) {
  const names = spec.axes === 1 ? ["Along the line"] : ["Along axis 0 (down)", "Along axis 1 (across)"];
  const fieldset = addFieldset(names[axis]);
  const add = (key, least) => addControl(fieldset, `${key}-${axis}`, key, numberInput(least));
  for (const key of ["input", "kernel", "stride", "dilation"]) add(key, 1);
  for (const key of ["lower", "upper"]) add(key);
  if (spec.transposed) add("output_padding", 0);
  addControl(fieldset, `boundary-${axis}`, "boundary", choice(BOUNDARIES));
}

// Makes the controls that a spec needs. Those that are there stay, and so does the focus, which may
// be on its way from one to the next.
function makeControls(spec) {
  const settings = byId("settings");
  const kind = `${spec.axes} ${spec.transposed}`;
  if (settings.dataset.kind === kind) return;
  settings.dataset.kind = kind;
  const focused = document.activeElement?.id;
  settings.replaceChildren();
  spec.input.forEach((_, axis) => addAxis(spec, axis));
  const fieldset = addFieldset("In all");
  const transposed = document.createElement("input");
  transposed.type = "checkbox";
  addControl(fieldset, "transposed", "transposed", transposed);
  addControl(fieldset, "padding", "padding", choice(["numbers", ...PADDING_RULES]));
  for (const key of ["in", "out", "groups"]) addControl(fieldset, key, key, numberInput(1));
  addControl(fieldset, "operation", "operation", choice(OPERATIONS));
  addControl(fieldset, "order", "order", choice(ORDERS));
  if (focused && settings.querySelector(`#${focused}`)) byId(focused).focus();
}

// Fills the form with a spec.
function showControls(spec, axes) {
  makeControls(spec);
  const set = (id, value) => {
    const control = byId(id);
    if (control && control.value !== String(value)) control.value = value;
  };
  spec.input.forEach((_, axis) => {
    const padding = axes[axes.length - spec.axes + axis];
    for (const key of ["input", "kernel", "stride", "dilation", "boundary"]) set(`${key}-${axis}`, spec[key][axis]);
    set(`lower-${axis}`, padding.lower);
    set(`upper-${axis}`, padding.upper);
    set(`output_padding-${axis}`, spec.outputPadding[axis]);
  });
  byId("transposed").checked = spec.transposed;
  set("padding", spec.padding.rule === "explicit" ? "numbers" : spec.padding.rule);
  for (const key of ["in", "out", "groups", "operation", "order"]) set(key, spec[key]);
  set("spec", specText(spec));
}

// The spec that the form describes. Who changes a number of the padding means numbers.
function readControls(changed) {
  const axes = model.spec.axes;
  const axisNumbers = [...Array(axes).keys()];
  const number = (id) => integer(byId(id).value, id);
  const list = (key) => axisNumbers.map((axis) => number(`${key}-${axis}`));
  const transposed = byId("transposed").checked;
  const byNumbers = byId("padding").value === "numbers" || /^(lower|upper)/.test(changed);
  const padding = byNumbers
    ? { rule: "explicit", sides: axisNumbers.map((a) => [number(`lower-${a}`), number(`upper-${a}`)]) }
    : { rule: byId("padding").value, sides: [] };
  return {
    transposed, axes, padding,
    input: list("input"), kernel: list("kernel"), stride: list("stride"), dilation: list("dilation"),
    outputPadding: transposed && byId("output_padding-0") ? list("output_padding") : Array(axes).fill(0),
    boundary: axisNumbers.map((axis) => byId(`boundary-${axis}`).value),
    in: number("in"), out: number("out"), groups: number("groups"),
    operation: byId("operation").value, order: byId("order").value,
  };
}

// --- what is lit ---------------------------------------------------------------------------------

function tapsOf({ kind, id }) {
  const has = {
    entry: (tap) => tap.near >= 0 && `${tap.row},${tap.col}` === id,
    far: (tap) => tap.far === Number(id),
    weight: (tap) => tap.weight === Number(id),
    near: (tap) => tap.place === id,
  }[kind];
  if (kind !== "near") return model.taps.filter(has);
  const { element } = grids.near.elements.get(id);
  const pixel = Number(element.dataset.pixel);
  const isPadding = element.classList.contains("padding");
  return model.taps.filter(isPadding ? has : (tap) => tap.near === pixel);
}

function clearLights() {
  for (const grid of Object.values(grids)) {
    grid.svg.classList.remove("picking");
    for (const { element, box } of grid.order) {
      element.classList.remove("lit", "missed", "chosen", "tinted");
      if (!element.classList.contains("coloured")) box.style.fill = "";
    }
  }
}

function light(kind, id, name) {
  grids[kind].elements.get(String(id))?.element.classList.add(name);
}

function tint(kind, id, weight) {
  const item = grids[kind].elements.get(String(id));
  if (!item || item.element.classList.contains("tinted")) return;
  item.element.classList.add("tinted");
  item.box.style.fill = weightColour(model, weight);
}

function choose(selection, announce) {
  clearLights();
  if (selection === null) return;
  for (const grid of Object.values(grids)) grid.svg.classList.add("picking");
  for (const tap of tapsOf(selection)) {
    const met = tap.near >= 0;
    light("near", tap.place, met ? "lit" : "missed");
    light("weight", tap.weight, met ? "lit" : "missed");
    light("far", tap.far, met ? "lit" : "missed");
    if (met) {
      light("entry", `${tap.row},${tap.col}`, "lit");
      light("near", placeKey(tap.place.split(",")[0], tap.home), "lit");
    }
    if (selection.kind === "far" || selection.kind === "entry") tint("near", tap.place, tap.weight);
    if (selection.kind === "near") tint("far", tap.far, tap.weight);
  }
  light(selection.kind, selection.id, "chosen");
  byId("words").setAttribute("aria-live", announce ? "polite" : "off");
  byId("words").replaceChildren(...describe(selection).map((line) => {
    const paragraph = document.createElement("p");
    paragraph.textContent = line;
    return paragraph;
  }));
}

function pin(selection) {
  pinned = selection;
  choose(selection, true);
  const row = selection === null ? -1 : rowOf(selection);
  if (row >= 0) showRow(row);
}

// --- words ---------------------------------------------------------------------------------------

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

// Numbers belong to the weights that they were given for, not to any other kernel of as many.
const weightsShape = ({ transposed, in: inputs, out, groups, kernel }) =>
  [transposed ? inputs : out, (transposed ? out : inputs) / groups, ...kernel].join();
const shapeOfNumbers = weightsShape(parseSpec(data.spec));
const hasNumbers = () => data.weights !== null && weightsShape(model.spec) === shapeOfNumbers;

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

// --- steps ---------------------------------------------------------------------------------------

// The row that a selection is about, -1 for none.
function rowOf({ kind, id }) {
  if (kind === "entry") return model.entries.get(id).row;
  const isRow = kind === (model.spec.transposed ? "near" : "far");
  return isRow ? Number(grids[kind].elements.get(String(id)).element.dataset.pixel) : -1;
}

function showRow(row) {
  byId("row").value = row;
  byId("row-name").textContent = `row ${row}: ${rowName(row)}`;
}

function selectionOfRow(row) {
  if (!model.spec.transposed) return { kind: "far", id: String(row) };
  const item = grids.near.order.find(({ element }) =>
    Number(element.dataset.pixel) === row && !element.classList.contains("padding"));
  return { kind: "near", id: item.id };
}

function step(by) {
  const row = (Number(byId("row").value) + by + model.rows) % model.rows;
  pin(selectionOfRow(row));
  byId("words").setAttribute("aria-live", timer === null ? "polite" : "off");
}

function play(on) {
  clearInterval(timer);
  timer = on ? setInterval(() => step(1), 900) : null;
  byId("play").textContent = on ? "Pause" : "Play";
  byId("play").setAttribute("aria-pressed", String(on));
}

// --- building ------------------------------------------------------------------------------------

function draw() {
  grids = { near: drawNear(model), far: drawFar(model), weight: drawKernel(model, hasNumbers() ? data.weights : null),
            entry: drawMatrix(model) };
  for (const grid of Object.values(grids)) listen(grid);
  byId("row").max = model.rows - 1;
  pin(selectionOfRow(0));
  document.documentElement.dataset.shown = specText(model.spec);
}

// Shows another spec, or says why it cannot be shown and leaves the picture as it is.
function rebuild(makeSpec) {
  try {
    model = buildModel(makeSpec());
    byId("message").textContent = "";
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    byId("message").textContent = error.message;
    return;
  }
  play(false);
  showControls(model.spec, model.axes);
  draw();
}

const itemAt = (event) => event.target.closest?.(".cell")?.cellItem ?? null;

function onKey(grid, event) {
  const item = itemAt(event);
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  if (item === null || !ways[event.key]) return;
  event.preventDefault();
  grid.neighbour(item, ...ways[event.key]).element.focus();
}

function listen(grid) {
  grid.makeReachable();
  grid.svg.addEventListener("pointerover", (event) => {
    const item = itemAt(event);
    if (item !== null && event.pointerType !== "touch") choose(item, false);
  });
  grid.svg.addEventListener("pointerleave", () => choose(pinned, false));
  grid.svg.addEventListener("click", (event) => itemAt(event)?.element.focus());
  grid.svg.addEventListener("focusin", (event) => {
    const item = itemAt(event);
    if (item === null) return;
    grid.makeReachable(item);
    pin({ kind: item.kind, id: item.id });
  });
  grid.svg.addEventListener("keydown", (event) => onKey(grid, event));
}

byId("settings").addEventListener("change", (event) => rebuild(() => readControls(event.target.id)));
byId("spec").addEventListener("change", () => rebuild(() => parseSpec(byId("spec").value)));
byId("controls").addEventListener("submit", (event) => {
  event.preventDefault();
  rebuild(() => parseSpec(byId("spec").value));
});
byId("back").addEventListener("click", () => { play(false); step(-1); });
byId("next").addEventListener("click", () => { play(false); step(1); });
byId("play").addEventListener("click", () => play(timer === null));
byId("row").addEventListener("input", (event) => { play(false); pin(selectionOfRow(Number(event.target.value))); });
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  play(false);
  pin(null);
  byId("words").replaceChildren();
});
// On a phone the picture comes first.
if (matchMedia("(max-width: 40rem)").matches) byId("form").open = false;
rebuild(() => parseSpec(data.spec));
