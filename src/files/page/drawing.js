
// Drawing: input, kernel and output as planes of cells, and the matrix.

// The colours of `toeplix plot`: hues round the circle, for many positions also by lightness.
function weightColour(model, weight) {
  if (isPlainMatrix(model)) return model.weightColours[weight];
  const count = countOf(model.kernel);
  const width = model.kernel[AXES - 1];
  const k = weight % count;
  const fast = count <= 12 ? count : width;
  const slow = count / fast;
  const step = slow === 1 ? 0.5 : Math.floor(k / fast) / (slow - 1);
  const wobble = slow === 1 && fast > 5 ? (k % 2 === 0 ? 0.05 : -0.05) : 0;
  const hue = 360 * (0.07 + (k % fast) / (fast + 0.5));
  return `oklch(${(0.86 - 0.32 * step + wobble).toFixed(3)} 0.14 ${hue.toFixed(1)})`;
}

// Coordinates as a person reads them; the axis that a 1-D spec does not have is left out.
function coordinateText(model, coordinate) {
  return coordinate.slice(AXES - model.spec.axes).join(",");
}

function pixelName(model, letter, channels, channel, coordinate) {
  const words = coordinateText(model, coordinate);
  return `${letter}[${channels > 1 ? `${channel},` : ""}${words}]`;
}

const nearLetter = (model) => (model.spec.transposed ? "y" : "x");
const farLetter = (model) => (model.spec.transposed ? "x" : "y");

function nearPixelName(model, channel, coordinate) {
  return pixelName(model, nearLetter(model), model.nearChannels, channel, coordinate);
}

function farPixelName(model, channel, coordinate) {
  return pixelName(model, farLetter(model), model.farChannels, channel, coordinate);
}


function panelOf(model, side) {
  const isInput = (side === "near") !== model.spec.transposed;
  return byId(isInput ? "panel-input" : "panel-output");
}

// What a panel at the side may take of the screen, in pixels, and the least and largest cell.
function sideRoom(share, least, most) {
  const width = byId("side").clientWidth - 46;
  return { width, height: clamp(innerHeight * share, 150, 420), least, most };
}

// Planes side by side, as many in a line as make the cells largest, with a gap between them in
// which their captions stand. If even the least cells are too many, lines are as wide as the room.
function layPlanes(count, height, width, room) {
  const layout = (perLine) => {
    const columns = perLine * (width + 1) - 1;
    const rows = Math.ceil(count / perLine) * (height + 1) - 1;
    const size = Math.floor(Math.min(room.width / columns, room.height / rows, room.most));
    return { perLine, columns, rows, size };
  };
  let best = layout(count);
  for (let perLine = count - 1; perLine >= 1; --perLine) {
    const other = layout(perLine);
    if (other.size > best.size) best = other;
  }
  if (best.size < room.least) {
    const fitting = Math.floor((room.width / room.least + 1) / (width + 1));
    best = { ...layout(clamp(fitting, 1, count)), size: room.least };
  }
  const { perLine } = best;
  const at = (plane) => [(plane % perLine) * (width + 1), Math.floor(plane / perLine) * (height + 1)];
  return { ...best, at };
}

// The name of a plane as arrays are sliced: `[1,:,:]` is channel 1, `[:,:,2]` a slice of the last axis.
function planeName(model, channels, slice) {
  const axes = range(AXES).slice(AXES - model.spec.axes);
  const sliced = (axis) => (model.spec.axes === AXES && axis === model.view[0] ? slice : ":");
  return `[${[...channels, ...axes.map(sliced)].join()}]`;
}

// What is written into a cell; captions say which slice it lies in.
function cellText(model, coordinate) {
  const [, down, across] = model.view;
  return model.spec.axes < AXES ? coordinateText(model, coordinate) : `${coordinate[down]},${coordinate[across]}`;
}

