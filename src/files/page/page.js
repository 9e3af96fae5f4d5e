
// The page: what is shown, what lights up, and the steps.

const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);

let model = null;   // what is shown
let grids = {};     // near, far, entry, and weight if it is a convolution
let shown = null;   // its numbers, see `shownValues`; null for letters
let pinned = null;  // what stays lit: { kind, id }
let timer = null;   // of the animation

// Numbers belong to the weights that they were given for, not to any other kernel of as many.
if (data.weights) numbers.kernels.set(weightsShape(parseSpec(data.spec)), data.weights);

// Whether the matrix stands beside the other panels; page.css has the same width.
const isWide = () => matchMedia("(min-width: 64rem)").matches;

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
    for (const vector of Object.values(grid.vectors ?? {})) {
      for (const number of vector) number.classList.remove("lit");
    }
  }
}

function light(kind, id, name) {
  grids[kind]?.elements.get(String(id))?.element.classList.add(name);
}

function tint(kind, id, weight) {
  const item = grids[kind].elements.get(String(id));
  if (!item || item.element.classList.contains("tinted")) return;
  item.element.classList.add("tinted");
  item.box.style.fill = weightColour(model, weight);
}

function choose(selection, announce) {
  clearLights();
  if (selection === null) return byId("words").replaceChildren();
  for (const grid of Object.values(grids)) grid.svg.classList.add("picking");
  for (const tap of tapsOf(selection)) {
    const met = tap.near >= 0;
    light("near", tap.place, met ? "lit" : "missed");
    light("weight", tap.weight, met ? "lit" : "missed");
    light("far", tap.far, met ? "lit" : "missed");
    if (met) {
      light("entry", `${tap.row},${tap.col}`, "lit");
      grids.entry.vectors?.x[tap.col].classList.add("lit");
      grids.entry.vectors?.y[tap.row].classList.add("lit");
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
  shown = shownValues(model);
  grids = { near: drawNear(model, shown), far: drawFar(model, shown), entry: drawMatrix(model, shown) };
  if (!isPlainMatrix(model)) grids.weight = drawKernel(model, shown);
  for (const grid of Object.values(grids)) listen(grid);
  byId("latex").hidden = true;
  byId("printed").textContent = modelText(model);
  document.documentElement.dataset.shown = modelText(model);
  markScrolling();
}

// Draws another model, and begins with its first row.
function drawAnew() {
  showNumberFields(model);
  draw();
  byId("row").max = model.rows - 1;
  pin(selectionOfRow(0));
}

// Draws the same model again, for other numbers or another window; what is lit stays lit.
function redraw() {
  const focused = document.activeElement?.cellItem;
  draw();
  choose(pinned, false);
  if (focused) grids[focused.kind].elements.get(String(focused.id)).element.focus();
}

// Fades the edges beyond which there is more, and says so.
function markScrolling() {
  for (const holder of document.querySelectorAll(".scroll")) {
    const right = holder.scrollWidth - holder.clientWidth - holder.scrollLeft;
    const below = holder.scrollHeight - holder.clientHeight - holder.scrollTop;
    const more = { left: holder.scrollLeft, right, above: holder.scrollTop, below };
    for (const [edge, pixels] of Object.entries(more)) holder.classList.toggle(`more-${edge}`, pixels > 1);
    const scrolls = holder.scrollWidth > holder.clientWidth + 1 || holder.scrollHeight > holder.clientHeight + 1;
    holder.parentElement.querySelector(".hint").hidden = !scrolls;
  }
}

// Does what may throw a SpecError; says so then, and answers whether it went well.
function attempt(action) {
  try {
    action();
    byId("message").textContent = "";
    return true;
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    byId("message").textContent = error.message;
    return false;
  }
}

// Shows another spec, or says why it cannot be shown and leaves the picture as it is.
function rebuild(makeSpec) {
  if (!attempt(() => { model = buildModel(makeSpec()); })) return;
  play(false);
  showControls(model.spec, model.axes);
  model.view = readView(model.spec.axes);
  drawAnew();
}

// Shows a matrix that no spec describes, so without controls and kernel.
function showMatrix(matrix) {
  model = buildMatrixModel(matrix);
  numbers.kernels.set(weightsShape(model.spec), matrix.entries.map(([, , value]) => value));
  for (const id of ["controls", "panel-kernel"]) byId(id).hidden = true;
  document.title = matrix.name;
  document.querySelector("h1").textContent = matrix.name;
  document.querySelector("header .faint").textContent =
    "Point at, tap, or reach with Tab and the arrow keys any cell: what belongs to it lights up. Esc lets go.";
  drawAnew();
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
byId("numbers").addEventListener("change", (event) => {
  numbers.mode = event.target.checked ? "on" : "off";
  showNumberFields(model);
  redraw();
});
for (const id of ["input-values", "kernel-values"]) {
  byId(id).addEventListener("change", () => {
    if (!attempt(() => readNumberFields(model))) return;
    showNumberFields(model);
    redraw();
  });
}
byId("copy").addEventListener("click", () => attempt(() => copyLatex(model, shown)));
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
});
for (const holder of document.querySelectorAll(".scroll")) holder.addEventListener("scroll", markScrolling);
// Cells are as large as the window allows; paper takes what is drawn. A phone changes its height
// while it scrolls.
let drawnFor = [innerWidth, innerHeight];
let waiting = null;
window.addEventListener("resize", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    if (matchMedia("print").matches) return;
    const size = [innerWidth, innerHeight];
    if (size[0] !== drawnFor[0] || (isWide() && size[1] !== drawnFor[1])) redraw();
    drawnFor = size;
  }, 150);
});
// The picture comes first where there is no room for both.
if (!matchMedia("(min-width: 40rem) and (min-height: 56rem)").matches) byId("form").open = false;
if (data.matrix) showMatrix(data.matrix);
else rebuild(() => parseSpec(data.spec));
