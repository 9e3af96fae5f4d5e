"use strict";

// The text form of a spec, read and written as docs/conventions.md has it.

const BOUNDARIES = ["zero", "circular", "reflect", "symmetric", "replicate"];
const OPERATIONS = ["correlation", "convolution"];
const ORDERS = ["channels_first", "channels_last", "column_major"];
const PADDING_RULES = ["valid", "same_upper", "same_lower", "full", "causal", "same_tf"];

// A spec that is none, or is too large to be shown. The message says why.
class SpecError extends Error {}

function integer(text, key) {
  if (!/^-?\d{1,9}$/.test(text)) throw new SpecError(`${key}=${text}: expected a whole number`);
  return Number(text);
}

function oneOf(text, choices, key) {
  if (!choices.includes(text)) {
    throw new SpecError(`${key}=${text}: expected ${choices.join(", ")}`);
  }
  return text;
}

function parsePadding(text) {
  if (PADDING_RULES.includes(text)) return { rule: text, sides: [] };
  const sides = text.split(",").map((part) => {
    const ends = part.split(":").map((end) => integer(end, "padding"));
    if (ends.length > 2) throw new SpecError(`padding=${text}: expected lower:upper`);
    return [ends[0], ends[ends.length - 1]];
  });
  return { rule: "explicit", sides };
}

// The text form, e.g. `input=5,5 kernel=3,3 stride=2`, as lists with one value per axis.
function parseSpec(text) {
  const words = text.trim().split(/\s+/);
  const values = new Map();
  let transposed = false;
  for (const word of words) {
    const [key, value, more] = word.split("=");
    if (word === "transposed") transposed = true;
    else if (!value || more !== undefined) throw new SpecError(`${word}: expected key=value`);
    else values.set(key, value);
  }
  const take = (key, otherwise) => {
    const value = values.get(key);
    values.delete(key);
    if (value === undefined && otherwise === undefined) throw new SpecError(`${key} is missing`);
    return value ?? otherwise;
  };
  const numbers = (key, otherwise) =>
    take(key, otherwise).split(",").map((part) => integer(part, key));
  const input = numbers("input");
  const axes = input.length;
  const perAxis = (list, key) => {
    if (list.length === axes) return list;
    if (list.length === 1) return Array(axes).fill(list[0]);
    throw new SpecError(`${key}: expected 1 value or ${axes}`);
  };
  const kernel = perAxis(numbers("kernel"), "kernel");
  if (axes > 3) throw new SpecError(`${axes} axes: a page shows 1, 2 or 3`);
  if (perAxis(numbers("input_dilation", "1"), "input_dilation").some((pixels) => pixels !== 1)) {
    throw new SpecError("input_dilation: a page shows images without holes: toeplix plot draws them");
  }
  const padding = parsePadding(take("padding", "0"));
  if (padding.rule === "explicit") padding.sides = perAxis(padding.sides, "padding");
  const spec = {
    transposed, axes, input, kernel, padding,
    in: integer(take("in", "1"), "in"),
    out: integer(take("out", "1"), "out"),
    groups: integer(take("groups", "1"), "groups"),
    stride: perAxis(numbers("stride", "1"), "stride"),
    dilation: perAxis(numbers("dilation", "1"), "dilation"),
    outputPadding: perAxis(numbers("output_padding", "0"), "output_padding"),
    output: values.has("output") ? perAxis(numbers("output"), "output") : [],
    boundary: perAxis(
      take("boundary", "zero").split(",").map((b) => oneOf(b, BOUNDARIES, "boundary")), "boundary"),
    operation: oneOf(take("operation", "correlation"), OPERATIONS, "operation"),
    order: oneOf(take("order", "channels_first"), ORDERS, "order"),
  };
  oneOf(take("weights_order", "oihw"), ["oihw"], "weights_order");  // of the numbers in the page
  for (const key of values.keys()) throw new SpecError(`${key}: no such key`);
  if (!transposed && spec.outputPadding.some((pixels) => pixels !== 0)) {
    throw new SpecError("output_padding: only of a transposed convolution");
  }
  if (!transposed && spec.output.length > 0) throw new SpecError("output: only of a transposed convolution");
  return spec;
}

// One value where all are alike.
function listText(values) {
  return values.every((value) => value === values[0]) ? String(values[0]) : values.join(",");
}

function specText(spec) {
  const words = spec.transposed ? ["transposed"] : [];
  const add = (key, text, usual) => {
    if (text !== usual) words.push(`${key}=${text}`);
  };
  add("input", spec.input.join(","));
  add("kernel", spec.kernel.join(","));
  add("in", String(spec.in), "1");
  add("out", String(spec.out), "1");
  add("groups", String(spec.groups), "1");
  add("stride", listText(spec.stride), "1");
  add("dilation", listText(spec.dilation), "1");
  const sides = spec.padding.sides.map(([low, high]) => (low === high ? low : `${low}:${high}`));
  add("padding", spec.padding.rule === "explicit" ? listText(sides) : spec.padding.rule, "0");
  if (spec.transposed) add("output_padding", listText(spec.outputPadding), "0");
  if (spec.output.length > 0) add("output", listText(spec.output));
  add("boundary", listText(spec.boundary), "zero");
  add("operation", spec.operation, "correlation");
  add("order", spec.order, "channels_first");
  return words.join(" ");
}