// Draws all planes of an array: one for each of `groups` (the numbers of its channels) and each
// slice. `first` and `end` are per axis; `cellOf` makes the cell of a group and a coordinate.
function drawPlanes(model, panel, groups, first, end, room, cellOf) {
  const [sliceAxis, down, across] = model.view;
  const slices = end[sliceAxis] - first[sliceAxis];
  const [height, width] = [end[down] - first[down], end[across] - first[across]];
  const captioned = groups[0].length > 0 || model.spec.axes === AXES;
  const layout = layPlanes(groups.length * slices, height, width, room);
  const grid = new Grid(panel, layout.columns, layout.rows, layout.size, 1, captioned ? 16 : 1);
  groups.forEach((channels, group) => {
    for (let slice = 0; slice < slices; ++slice) {
      const [left, top] = layout.at(group * slices + slice);
      if (captioned) grid.caption(left, top, planeName(model, channels, first[sliceAxis] + slice));
      for (const [y, x] of coordinatesOf([height, width])) {
        const coordinate = [];
        [coordinate[sliceAxis], coordinate[down], coordinate[across]] =
          [first[sliceAxis] + slice, first[down] + y, first[across] + x];
        grid.add({ ...cellOf(group, coordinate), x: left + x, y: top + y });
      }
    }
  });
  grid.planes = { layout, slices };
  return grid;
}

const channelGroups = (count) => range(count).map((channel) => (count > 1 ? [channel] : []));

// The side that is padded, with the padding round it.
function drawNear(model, values) {
  const ranges = model.axes.map((axis) => shownRange(model.spec, axis));
  const { nearChannels, near, spec, view } = model;
  const numbers = values && (spec.transposed ? values.output : values.input);
  const first = ranges.map(([begin]) => begin);
  const cellOf = (channel, coordinate) => {
    const home = coordinate.map((c, a) => foldAlong(model.axes[a], c));
    const dropped = home.includes(-1);
    const inside = !dropped && home.every((c, a) => c === coordinate[a]);
    const name = nearPixelName(model, channel, coordinate);
    const meaning = dropped ? "padding, nothing" : `padding, a copy of ${nearPixelName(model, channel, home)}`;
    const index = dropped ? -1 : flatten(spec.order, nearChannels, near, channel, home);
    const label = numbers ? numberText(dropped ? 0 : numbers[index]) : cellText(model, home);
    return {
      kind: "near", id: placeKey(channel, coordinate), label: dropped ? "0" : label,
      title: inside ? name : `${name}: ${meaning}`, classes: inside ? [] : ["padding"],
      data: { pixel: index },
    };
  };
  const grid = drawPlanes(model, panelOf(model, "near"), channelGroups(nearChannels), first,
    ranges.map(([, end]) => end), sideRoom(0.33, 16, 40), cellOf);
  // The image itself, within each plane that is a slice of it.
  const { layout, slices } = grid.planes;
  for (let plane = 0; plane < nearChannels * slices; ++plane) {
    const [left, top] = layout.at(plane);
    const slice = (plane % slices) + first[view[0]];
    if (slice < 0 || slice >= near[view[0]]) continue;
    grid.frame(left - first[view[2]], top - first[view[1]], near[view[2]], near[view[1]]);
  }
  return grid;
}

function drawFar(model, values) {
  const { farChannels, far, spec } = model;
  const numbers = values && (spec.transposed ? values.input : values.output);
  const cellOf = (channel, coordinate) => {
    const index = flatten(spec.order, farChannels, far, channel, coordinate);
    return {
      kind: "far", id: index, label: numbers ? numberText(numbers[index]) : cellText(model, coordinate),
      title: farPixelName(model, channel, coordinate), data: { pixel: index },
    };
  };
  return drawPlanes(model, panelOf(model, "far"), channelGroups(farChannels), far.map(() => 0), far,
    sideRoom(0.28, 16, 40), cellOf);
}

function drawKernel(model, values) {
  const { farChannels, nearPerGroup, kernel } = model;
  const pairs = coordinatesOf([farChannels, nearPerGroup]);
  const groups = pairs.map((pair) => (pairs.length > 1 ? pair : []));
  const cellOf = (pair, coordinate) => {
    const weight = coordinate.reduce((index, c, a) => index * kernel[a] + c, pair);
    const name = weightName(model, weight);
    return {
      kind: "weight", id: weight, label: values ? numberText(values.kernel[weight]) : name,
      title: values ? `${name}, value ${values.kernel[weight]}` : name,
      colours: [weightColour(model, weight)],
    };
  };
  return drawPlanes(model, byId("panel-kernel"), groups, kernel.map(() => 0), kernel,
    sideRoom(0.2, 26, 44), cellOf);
}
