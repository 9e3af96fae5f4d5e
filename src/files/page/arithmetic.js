
// The arithmetic of the page: from a spec to the taps of its matrix. It is written
// for itself, from docs/conventions.md, and tested against the compiled matrix.

// A model has three axes: those that a spec does not have come first, with an extent of 1.
const AXES = 3;
// What a page can show and a person can read. `cells` are those of the padded image, all channels.
const LIMITS = { side: 400, entries: 6000, taps: 40000, extent: 400, cells: 6000 };

// Padding of one axis as numbers, whatever rule it was given by. `far` is the number of windows.
function resolvePadding(spec, axis, span) {
  const { rule, sides } = spec.padding;
  if (spec.output.length > 0) return paddingFor(spec, axis, span, spec.output[axis]);
  if (rule === "explicit") return sides[axis];
  if (rule === "valid") return [0, 0];
  if (rule === "full") return [span - 1, span - 1];
  if (rule === "causal") return [span - 1, 0];
  const input = spec.input[axis];
  const stride = spec.stride[axis];
  if (spec.transposed) return paddingFor(spec, axis, span, input * stride);
  const total = Math.max(0, (Math.ceil(input / stride) - 1) * stride + span - input);
  const half = Math.floor(total / 2);
  return rule === "same_lower" ? [total - half, half] : [half, total - half];
}

// What a transposed convolution takes away so that `output` pixels are left.
function paddingFor(spec, axis, span, output) {
  const { rule, sides } = spec.padding;
  const [input, stride, extra] = [spec.input[axis], spec.stride[axis], spec.outputPadding[axis]];
  const isOpen = rule.startsWith("same") || (rule === "explicit" && sides.flat().every((side) => side === 0));
  if (!isOpen) throw new SpecError("padding and output both say how many pixels there are: leave one out");
  if (output < 1) throw new SpecError(`axis ${axis}: output ${output}: expected at least 1`);
  const total = (input - 1) * stride + span + extra - output;
  if (rule === "same_tf") {
    if (extra !== 0) throw new SpecError(`axis ${axis}: output_padding ${extra} is not for same_tf: give the output`);
    const windows = Math.ceil(output / stride);
    if (windows !== input) throw new SpecError(`axis ${axis}: output ${output} needs input ${windows} with same_tf`);
    const lower = Math.floor(Math.max(0, total) / 2);
    return [lower, total - lower];
  }
  const half = Math.floor(total / 2);
  return rule === "same_upper" ? [half, total - half] : [total - half, half];
}

// One axis. `near` is the side that is padded and folded (the input; transposed, the output), `far`
// the other one, which has a window per pixel.
function resolveAxis(spec, axis) {
  const [input, kernel] = [spec.input[axis], spec.kernel[axis]];
  const [stride, dilation] = [spec.stride[axis], spec.dilation[axis]];
  const name = `axis ${axis}`;
  for (const [key, value] of Object.entries({ input, kernel, stride, dilation })) {
    if (value < 1) throw new SpecError(`${name}: ${key} ${value}: expected at least 1`);
    if (value > LIMITS.extent) throw new SpecError(`${name}: ${key} ${value} is too large to show`);
  }
  const extra = spec.outputPadding[axis];
  if (extra < 0 || (extra > 0 && extra >= Math.max(stride, dilation))) {
    throw new SpecError(`${name}: output_padding ${extra}: expected less than stride or dilation`);
  }
  const span = (kernel - 1) * dilation + 1;
  const [lower, upper] = resolvePadding(spec, axis, span);
  for (const pixels of [lower, upper]) {
    if (pixels > LIMITS.extent) throw new SpecError(`${name}: padding ${pixels} is too large to show`);
  }
  // What of the output padding would be another window is cropped from the image instead.
  const imageUpper = upper - Math.floor(extra / stride) * stride;
  const one = { kernel, stride, dilation, lower, upper, imageUpper, span, boundary: spec.boundary[axis] };
  if (spec.transposed) {
    const near = (input - 1) * stride + span - lower - upper + extra;
    if (near < 1) throw new SpecError(`${name}: the output has ${near} pixels`);
    checkCropped(name, one, near);
    return { ...one, near, far: input };
  }
  const padded = lower + input + upper;
  if (span > padded) {
    throw new SpecError(`${name}: kernel span ${span} exceeds padded input ${padded}`);
  }
  checkCropped(name, one, input);
  return { ...one, near: input, far: Math.floor((padded - span) / stride) + 1 };
}

