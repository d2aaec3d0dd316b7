// A heatmap: the words of rows and columns are buttons, cells answer as well, and a legend stands beside them. What all
// views of a map share stands in map.js.

const [LEAST, MOST] = [16, 40];  // px, the side of a cell
const SMALLEST = 13;  // px, where a map is seen whole for it; a finger needs LEAST
const LARGE = 1600;  // px, the width of a window from which on cells grow where there is room
const GROWN = 1.5;  // times their usual size, at most
const TILT = Math.PI / 3;  // of the labels of columns, as the CSS has it

export default function (component) { return mount(component, "heatmap", build); }

function build(root, data, kept) {
  const { rows, columns, weights, rest, pool } = data;
  const units = columns.length + (rest ? data.restGap + data.restWidth : 0);  // the width of all cells, in cells
  const strongest = weights.map((row, q) => {  // the column for each row; null where it has no weight at all
    const sizes = [...row, ...(rest ? [rest[q]] : [])].map(Math.abs), most = Math.max(...sizes);
    return most ? sizes.indexOf(most) : null;
  });

  // The parts.

  const frame = make("div", "frame"), grid = make("div", "grid"), corner = make("div", "corner");
  corner.append(...data.axes.map((name) => make("div", "", name)));
  const heads = make("div", "columns"), sides = make("div", "rows"), cells = make("div", "cells");
  const boxes = Object.fromEntries(["near row", "near column", "chosen row", "chosen column", "chosen cell"].map(
    (name) => [name, make("div", `box ${name}`)]));
  const tip = make("div", "tip");
  tip.setAttribute("role", "status");
  const picture = paint(weights, data.shown), beside = rest ? paint(rest.map((weight) => [weight])) : null;
  const lines = [picture, beside].filter(Boolean).map(() => make("div", "lines"));
  cells.append(...[picture, beside].filter(Boolean), ...lines, ...Object.values(boxes));
  cells.tabIndex = 0;
  cells.setAttribute("role", "application");
  cells.setAttribute("aria-roledescription", "heatmap");
  cells.setAttribute("aria-label", `${data.alt} Arrow keys go from cell to cell, Enter chooses one.`);

  const leave = () => point(NOTHING);
  const act = (placed) => ({ pick: (i) => pick(placed(i)), point: (i) => point(placed(i)), leave });
  const rowLabels = labelled(sides, data.names[0], rows, act((i) => [i, null]));
  const columnLabels = labelled(heads, data.names[1], columns, act((i) => [null, i]));
  markUnread(columnLabels, data.unread);
  const none = make("span", "none", data.restLabel);
  none.title = data.restName;
  heads.append(...(rest ? [none] : []));
  grid.append(corner, heads, sides, cells, tip);
  frame.append(grid);
  const before = edge("before", "←"), after = edge("after", "→");

  const play = make("button", "play"), legend = legendOf(data, play);
  const wide = make("div", "wide", "The map is wider than its place: scroll it sideways. An arrow at a row points to its "
    + "strongest cell, where that is out of sight.");
  root.replaceChildren(wide, frame, legend);

  // Colours: one pixel for each cell.

  function paint(values, shown) {
    const canvas = make("canvas", ""), image = new ImageData(values[0].length, values.length);
    [canvas.width, canvas.height] = [image.width, image.height];
    const shade = shading(data);
    values.forEach((row, q) => row.forEach((value, k) => {
      if (shown && !shown[q].includes(k)) return;  // a cell that is not shown lets the page through
      image.data.set([...shade(value), 255], 4 * (q * image.width + k));
    }));
    canvas.getContext("2d").putImageData(image, 0, 0);
    return canvas;
  }

  // Sizes.

  let cell = LEAST, laid = false;

  function lay() {
    const width = root.clientWidth;
    if (!width) return;  // it lies in something that is closed
    const longest = Math.max(...lengths(root, rows, 13), ...lengths(root, data.axes, 11)) + 10;
    const left = Math.min(longest, Math.max(Math.floor(0.36 * width), 64));
    const heights = lengths(root, columns, 13);
    const tails = heights.map((length, i) => [i + 0.5, length]);
    if (rest) tails.push([units - data.restWidth / 2, 10]);
    const reach = (side) => Math.max(...tails.map(([at, length]) => at * side + length * Math.cos(TILT) + 13)) - units * side;
    const taken = (side) => left + Math.ceil(units * side) + Math.max(0, Math.ceil(reach(side)));
    cell = within(Math.floor(data.side / Math.max(rows.length, units)), LEAST, MOST);
    const fits = (side) => Math.max(rows.length, units) * side <= GROWN * data.side && taken(side) + LEGEND + 24 <= width;
    while (window.innerWidth >= LARGE && cell < MOST && fits(cell + 1)) cell += 1;
    const least = taken(SMALLEST) > width || matchMedia("(pointer: coarse)").matches ? LEAST : SMALLEST;
    while (cell > least && taken(cell) > width) cell -= 1;
    const font = cell < LEAST ? 11 : cell < 20 ? 12 : 13, head = Math.max(...heights) * Math.sin(TILT) + font;
    const plot = units * cell;
    grid.style.fontSize = `${font}px`;
    grid.style.gridTemplateColumns = `${left}px ${taken(cell) - left}px`;
    frame.style.setProperty("--left", `${left}px`);
    heads.style.height = `${Math.ceil(Math.max(head, 32))}px`;
    sides.style.lineHeight = `${cell}px`;
    [...rowLabels, ...before, ...after].forEach((one) => { one.style.height = `${cell}px`; });
    const line = Math.min(cell, 18);
    const stand = (element, at) => Object.assign(element.style, {
      left: `${at}px`, bottom: `${3 - line / 2 + 3}px`, lineHeight: `${line}px`, maxWidth: `${LABEL + 8}px` });
    columnLabels.forEach((button, k) => stand(button, middle(k)));
    stand(none, middle(columns.length));
    Object.assign(cells.style, { width: `${plot}px`, height: `${rows.length * cell}px` });
    set(picture, 0, 0, columns.length * cell, rows.length * cell);
    set(lines[0], 0, 0, columns.length * cell, rows.length * cell);
    lines[0].style.backgroundSize = `${cell}px ${cell}px`;
    if (rest) {
      const from = (columns.length + data.restGap) * cell;
      set(beside, from, 0, data.restWidth * cell, rows.length * cell);
      set(lines[1], from, 0, data.restWidth * cell, rows.length * cell);
      lines[1].style.backgroundSize = `100% ${cell}px`;
    }
    root.dataset.legend = width >= taken(cell) + 24 + LEGEND ? "right" : width >= LINE ? "above" : "below";
    wide.style.display = taken(cell) > width ? "" : "none";
    pointAway();
    look();
    if (!laid) reveal(kept.selected);
    laid = true;
  }

  // The middle of a column, in px from the first one. The last column is that of the rest.
  function middle(k) { return (k < columns.length ? k + 0.5 : units - data.restWidth / 2) * cell; }

  function set(element, left, top, width, height) {
    const px = { left, top, width, height };
    for (const [name, value] of Object.entries(px)) element.style[name] = `${value}px`;
    element.style.display = "block";
  }

  // Where the map scrolls: an arrow at the edge of each row whose strongest cell is out of sight. A click leads there; who
  // goes by the keys chooses the row.

  function edge(side, sign) {
    const arrows = rows.map((_, q) => {
      const arrow = make("div", "", sign);
      arrow.onclick = () => bring(strongest[q]);
      return arrow;
    });
    const strip = make("div", `edge ${side}`);
    strip.setAttribute("aria-hidden", "true");
    strip.append(...arrows);
    grid.append(strip);
    return arrows;
  }

  // What of the cells is in sight, from and to, in px from the first column.
  function sight() { return [frame.scrollLeft, frame.scrollLeft + frame.clientWidth - sides.offsetWidth]; }

  function pointAway() {
    const [from, to] = sight();
    strongest.forEach((k, q) => {
      before[q].classList.toggle("there", k !== null && middle(k) < from);
      after[q].classList.toggle("there", k !== null && middle(k) > to);
    });
  }

  // Scroll to the column, where it is out of sight.
  function bring(k) {
    const [from, to] = sight(), behavior = STILL.matches ? "instant" : "smooth";
    if (middle(k) < from || middle(k) > to) frame.scrollTo({ left: middle(k) - (to - from) / 2, behavior });
  }

  frame.onscroll = pointAway;

  // What is pointed at, and what is chosen.

  let near = NOTHING;

  function point(at) { near = at; look(); }

  function look() {
    const column = (key) => (key === null ? null : Math.floor(key / pool));
    const { selected } = kept, chosen = [selected[0], column(selected[1])];
    const across = units * cell, down = rows.length * cell;
    for (const [name, [q, k]] of [["near", near], ["chosen", chosen]]) {
      boxes[`${name} row`].style.display = boxes[`${name} column`].style.display = "none";
      if (q !== null) set(boxes[`${name} row`], 0, q * cell, across, cell);
      if (k !== null && k < columns.length) set(boxes[`${name} column`], k * cell, 0, cell, down);
      markLabels(rowLabels, name, q);
      markLabels(columnLabels, name, k);
    }
    boxes["chosen cell"].style.display = "none";
    if (chosen[0] !== null && chosen[1] !== null) set(boxes["chosen cell"], chosen[1] * cell, chosen[0] * cell, cell, cell);
    say(near[0] === null && near[1] === null ? chosen : near);
  }

  // The weight of a cell, told above it, or below it where it is among the first.
  function say([q, k]) {
    tip.textContent = "";
    if (q === null || k === null) return;
    const value = k === columns.length ? rest[q] : weights[q][k];
    const hidden = data.shown && k < columns.length && !data.shown[q].includes(k) ? " (not shown)" : "";
    tip.textContent = `${apart(rows[q])} ← ${apart(columns[k] ?? data.restName)}: ${told(value, data.difference)}${hidden}`;
    const left = cells.offsetLeft + middle(k) - tip.offsetWidth / 2;
    const [least, most] = [frame.scrollLeft, frame.scrollLeft + frame.clientWidth - tip.offsetWidth];
    tip.style.left = `${Math.max(least, Math.min(left, most))}px`;
    tip.style.top = `${cells.offsetTop + (q === 0 ? cell + 4 : q * cell - tip.offsetHeight - 4)}px`;
  }

  // What is chosen comes into sight: a column, or the strongest cell of a row.
  function reveal([q, key]) {
    const k = key === null ? strongest[q] ?? null : Math.floor(key / pool);
    if (k !== null) bring(k);
  }

  function pick([q, column]) {
    choice.pick([q, column === null || column >= columns.length ? null : column * pool]);
  }

  // Cells.

  const cellAt = (event) => {
    const { left, top } = cells.getBoundingClientRect(), k = Math.floor((event.clientX - left) / cell);
    const q = within(Math.floor((event.clientY - top) / cell), 0, rows.length - 1);
    return [q, within(k, 0, columns.length - (rest ? 0 : 1))];
  };
  cells.onpointermove = (event) => { if (event.pointerType !== "touch") point(cellAt(event)); };
  cells.onpointerleave = () => point(NOTHING);
  cells.onclick = (event) => { near = NOTHING; pick(cellAt(event)); };
  cells.onfocus = () => { if (cells.matches(":focus-visible")) point([kept.selected[0] ?? 0, kept.selected[1] ?? 0]); };
  cells.onblur = () => point(NOTHING);
  cells.onkeydown = (event) => {
    const [down, across] = MOVES[event.key] ?? [0, 0], [q, k] = near.map((place) => place ?? 0);
    if (event.key === "Enter" || event.key === " ") pick([q, k]);
    else if (down || across) {
      point([within(q + down, 0, rows.length - 1), within(k + across, 0, columns.length - 1)]);
      bring(near[1]);
    } else return;
    event.preventDefault();
  };

  sides.onkeydown = walk(rowLabels);
  heads.onkeydown = walk(columnLabels);

  const choice = choosing(kept, rows.length, play, look, reveal);
  const pointed = ([q, k]) => point([q, k === null ? null : Math.floor(k / pool)]);
  return { ...choice, lay, point: pointed };
}
