
// Drawing: four grids of cells that can be pointed at and reached by keyboard.

const SVG = "http://www.w3.org/2000/svg";

function svgElement(parent, name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
}

// The colours of `toeplix plot`: hues round the circle, for many positions also by lightness.
function weightColour(model, weight) {
  const [height, width] = model.kernel;
  const count = height * width;
  const k = weight % count;
  const fast = count <= 12 ? count : width;
  const slow = count / fast;
  const step = slow === 1 ? 0.5 : Math.floor(k / fast) / (slow - 1);
  const wobble = slow === 1 && fast > 5 ? (k % 2 === 0 ? 0.05 : -0.05) : 0;
  const hue = 360 * (0.07 + (k % fast) / (fast + 0.5));
  return `oklch(${(0.86 - 0.32 * step + wobble).toFixed(3)} 0.14 ${hue.toFixed(1)})`;
}

const clamp = (value, least, most) => Math.max(least, Math.min(most, value));

// An SVG of cells. A cell is { kind, id, x, y, label, title, colours, classes, data } with x and y
// in cells. Answers the elements by id.
class Grid {
  constructor(panel, columns, rows, size, left, top) {
    this.panel = panel;
    this.size = size;
    this.left = left;
    this.top = top;
    this.elements = new Map();
    this.order = [];
    const width = left + columns * size + 3;
    const height = top + rows * size + 3;
    const holder = panel.querySelector(".scroll");
    this.svg = document.createElementNS(SVG, "svg");
    for (const [key, value] of Object.entries({ width, height, role: "group" })) {
      this.svg.setAttribute(key, value);
    }
    this.svg.setAttribute("aria-label", panel.querySelector("h2").textContent);
    holder.replaceChildren(this.svg);
  }

  label(x, y, text) {
    svgElement(this.svg, "text", { x, y, class: "label" }, text);
  }

  frame(x, y, columns, rows) {
    svgElement(this.svg, "rect", {
      class: "frame", x: this.left + x * this.size, y: this.top + y * this.size,
      width: columns * this.size, height: rows * this.size,
    });
  }

  add(cell) {
    const { size } = this;
    const x = this.left + cell.x * size;
    const y = this.top + cell.y * size;
    const group = svgElement(this.svg, "g", {
      class: ["cell", ...(cell.classes ?? [])].join(" "), tabindex: "-1", role: "button",
      "aria-label": cell.title, "data-kind": cell.kind, "data-id": cell.id,
    });
    for (const [key, value] of Object.entries(cell.data ?? {})) group.dataset[key] = value;
    const box = svgElement(group, "rect", { class: "box", x, y, width: size, height: size });
    if (cell.colours) {
      group.classList.add("coloured");
      const [first, ...others] = cell.colours;
      // Several colours lie side by side: on top of one another they would mix where they are pale.
      box.style.fill = others.length > 0 ? "none" : first;
      (others.length > 0 ? cell.colours : []).forEach((colour, i) => {
        const share = size / cell.colours.length;
        const stripe = svgElement(group, "rect",
          { class: "stripe", x: x + share * i, y, width: share, height: size });
        stripe.style.fill = colour;
      });
    }
    if (cell.label && cell.label.length * 6 <= size) {
      const small = cell.label.length * 7.4 > size - 2 || size < 22;
      svgElement(group, "text", { x: x + size / 2, y: y + size / 2, class: small ? "small" : "" },
        cell.label);
    }
    const inset = size > 12 ? 1.5 : 0.5;
    svgElement(group, "rect", {
      class: "ring", x: x + inset, y: y + inset, width: size - 2 * inset, height: size - 2 * inset });
    const item = { element: group, box, x: cell.x, y: cell.y, kind: cell.kind, id: cell.id };
    group.cellItem = item;
    this.elements.set(String(cell.id), item);
    this.order.push(item);
  }

  // One cell of a grid takes part in Tab; the arrow keys move on from it.
  makeReachable(item = this.order[0]) {
    if (this.reachable) this.reachable.element.setAttribute("tabindex", "-1");
    this.reachable = item;
    if (item) item.element.setAttribute("tabindex", "0");
  }

  // The nearest cell in a direction: first along the line, then anywhere on that side.
  neighbour(item, dx, dy) {
    const ahead = (other) => (other.x - item.x) * dx + (other.y - item.y) * dy;
    const aside = (other) => Math.abs((other.x - item.x) * dy) + Math.abs((other.y - item.y) * dx);
    let best = null;
    for (const other of this.order) {
      if (ahead(other) < 0.5) continue;
      const cost = ahead(other) + 1000 * aside(other);
      if (best === null || cost < best.cost) best = { cost, other };
    }
    return best === null ? item : best.other;
  }
}