// A boundary other than zero has to have something that it extends.
function checkCropped(name, { lower, imageUpper, boundary }, extent) {
  if (boundary === "zero" || Math.max(0, -lower) + Math.max(0, -imageUpper) < extent) return;
  throw new SpecError(`${name}: padding ${lower}:${imageUpper} crops all ${extent} pixels`);
}

const modulo = (a, n) => ((a % n) + n) % n;
const range = (count) => Array.from({ length: count }, (_, i) => i);
const countOf = (extents) => extents.reduce((product, extent) => product * extent, 1);

// All coordinates of an array, in C order.
function coordinatesOf(extents) {
  return extents.reduce(
    (places, extent) => places.flatMap((place) => range(extent).map((at) => [...place, at])), [[]]);
}

// Where the extended image of an axis comes from at a coordinate; -1 if there is nothing. What is
// cropped is gone before the rest is extended.
function foldAlong(axis, coordinate) {
  if (coordinate >= 0 && coordinate < axis.near) return coordinate;
  const first = Math.max(0, -axis.lower);
  const left = axis.near - first - Math.max(0, -axis.imageUpper);
  const place = left < 1 ? -1 : foldCoordinate(coordinate - first, left, axis.boundary);
  return place < 0 ? -1 : first + place;
}

function foldCoordinate(coordinate, extent, boundary) {
  if (coordinate >= 0 && coordinate < extent) return coordinate;
  if (boundary === "zero") return -1;
  if (boundary === "circular") return modulo(coordinate, extent);
  if (boundary === "replicate") return coordinate < 0 ? 0 : extent - 1;
  if (boundary === "reflect") {
    if (extent === 1) return 0;
    const place = modulo(coordinate, 2 * extent - 2);
    return place < extent ? place : 2 * extent - 2 - place;
  }
  const place = modulo(coordinate, 2 * extent);
  return place < extent ? place : 2 * extent - 1 - place;
}

// The number of a pixel in its vector.
function flatten(order, channels, extents, channel, coordinate) {
  const axes = [...extents.keys()];
  if (order === "column_major") axes.reverse();
  const pixel = axes.reduce((index, axis) => index * extents[axis] + coordinate[axis], 0);
  if (order === "channels_last") return pixel * channels + channel;
  return channel * countOf(extents) + pixel;
}

// The letter of a weight, as `toeplix inspect` has it: by channels where there are several, and by
// kernel position.
function weightName(model, weight) {
  if (isPlainMatrix(model)) return model.weightNames[weight];
  const shape = [model.farChannels, model.nearPerGroup, ...model.kernel.slice(AXES - model.spec.axes)];
  const used = shape[0] === 1 && shape[1] === 1 ? shape.slice(2) : shape;
  const numbers = [];
  for (let axis = used.length - 1; axis >= 0; --axis) {
    numbers.unshift(weight % used[axis]);
    weight = Math.floor(weight / used[axis]);
  }
  return `w${numbers.join(used.some((extent) => extent > 10) ? "_" : "")}`;
}

const placeKey = (channel, coordinate) => `${channel},${coordinate.join()}`;

function checkChannels(spec) {
  for (const key of ["in", "out", "groups"]) {
    if (spec[key] < 1) throw new SpecError(`${key}=${spec[key]}: expected at least 1`);
  }
  for (const key of ["in", "out"]) {
    if (spec[key] % spec.groups !== 0) {
      throw new SpecError(`groups=${spec.groups} does not divide ${key}=${spec[key]}`);
    }
  }
}

// The part of the padded image that is shown, per axis: [first, end).
function shownRange(spec, axis) {
  const reach = (axis.far - 1) * axis.stride - axis.lower + axis.span;
  const padded = spec.transposed ? reach : Math.max(reach, axis.near + axis.upper);
  return [Math.min(0, -axis.lower), Math.max(axis.near, padded)];
}

