// A heatmap: the words of rows and columns are buttons, cells answer as well, and a legend stands beside them.
// Words come as data and are written as text, never as markup. What is chosen is told to the page at once shown here.

const PLAY = 900;  // ms a word
const [LEAST, MOST] = [16, 40];  // px, the side of a cell
const LABEL = 150;  // px, the longest label
const LEGEND = 152;  // px that it takes beside the map
const LINE = 480;  // px from which on it stands on a line above the map, where it has no room beside it
const LARGE = 1600;  // px, the width of a window from which on cells grow where there is room
const GROWN = 1.5;  // times their usual size, at most
const TILT = Math.PI / 3;  // of the labels of columns, as the CSS has it
const NOTHING = [null, null];

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".heatmap");
  const kept = (root.attnviz ??= { selected: NOTHING, sent: [] });
  kept.tell = (selected) => setTriggerValue("clicked", selected);
  const { selected, ...content } = data, drawn = JSON.stringify(content);
  // Only what changed is drawn anew: a button that has the focus keeps it.
  if (kept.drawn !== drawn) {
    kept.stop?.();
    if (kept.id !== data.id) Object.assign(kept, { id: data.id, selected, sent: [] });
    kept.drawn = drawn;
    Object.assign(kept, build(root, data, kept));
  }
  kept.follow(selected);
  kept.silence?.();
  const { lay } = kept, room = new ResizeObserver(lay);
  const leave = (event) => { if (event.key === "Escape") kept.clear(); };
  room.observe(root);
  document.fonts.addEventListener("loadingdone", lay);  // labels are as long as their font makes them
  document.addEventListener("keydown", leave);
  kept.silence = () => {
    room.disconnect();
    document.fonts.removeEventListener("loadingdone", lay);
    document.removeEventListener("keydown", leave);
  };
  return kept.silence;
}

