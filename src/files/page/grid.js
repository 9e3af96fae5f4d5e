
// A grid of cells that can be pointed at and reached by keyboard.

const SVG = "http://www.w3.org/2000/svg";

function svgElement(parent, name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
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
    // On paper a grid that is too wide shrinks: the box says what of.
    const attributes = { width, height, role: "group", viewBox: `0 0 ${width} ${height}`,
                         preserveAspectRatio: "xMinYMin meet" };
    for (const [key, value] of Object.entries(attributes)) this.svg.setAttribute(key, value);
    this.svg.setAttribute("aria-label", panel.querySelector("h2").textContent);
    holder.replaceChildren(this.svg);
  }

  label(x, y, text) {
    svgElement(this.svg, "text", { x, y, class: "label" }, text);
  }

  // Words above a cell, which begin at its left edge.
  caption(x, y, text) {
    svgElement(this.svg, "text", { x: this.left + x * this.size, y: this.top + y * this.size - 7,
                                   class: "label caption" }, text);
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
    this.write(group, cell.x, cell.y, cell.label);
    const inset = size > 12 ? 1.5 : 0.5;
    svgElement(group, "rect", {
      class: "ring", x: x + inset, y: y + inset, width: size - 2 * inset, height: size - 2 * inset });
    const item = { element: group, box, x: cell.x, y: cell.y, kind: cell.kind, id: cell.id };
    group.cellItem = item;
    this.elements.set(String(cell.id), item);
    this.order.push(item);
  }

  // Words in the middle of a cell, if there is room.
  write(parent, x, y, words) {
    const { size } = this;
    if (!words || words.length * 6 > size) return;
    const small = words.length * 7.4 > size - 2 || size < 22;
    svgElement(parent, "text", { x: this.left + (x + 0.5) * size, y: this.top + (y + 0.5) * size,
                                 class: small ? "small" : "" }, words);
  }

  // A number of a vector, which is no cell of its own: it lights up with the matrix.
  // `x`, `y` and `width` are pixels; it is as high as a cell.
  addNumber(x, y, width, text, name) {
    const height = this.size;
    const group = svgElement(this.svg, "g", { class: "number", "aria-label": name });
    const rect = (kind, inset) => svgElement(group, "rect", {
      class: kind, x: x + inset, y: y + inset, width: width - 2 * inset, height: height - 2 * inset });
    rect("box", 0);
    if (height >= 11) {
      svgElement(group, "text", { x: x + width / 2, y: y + height / 2, class: height < 16 ? "small" : "" }, text);
    }
    rect("ring", height > 12 ? 1.5 : 0.5);
    return group;
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