function checkSize(model) {
  const { rows, cols } = model;
  const cells = model.axes.reduce((product, axis) => {
    const [first, end] = shownRange(model.spec, axis);
    return product * (end - first);
  }, model.nearChannels);
  if (cells > LIMITS.cells) {
    throw new SpecError(`${cells} pixels with the padding are too many for a page, which shows ` +
      `${LIMITS.cells}: toeplix plot draws any number`);
  }
  const windows = model.axes.reduce((product, axis) => product * axis.far * axis.kernel, 1);
  const taps = model.farChannels * model.nearPerGroup * windows;
  if (rows <= LIMITS.side && cols <= LIMITS.side && taps <= LIMITS.taps) return;
  throw new SpecError(
    `${rows} x ${cols} is too large for a page, which shows ${LIMITS.side} rows and columns: ` +
      "toeplix plot draws any size");
}

// The taps of every window, in the order of the outputs and of the kernel.
function makeTaps(model) {
  const { spec, axes, near, far, kernel, nearChannels, farChannels, nearPerGroup } = model;
  const farPerGroup = farChannels / spec.groups;
  const position = (t, extent) => (spec.operation === "convolution" ? extent - 1 - t : t);
  const along = (axis, o, t) => o * axes[axis].stride - axes[axis].lower + t * axes[axis].dilation;

  const addTap = (farChannel, nearInGroup, window, offset) => {
    const group = Math.floor(farChannel / farPerGroup);
    const nearChannel = group * nearPerGroup + nearInGroup;
    const coordinate = window.map((o, a) => along(a, o, offset[a]));
    const home = coordinate.map((c, a) => foldAlong(axes[a], c));
    const dropped = home.includes(-1);
    const nearIndex = dropped ? -1 : flatten(spec.order, nearChannels, near, nearChannel, home);
    const farIndex = flatten(spec.order, farChannels, far, farChannel, window);
    const plane = farChannel * nearPerGroup + nearInGroup;
    const weight = offset.reduce((index, t, a) => index * kernel[a] + position(t, kernel[a]), plane);
    model.taps.push({
      place: placeKey(nearChannel, coordinate), coordinate, home, near: nearIndex, far: farIndex,
      weight, row: spec.transposed ? nearIndex : farIndex,
      col: spec.transposed ? farIndex : nearIndex,
    });
  };
  const offsets = coordinatesOf(kernel);
  for (const farChannel of range(farChannels)) {
    for (const window of coordinatesOf(far)) {
      for (const nearInGroup of range(nearPerGroup)) {
        for (const offset of offsets) addTap(farChannel, nearInGroup, window, offset);
      }
    }
  }
}

function makeEntries(model) {
  for (const tap of model.taps) {
    if (tap.near < 0) continue;
    const key = `${tap.row},${tap.col}`;
    const entry = model.entries.get(key) ?? { row: tap.row, col: tap.col, weights: [] };
    entry.weights.push(tap.weight);
    model.entries.set(key, entry);
  }
  for (const entry of model.entries.values()) entry.weights.sort((a, b) => a - b);
  if (model.entries.size > LIMITS.entries) {
    throw new SpecError(`${model.entries.size} entries are too many for a page, which shows ` +
      `${LIMITS.entries}: toeplix plot draws any number`);
  }
}

// Everything the page shows. A tap is one kernel position of one window:
//   place   channel and coordinates in the padded image, by `placeKey`
//   near    pixel of the image it is folded to, -1 for none; far: pixel the window belongs to
//   weight  index into the weights
//   row, col  place in the matrix, -1 if there is none
function buildModel(spec) {
  checkChannels(spec);
  const flat = { kernel: 1, stride: 1, dilation: 1, lower: 0, upper: 0, imageUpper: 0, span: 1, boundary: "zero",
                 near: 1, far: 1 };
  const axes = spec.input.map((_, axis) => resolveAxis(spec, axis));
  while (axes.length < AXES) axes.unshift(flat);
  const nearChannels = spec.transposed ? spec.out : spec.in;
  const farChannels = spec.transposed ? spec.in : spec.out;
  const nearPerGroup = nearChannels / spec.groups;
  const near = axes.map((axis) => axis.near);
  const far = axes.map((axis) => axis.far);
  const kernel = axes.map((axis) => axis.kernel);
  const nearCount = nearChannels * countOf(near);
  const farCount = farChannels * countOf(far);
  const model = {
    spec, axes, near, far, kernel, nearChannels, farChannels, nearPerGroup,
    rows: spec.transposed ? nearCount : farCount,
    cols: spec.transposed ? farCount : nearCount,
    taps: [], entries: new Map(), weightCount: farChannels * nearPerGroup * countOf(kernel),
  };
  checkSize(model);
  makeTaps(model);
  makeEntries(model);
  return model;
}