function build(root, data, kept) {
  const { rows, columns, weights, rest, pool } = data;
  const make = (tag, name, text = "") => {
    const made = document.createElement(tag);
    made.className = name;
    made.textContent = text;
    if (tag === "button") made.type = "button";
    return made;
  };
  for (const [name, colour] of Object.entries(data.colours)) root.style.setProperty(`--${name}`, colour);
  if (!rows.length || !columns.length) {
    root.replaceChildren(make("div", "", data.alt));
    return { lay: () => {}, follow: () => {}, stop: () => {}, clear: () => {} };
  }

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

  const label = (group, name) => (text, i) => {
    const button = make("button", "", text);
    button.tabIndex = i ? -1 : 0;
    button.title = text;
    const at = group === sides ? [i, null] : [null, i];
    button.onclick = () => pick(at);
    button.onfocus = () => { if (button.matches(":focus-visible")) point(at); };
    button.onpointerenter = (event) => { if (event.pointerType !== "touch") point(at); };
    button.onblur = button.onpointerleave = () => point(NOTHING);
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", name);
    return button;
  };
  const rowLabels = rows.map(label(sides, data.names[0])), columnLabels = columns.map(label(heads, data.names[1]));
  data.unread.forEach((j) => {
    columnLabels[j].classList.add("unread");
    columnLabels[j].title += " (not read)";
    columnLabels[j].setAttribute("aria-label", columnLabels[j].title);
  });
  const none = make("span", "none", data.restLabel);
  none.title = data.restName;
  sides.append(...rowLabels);
  heads.append(...columnLabels, ...(rest ? [none] : []));
  grid.append(corner, heads, sides, cells, tip);
  frame.append(grid);

  const play = make("button", "play"), legend = make("div", "legend");
  legend.append(...(rows.length > 1 ? [play] : []), colourBar(), make("div", "", data.label));
  if (rest) legend.append(make("div", "", `${data.restLabel}: ${data.restName}`));
  legend.append(...data.notes.map((note) => make("div", "", note)));
  const wide = make("div", "wide", "The map is wider than its place: scroll it sideways. →");
  root.replaceChildren(wide, frame, legend);

  function colourBar() {
    const bar = make("div", "bar"), ramp = make("div", "ramp");
    ramp.style.background = `linear-gradient(to right, ${data.stops.join(", ")})`;
    const end = (value) => String(Number(value.toFixed(2))).replace("-", "−");
    bar.append(ramp, ...[data.low, (data.low + data.high) / 2, data.high].map((value) => make("span", "", end(value))));
    return bar;
  }

  // Colours: one pixel for each cell.

  function paint(values, shown) {
    const canvas = make("canvas", ""), image = new ImageData(values[0].length, values.length);
    [canvas.width, canvas.height] = [image.width, image.height];
    const stops = data.stops.map((stop) => [1, 3, 5].map((i) => parseInt(stop.slice(i, i + 2), 16)));
    values.forEach((row, q) => row.forEach((value, k) => {
      if (shown && !shown[q].includes(k)) return;  // a cell that is not shown lets the page through
      const place = Math.min(Math.max((value - data.low) / (data.high - data.low), 0), 1) * (stops.length - 1);
      const first = Math.min(Math.floor(place), stops.length - 2), part = place - first;
      const colour = stops[first].map((from, c) => Math.round(from + part * (stops[first + 1][c] - from)));
      image.data.set([...colour, 255], 4 * (q * image.width + k));
    }));
    canvas.getContext("2d").putImageData(image, 0, 0);
    return canvas;
  }

  // Sizes.

  let cell = LEAST;

  function lay() {
    const width = root.clientWidth;
    if (!width) return;  // it lies in something that is closed
    const ink = document.createElement("canvas").getContext("2d"), family = getComputedStyle(root).fontFamily;
    const lengths = (texts, size) => {
      ink.font = `${size}px ${family}`;
      return texts.map((text) => Math.min(Math.ceil(ink.measureText(text).width), LABEL));
    };
    const units = columns.length + (rest ? data.restGap + data.restWidth : 0);
    const left = Math.min(Math.max(...lengths(rows, 13), ...lengths(data.axes, 11)) + 10, Math.max(0.36 * width, 64));
    const heights = lengths(columns, 13);
    const tails = heights.map((length, i) => [i + 0.5, length]);
    if (rest) tails.push([units - data.restWidth / 2, 10]);
    const reach = (side) => Math.max(...tails.map(([at, length]) => at * side + length * Math.cos(TILT) + 13)) - units * side;
    cell = Math.min(Math.max(Math.floor(data.side / Math.max(rows.length, units)), LEAST), MOST);
    const fits = (side) => Math.max(rows.length, units) * side <= GROWN * data.side
      && left + units * side + Math.max(0, reach(side)) + LEGEND + 24 <= width;
    while (window.innerWidth >= LARGE && cell < MOST && fits(cell + 1)) cell += 1;
    while (cell > LEAST && left + units * cell + Math.max(0, reach(cell)) > width) cell -= 1;
    const font = cell < 20 ? 12 : 13, head = Math.max(...heights) * Math.sin(TILT) + font;
    const plot = units * cell, right = Math.max(0, Math.ceil(reach(cell)));
    grid.style.fontSize = `${font}px`;
    grid.style.gridTemplateColumns = `${left}px ${Math.ceil(plot) + right}px`;
    heads.style.height = `${Math.ceil(Math.max(head, 32))}px`;
    sides.style.lineHeight = `${cell}px`;
    rowLabels.forEach((button) => { button.style.height = `${cell}px`; });
    const line = Math.min(cell, 18);
    const stand = (element, middle) => Object.assign(element.style, {
      left: `${middle}px`, bottom: `${3 - line / 2 + 3}px`, lineHeight: `${line}px`, maxWidth: `${LABEL + 8}px` });
    columnLabels.forEach((button, j) => stand(button, (j + 0.5) * cell));
    stand(none, (columns.length + data.restGap + data.restWidth / 2) * cell);
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
    const taken = left + plot + right;
    root.dataset.legend = width >= taken + 24 + LEGEND ? "right" : width >= LINE ? "above" : "below";
    wide.style.display = taken > width ? "" : "none";
    look();
  }

  function set(element, left, top, width, height) {
    const px = { left, top, width, height };
    for (const [name, value] of Object.entries(px)) element.style[name] = `${value}px`;
    element.style.display = "block";
  }

  // What is pointed at, and what is chosen.

  let near = NOTHING;

  function point(at) { near = at; look(); }

  function look() {
    const column = (key) => (key === null ? null : Math.floor(key / pool));
    const { selected } = kept, chosen = [selected[0], column(selected[1])];
    const across = (columns.length + (rest ? data.restGap + data.restWidth : 0)) * cell, down = rows.length * cell;
    for (const [name, [q, k]] of [["near", near], ["chosen", chosen]]) {
      boxes[`${name} row`].style.display = boxes[`${name} column`].style.display = "none";
      if (q !== null) set(boxes[`${name} row`], 0, q * cell, across, cell);
      if (k !== null && k < columns.length) set(boxes[`${name} column`], k * cell, 0, cell, down);
      rowLabels.forEach((button, i) => button.classList.toggle(name, i === q));
      columnLabels.forEach((button, j) => button.classList.toggle(name, j === k));
    }
    boxes["chosen cell"].style.display = "none";
    if (chosen[0] !== null && chosen[1] !== null) set(boxes["chosen cell"], chosen[1] * cell, chosen[0] * cell, cell, cell);
    rowLabels.forEach((button, i) => button.setAttribute("aria-pressed", i === chosen[0]));
    columnLabels.forEach((button, j) => button.setAttribute("aria-pressed", j === chosen[1]));
    say(near[0] === null && near[1] === null ? chosen : near);
  }

  // The weight of a cell, told above it, or below it where it is among the first.
  function say([q, k]) {
    tip.textContent = "";
    if (q === null || k === null) return;
    const value = k === columns.length ? rest[q] : weights[q][k];
    const hidden = data.shown && k < columns.length && !data.shown[q].includes(k) ? " (not shown)" : "";
    tip.textContent = `${rows[q]} ← ${columns[k] ?? data.restName}: ${number(value)}${hidden}`;
    const left = cells.offsetLeft + (k + 0.5) * cell - tip.offsetWidth / 2;
    const [least, most] = [frame.scrollLeft, frame.scrollLeft + frame.clientWidth - tip.offsetWidth];
    tip.style.left = `${Math.max(least, Math.min(left, most))}px`;
    tip.style.top = `${cells.offsetTop + (q === 0 ? cell + 4 : q * cell - tip.offsetHeight - 4)}px`;
  }

  function number(value) {
    const text = Math.abs(value).toFixed(2);
    const sign = Number(text) && value < 0 ? "−" : "+";
    return data.difference ? sign + text : text;
  }

  function pick([q, column]) {
    stop();
    const key = column === null || column >= columns.length ? null : column * pool;
    const again = kept.selected[0] === q && kept.selected[1] === key;
    choose(again ? NOTHING : [q, key]);
  }

  function choose(selected) {
    kept.selected = selected;
    kept.sent.push(String(selected));
    kept.tell(selected);
    look();
  }

  // What the page says is chosen. Its answers to what was chosen here come late, when more may have been chosen.
  function follow(selected) {
    const place = kept.sent.indexOf(String(selected));
    kept.sent.splice(0, place + 1);
    if (place < 0 && String(selected) !== String(kept.selected)) {
      stop();
      Object.assign(kept, { selected, sent: [] });
    }
    look();
  }

  // Escape: the sentences tell the page. Where it never learned what was chosen here, it has nothing new to answer.
  function clear() {
    stop();
    Object.assign(kept, { selected: NOTHING, sent: [] });
    look();
  }

  // Cells.

  const cellAt = (event) => {
    const { left, top } = cells.getBoundingClientRect(), k = Math.floor((event.clientX - left) / cell);
    const q = Math.min(Math.max(Math.floor((event.clientY - top) / cell), 0), rows.length - 1);
    return [q, Math.min(Math.max(k, 0), columns.length - (rest ? 0 : 1))];
  };
  cells.onpointermove = (event) => { if (event.pointerType !== "touch") point(cellAt(event)); };
  cells.onpointerleave = () => point(NOTHING);
  cells.onclick = (event) => { near = NOTHING; pick(cellAt(event)); };
  cells.onfocus = () => { if (cells.matches(":focus-visible")) point([kept.selected[0] ?? 0, kept.selected[1] ?? 0]); };
  cells.onblur = () => point(NOTHING);
  cells.onkeydown = (event) => {
    const [down, across] = MOVES[event.key] ?? [0, 0], [q, k] = near.map((place) => place ?? 0);
    if (event.key === "Enter" || event.key === " ") pick([q, k]);
    else if (down || across) point([within(q + down, rows.length), within(k + across, columns.length)]);
    else return;
    event.preventDefault();
  };

  // The arrow keys go from word to word; one word of a row of buttons is reached with Tab.
  const walk = (labels) => (event) => {
    const at = labels.indexOf(event.target), [down, across] = MOVES[event.key] ?? [0, 0];
    const next = { Home: 0, End: labels.length - 1 }[event.key] ?? within(at + down + across, labels.length);
    if (at < 0 || next === at) return;
    event.preventDefault();
    labels[at].tabIndex = -1;
    labels[next].tabIndex = 0;
    labels[next].focus();
  };
  sides.onkeydown = walk(rowLabels);
  heads.onkeydown = walk(columnLabels);

  // Playing through the rows. Whoever wants less motion goes from word to word by hand.

  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const next = () => { const [q] = kept.selected; return q === null || q + 1 >= rows.length ? 0 : q + 1; };

  function stop() {
    clearInterval(kept.timer);
    kept.timer = null;
    play.textContent = still ? "Next word ▸" : "▶ Play";
  }

  play.onclick = () => {
    if (kept.timer) { stop(); return; }
    choose([next(), null]);
    if (still) return;
    play.textContent = "❚❚ Pause";
    kept.timer = setInterval(() => {
      if (root.isConnected && next()) choose([next(), null]); else stop();
    }, PLAY);
  };

  stop();
  return { lay, follow, stop, clear };
}

const MOVES = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };
const within = (place, count) => Math.min(Math.max(place, 0), count - 1);
