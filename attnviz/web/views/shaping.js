// A map that takes shape: a slider and a play button choose a moment of the training; the map and the learning curve
// beside it show that moment. Words come as data and are written as text, never as markup.

const PLAY = 500;  // ms a moment
const [LEAST, MOST] = [16, 30];  // px, the side of a cell between words
const [NARROW, WIDE] = [2, 12];  // px, the width of a cell over time
const LABEL = 110;  // px, the longest label
const TILT = Math.PI / 3;  // of the labels of columns, as the CSS has it
const STRENGTH = 0.75;  // of the orange over a photo
const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [320, 190];  // of the curve, in its own units
const ROOM = { left: 34, right: 8, top: 20, bottom: 30 };

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".shaping");
  const kept = (root.attnviz ??= {});
  const drawn = JSON.stringify(data);
  // Only what changed is drawn anew: the moment that was chosen stays, unless there is another map.
  if (kept.drawn !== drawn) {
    kept.stop?.();
    if (kept.id !== data.id) Object.assign(kept, { id: data.id, at: data.steps.length - 1 });
    kept.drawn = drawn;
    Object.assign(kept, build(root, data, kept));
  }
  kept.silence?.();
  const { lay } = kept, room = new ResizeObserver(lay);
  room.observe(root);
  document.fonts.addEventListener("loadingdone", lay);  // labels are as long as their font makes them
  kept.silence = () => {
    room.disconnect();
    document.fonts.removeEventListener("loadingdone", lay);
  };
  return kept.silence;
}

function build(root, data, kept) {
  const { steps, rows, count } = data, values = bytes(data.values), last = steps.length - 1;
  const at = (moment, row, column) => values[(moment * rows.length + row) * count + column] / 255;
  for (const [name, colour] of Object.entries(data.colours)) root.style.setProperty(`--${name}`, colour);

  const play = make("button"), slider = make("input"), now = make("output");
  Object.assign(slider, { type: "range", min: 0, max: last, step: 1 });
  slider.setAttribute("aria-label", "Moment of the training");
  const bar = make("div", "bar"), both = make("div", "both"), note = make("div", "note");
  bar.append(play, slider, now);
  const map = make("div", "map"), curve = make("div", "curve");
  map.setAttribute("role", "img");
  const picture = data.grid ? photos(map, data, at) : cells(map, data, at), chart = learning(curve, data);
  both.append(map, curve);
  root.replaceChildren(bar, both, note);

  function show(moment) {
    kept.at = moment;
    slider.value = moment;
    const step = `Step ${steps[moment].toLocaleString("en")} of ${steps[last].toLocaleString("en")}`;
    now.textContent = step;
    slider.setAttribute("aria-valuetext", `${step}. ${data.told[moment]}`);
    map.setAttribute("aria-label", `${data.alt}, at ${step.toLowerCase()}. ${data.told[moment]}`);
    note.textContent = `${data.told[moment]} ${data.scale}`;
    picture.paint(moment);
    chart.point(steps[moment]);
  }

  // Whoever wants less motion goes from moment to moment by hand.
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const next = () => (kept.at >= last ? 0 : kept.at + 1);
  function stop() {
    clearInterval(kept.timer);
    kept.timer = null;
    play.textContent = still ? "Next ▸" : "▶ Play";
  }
  play.onclick = () => {
    if (kept.timer) { stop(); return; }
    show(next());
    if (still) return;
    play.textContent = "❚❚ Pause";
    kept.timer = setInterval(() => {
      if (root.isConnected && kept.at < last) show(kept.at + 1);
      if (!root.isConnected || kept.at >= last) stop();
    }, PLAY);
  };
  slider.oninput = () => { stop(); show(Number(slider.value)); };

  const lay = () => picture.lay(both.clientWidth);
  stop();
  show(kept.at);
  lay();
  return { stop, lay };
}

