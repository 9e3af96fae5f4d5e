
// The controls of the page: from a spec to what can be changed, and back.

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
  const names = [["Along the line"], ["Along axis 0 (down)", "Along axis 1 (across)"],
                 ["Along axis 0", "Along axis 1", "Along axis 2"]];
  const fieldset = addFieldset(names[spec.axes - 1][axis]);
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
  if (spec.axes === AXES) addControl(fieldset, "slices", "slices of axis", choice(["0", "1", "2"]));
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

// Which axes of a model are drawn as slices, down and across.
function readView(axes) {
  const sliced = axes === AXES ? Number(byId("slices").value) : 0;
  return [sliced, ...range(AXES).filter((axis) => axis !== sliced)];
}

// The spec that the form describes. Who changes a number of the padding means numbers, and who
// changes anything of the padding no longer means the output that was given.
function readControls(changed) {
  const axes = model.spec.axes;
  const axisNumbers = [...Array(axes).keys()];
  const number = (id) => integer(byId(id).value, id);
  const list = (key) => axisNumbers.map((axis) => number(`${key}-${axis}`));
  const transposed = byId("transposed").checked;
  const output = transposed && !/^(lower|upper|padding)/.test(changed) ? model.spec.output : [];
  const byNumbers = byId("padding").value === "numbers" || /^(lower|upper)/.test(changed);
  const sides = axisNumbers.map((a) => [number(`lower-${a}`), number(`upper-${a}`)]);
  const padding = byNumbers
    ? { rule: "explicit", sides: output.length > 0 ? sides.map(() => [0, 0]) : sides }
    : { rule: byId("padding").value, sides: [] };
  return {
    transposed, axes, padding, output,
    input: list("input"), kernel: list("kernel"), stride: list("stride"), dilation: list("dilation"),
    outputPadding: transposed && byId("output_padding-0") ? list("output_padding") : Array(axes).fill(0),
    boundary: axisNumbers.map((axis) => byId(`boundary-${axis}`).value),
    in: number("in"), out: number("out"), groups: number("groups"),
    operation: byId("operation").value, order: byId("order").value,
  };
}