// Coordinates as a person reads them; the axis that a 1-D spec does not have is left out.
function coordinateText(model, coordinate) {
  return (model.spec.axes === 1 ? coordinate.slice(1) : coordinate).join(",");
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

// Channels side by side, as many as fit, with a gap between them.
function planes(count, height, width) {
  const perLine = clamp(Math.floor(24 / (width + 1)), 1, count);
  return {
    columns: perLine * (width + 1) - 1,
    rows: Math.ceil(count / perLine) * (height + 1) - 1,
    at: (plane) => [(plane % perLine) * (width + 1), Math.floor(plane / perLine) * (height + 1)],
  };
}

const imageCell = (columns) => clamp(Math.floor(400 / columns), 16, 40);

function panelOf(model, side) {
  const isInput = (side === "near") !== model.spec.transposed;
  return document.getElementById(isInput ? "panel-input" : "panel-output");
}

// The side that is padded, with the padding round it.
function drawNear(model) {
  const [y0, y1] = shownRange(model.spec, model.axes[0]);
  const [x0, x1] = shownRange(model.spec, model.axes[1]);
  const layout = planes(model.nearChannels, y1 - y0, x1 - x0);
  const size = imageCell(layout.columns);
  const grid = new Grid(panelOf(model, "near"), layout.columns, layout.rows, size, 1, 1);
  const [height, width] = model.near;
  for (let channel = 0; channel < model.nearChannels; ++channel) {
    const [left, top] = layout.at(channel);
    for (let y = y0; y < y1; ++y) for (let x = x0; x < x1; ++x) {
      const home = [y, x].map((c, a) => foldCoordinate(c, model.near[a], model.axes[a].boundary));
      const dropped = home.includes(-1);
      const inside = !dropped && home[0] === y && home[1] === x;
      const name = nearPixelName(model, channel, [y, x]);
      const meaning = dropped ? "padding, nothing" : `padding, a copy of ${nearPixelName(model, channel, home)}`;
      const index = flatten(model.spec.order, model.nearChannels, model.near, channel, home);
      grid.add({
        kind: "near", id: placeKey(channel, [y, x]), x: left + x - x0, y: top + y - y0,
        label: dropped ? "0" : coordinateText(model, home),
        title: inside ? name : `${name}: ${meaning}`, classes: inside ? [] : ["padding"],
        data: { pixel: dropped ? -1 : index },
      });
    }
    grid.frame(left - x0, top - y0, width, height);
  }
  return grid;
}

function drawFar(model) {
  const [height, width] = model.far;
  const layout = planes(model.farChannels, height, width);
  const grid = new Grid(panelOf(model, "far"), layout.columns, layout.rows,
    imageCell(Math.max(layout.columns, 10)), 1, 1);
  for (let channel = 0; channel < model.farChannels; ++channel) {
    const [left, top] = layout.at(channel);
    for (let y = 0; y < height; ++y) for (let x = 0; x < width; ++x) {
      const index = flatten(model.spec.order, model.farChannels, model.far, channel, [y, x]);
      grid.add({
        kind: "far", id: index, x: left + x, y: top + y, label: coordinateText(model, [y, x]),
        title: farPixelName(model, channel, [y, x]), data: { pixel: index },
      });
    }
  }
  return grid;
}

function drawKernel(model, values) {
  const [height, width] = model.kernel;
  const pairs = model.farChannels * model.nearPerGroup;
  const layout = planes(pairs, height, width);
  const size = clamp(Math.floor(400 / layout.columns), 26, 44);
  const grid = new Grid(document.getElementById("panel-kernel"), layout.columns, layout.rows, size, 1, 1);
  for (let weight = 0; weight < model.weightCount; ++weight) {
    const k = weight % (height * width);
    const [left, top] = layout.at(Math.floor(weight / (height * width)));
    const value = values ? `, value ${values[weight]}` : "";
    const name = weightName(model, weight);
    grid.add({
      kind: "weight", id: weight, x: left + (k % width), y: top + Math.floor(k / width),
      label: name, title: `${name}${value}`, colours: [weightColour(model, weight)],
    });
  }
  return grid;
}

function drawMatrix(model) {
  const { rows, cols } = model;
  const size = clamp(Math.floor(Math.min(820 / cols, 760 / rows)), 7, 43);
  const panel = document.getElementById("panel-matrix");
  const grid = new Grid(panel, cols, rows, size, 34, 20);
  const every = (count) => [1, 2, 5, 10, 20, 50, 100].find((n) => n * size >= 26 && count / n <= 60) ?? 100;
  for (let col = 0; col < cols; col += every(cols)) grid.label(34 + (col + 0.5) * size, 10, col);
  for (let row = 0; row < rows; row += every(rows)) grid.label(16, 20 + (row + 0.5) * size, row);
  for (let i = 1; i < cols && size >= 7; ++i) {
    svgElement(grid.svg, "line", { class: "block", "stroke-opacity": 0.45, x1: 34 + i * size,
                                   x2: 34 + i * size, y1: 20, y2: 20 + rows * size });
  }
  for (let i = 1; i < rows && size >= 7; ++i) {
    svgElement(grid.svg, "line", { class: "block", "stroke-opacity": 0.45, x1: 34,
                                   x2: 34 + cols * size, y1: 20 + i * size, y2: 20 + i * size });
  }
  grid.frame(0, 0, cols, rows);
  const sorted = [...model.entries.values()].sort((a, b) => a.row - b.row || a.col - b.col);
  for (const { row, col, weights } of sorted) {
    const names = weights.map((weight) => weightName(model, weight)).join("+");
    grid.add({
      kind: "entry", id: `${row},${col}`, x: col, y: row, label: names,
      title: `row ${row}, column ${col}: ${names}`,
      colours: weights.map((weight) => weightColour(model, weight)),
      data: { row, col, weights: weights.join(" ") },
    });
  }
  panel.querySelector("h2").textContent = `Matrix: ${rows} \u00d7 ${cols}, ${sorted.length} entries`;
  return grid;
}