// A heatmap over words or over time.
function cells(map, data, at) {
  const { rows, columns, count } = data, overTime = !columns.length;
  const frame = make("div", "frame"), grid = make("div", "cells"), canvas = make("canvas");
  const corner = make("div", "corner"), heads = make("div", "heads"), sides = make("div", "sides");
  corner.append(...data.axes.map((name) => make("div", "", name)));
  const labels = [...columns, ...(data.rest ? [data.rest] : [])].map((text) => make("span", "", text));
  if (data.rest) labels.at(-1).title = data.restName;
  heads.append(...labels);
  const names = rows.map((text) => make("div", "", text));
  sides.append(...names);
  Object.assign(canvas, { width: count, height: rows.length });
  const plot = make("div");
  plot.append(canvas);
  if (overTime) {
    const times = make("div", "times");
    times.append(make("span", "", "0 s"), make("span", "", `${data.seconds.toFixed(1)} s`));
    plot.append(times);
  }
  grid.append(corner, heads, sides, plot);
  frame.append(grid);
  map.replaceChildren(frame);
  const shade = shading({ stops: data.stops, low: 0, high: 1 }), ink = canvas.getContext("2d");

  function paint(moment) {
    const pixels = ink.createImageData(count, rows.length);
    for (let row = 0; row < rows.length; row += 1) {
      for (let column = 0; column < count; column += 1) {
        pixels.data.set([...shade(at(moment, row, column)), 255], 4 * (row * count + column));
      }
    }
    ink.putImageData(pixels, 0, 0);
  }

  function lay(width) {
    if (!width) return;
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = getComputedStyle(grid).font;
    const long = (text) => Math.min(LABEL, pen.measureText(text).width);
    const left = Math.ceil(Math.max(...[...rows, ...data.axes].map(long))) + 10;
    const reach = overTime ? 0 : Math.max(...labels.map((one) => long(one.textContent))) * Math.cos(TILT);
    const room = Math.floor((width - left - reach) / count);
    const across = overTime ? within(room, NARROW, WIDE) : within(room, LEAST, MOST);
    const down = overTime ? within(Math.floor(360 / rows.length), NARROW, LEAST) : across;
    canvas.style.width = `${across * count}px`;
    canvas.style.height = `${down * rows.length}px`;
    grid.style.gridTemplateColumns = `${left}px ${Math.ceil(across * count + reach)}px`;
    plot.style.width = `${across * count}px`;
    const high = Math.max(0, ...labels.map((one) => long(one.textContent))) * Math.sin(TILT) + 16;
    heads.style.height = `${Math.ceil(Math.max(high, 32))}px`;
    labels.forEach((one, column) => { one.style.left = `${(column + 0.65) * across}px`; });
    // Of low rows only some have room for a label.
    const every = Math.ceil(12 / down);
    names.forEach((one, row) => {
      Object.assign(one.style, { height: `${down}px`, lineHeight: `${down}px`, visibility: row % every ? "hidden" : "",
                                 overflow: every > 1 ? "visible" : "hidden" });
    });
  }
  return { paint, lay };
}

// The photo once for each word, orange where that word looks.
function photos(map, data, at) {
  const [down, across] = data.grid, size = down * across, tiles = make("div", "tiles");
  const drawn = data.rows.map((word) => {
    const tile = make("figure", "tile"), stage = make("div", "stage"), photo = make("img"), canvas = make("canvas");
    Object.assign(photo, { src: data.photo, alt: "", width: data.size[0], height: data.size[1] });
    Object.assign(canvas, { width: across, height: down });
    const caption = make("figcaption"), rest = make("span");
    caption.append(make("span", "", word), rest);
    stage.append(photo, canvas);
    tile.append(stage, caption);
    tiles.append(tile);
    return { ink: canvas.getContext("2d"), rest };
  });
  map.replaceChildren(tiles);

  function paint(moment) {
    drawn.forEach(({ ink, rest }, row) => {
      const pixels = ink.createImageData(across, down);
      for (let cell = 0; cell < size; cell += 1) {
        pixels.data.set([...data.tint, Math.round(255 * STRENGTH * at(moment, row, cell))], 4 * cell);
      }
      ink.putImageData(pixels, 0, 0);
      if (data.rest) rest.textContent = `${data.rest} ${data.rests[moment][row].toFixed(2)}`;
    });
  }
  return { paint, lay: () => {} };
}

// The learning curve, with a line at the moment that is shown.
function learning(curve, data) {
  const { curve: points, steps } = data;
  if (points.length < 2) return { point: () => {} };
  const end = Math.max(points.at(-1)[0], steps.at(-1)), figures = points.map(([, value]) => value);
  const [low, high] = [Math.min(...figures), Math.max(...figures)];
  const x = (step) => ROOM.left + (WIDTH - ROOM.left - ROOM.right) * step / end;
  const y = (value) => ROOM.top + (HEIGHT - ROOM.top - ROOM.bottom) * (high - value) / (high - low || 1);
  const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
  svg.setAttribute("aria-label", `Learning curve: ${data.figure}, from ${figures[0].toFixed(2)} to ${figures.at(-1).toFixed(2)}.`);
  const write = (text, place) => { const made = draw("text", place); made.textContent = text; svg.append(made); };
  for (const value of [low, high]) {
    svg.append(draw("line", { class: "axis", x1: ROOM.left, x2: WIDTH - ROOM.right, y1: y(value), y2: y(value) }));
    write(value.toFixed(2), { x: ROOM.left - 4, y: y(value) + 4, "text-anchor": "end" });
  }
  write(data.figure, { x: 0, y: 10 });
  write("0", { x: x(0), y: HEIGHT - ROOM.bottom + 16 });
  write(`${end.toLocaleString("en")} steps`, { x: x(end), y: HEIGHT - ROOM.bottom + 16, "text-anchor": "end" });
  svg.append(draw("polyline", { class: "line", points: points.map(([step, value]) => `${x(step)},${y(value)}`).join(" ") }));
  const now = draw("line", { class: "now", y1: ROOM.top - 4, y2: HEIGHT - ROOM.bottom + 4 }), dot = draw("circle", { r: 4.5 });
  svg.append(now, dot);
  curve.replaceChildren(svg);

  function point(step) {
    now.setAttribute("x1", x(step));
    now.setAttribute("x2", x(step));
    const after = points.findIndex(([other]) => other >= step), known = after > 0 || points[0][0] === step;
    dot.style.display = known ? "" : "none";  // before the first figure, none is known
    if (!known) return;
    const [[a, before], [b, behind]] = [points[Math.max(0, after - 1)], points[after]];
    dot.setAttribute("cx", x(step));
    dot.setAttribute("cy", y(b === a ? behind : before + (behind - before) * (step - a) / (b - a)));
  }
  return { point };
}

function draw(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
