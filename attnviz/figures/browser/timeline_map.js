// The map of a reading: a row for each phoneme, a column for each moment. A click chooses a row, a drag moves in time.

const [ROW, LABELLED] = [20, 12];  // px: a row of the map at most, and from which on each has its label
const [TALL, LOW] = [440, 300];  // px: a map alone at most, and one among several

function mapOf(view, track, t) {
  const { columns, labels, ipa, stops, low, high } = track, rows = labels.length, { colours } = view.data;
  const steps = new Int16Array(bytes(track.weights).buffer), cells = cellsOf(track, steps);
  const frame = make("div", "map"), drawn = make("canvas", ""), names = make("canvas", "rows");
  const box = make("div", "box row"), segment = make("div", "box segment"), tip = make("div", "tip");
  drawn.setAttribute("role", "img");
  drawn.setAttribute("aria-label", track.alt);
  frame.append(drawn, box, segment, tip);
  const legend = make("div", "legend"), ramp = make("span", "ramp");
  ramp.style.background = `linear-gradient(to right, ${stops.join(", ")})`;
  const end = (value) => String(Number(value.toFixed(2))).replace("-", "−");
  legend.append(...(track.told.length ? [make("span", "", end(low)), ramp, make("span", "", end(high))] : []),
                ...track.told.map((text) => make("span", "", text)));

  function weight(q, k) { return steps[q * columns + k] * track.unit; }

  function row(q) { return Array.from({ length: columns }, (_, k) => weight(q, k)); }

  // The rows of the phonemes in view, as high as there is room for.

  let [first, count, tall] = [0, rows, ROW];
  let named;  // the row whose name is written as lit

  function draw() {
    const { root, kept, width, tracks } = view, { x } = view.time;
    const most = tracks.filter(({ map }) => map).length > 1 ? LOW : TALL;
    const height = within(rows * ROW, ROW, root.clientWidth < 640 ? 0.8 * most : most);
    first = track.ends.findIndex((end) => end > kept.from);
    let last = rows - 1;
    while (last > 0 && track.starts[last] >= kept.to) last -= 1;
    if (first < 0) first = last;
    count = Math.max(last - first + 1, 1);
    tall = Math.min(height / count, ROW * 1.5);
    const ink = sized(drawn, width, tall * count), cell = track.step / view.time.span() * width;
    ink.imageSmoothingEnabled = false;
    ink.fillStyle = stops[Math.floor(stops.length / 2 * track.difference)];
    ink.fillRect(0, 0, width, tall * count);
    ink.drawImage(cells, 0, first, columns, count, x(track.first), 0, cell * columns, tall * count);
    ink.fillStyle = colours.page;
    for (let i = 1; tall >= 8 && i < count; i += 1) ink.fillRect(0, i * tall - 0.5, width, 1);
    for (let k = 1; cell >= 8 && k < columns; k += 1) ink.fillRect(x(track.first + k * track.step), 0, 1, tall * count);
    drawNames();
  }

  function drawNames() {
    const ink = sized(names, NAMES, tall * count), every = Math.ceil(LABELLED / tall), lit = view.litIn(t);
    const family = getComputedStyle(view.root).fontFamily;
    ink.textAlign = "right";
    ink.textBaseline = "middle";
    for (let i = 0; i < count; i += 1) {
      const p = first + i, on = lit && p >= lit.first && p <= lit.last;
      const near = lit && every > 1 && Math.abs(p - lit.first) * tall < LABELLED;
      if (!on && (i % every || near)) continue;
      ink.font = `${on ? "bold " : ""}${Math.min(13, Math.max(11, tall - 3))}px ${family}`;
      ink.fillStyle = on ? colours.outline : colours.text;
      const middle = within((i + 0.5) * tall, 6, Math.max(6, count * tall - 6));
      ink.fillText(`${labels[p]} ${ipa[p]}`, NAMES - 6, middle);
    }
  }

  function mark(lit) {
    const shown = lit && lit.last >= first && lit.first < first + count, { x } = view.time;
    box.style.display = segment.style.display = shown ? "" : "none";
    if (named !== lit?.first) { named = lit?.first; drawNames(); }
    if (!shown) return;
    const height = (lit.last - lit.first + 1) * tall;
    Object.assign(box.style, { top: `${(lit.first - first) * tall}px`, height: `${Math.max(height, 3)}px` });
    const [from, to] = [x(track.starts[lit.first]), x(track.ends[lit.last])];
    Object.assign(segment.style, { left: `${from}px`, width: `${Math.max(to - from, 2)}px` });
  }

  // What answers the mouse and a finger.

  function rowAt(event) {
    const { top } = drawn.getBoundingClientRect();
    return within(first + Math.floor((event.clientY - top) / tall), first, first + count - 1);
  }

  function choose(event) { const p = rowAt(event); view.pick({ track: t, first: p, last: p }); }

  function point(event) {
    if (event.pointerType === "touch") return;
    const { time, width } = view, p = rowAt(event);
    const k = Math.floor((time.at(event, drawn) - track.first) / track.step);
    if (k < 0 || k >= columns) { tip.textContent = ""; return; }
    const middle = track.first + (k + 0.5) * track.step, value = weight(p, k);
    const sign = track.difference ? (value < 0 ? "−" : "+") : "";
    tip.textContent = `${labels[p]} ← ${view.second(middle)} s: ${sign}${Math.abs(value).toFixed(2)}`;
    const left = time.x(middle) - tip.offsetWidth / 2, top = (p - first) * tall;
    tip.style.left = `${within(left, 0, width - tip.offsetWidth)}px`;
    tip.style.top = `${top > 28 ? top - 28 : top + tall + 4}px`;
  }

  names.onclick = choose;
  frame.onpointermove = point;
  frame.onpointerleave = () => { tip.textContent = ""; };
  frame.onpointerdown = (event) => {
    if (event.button || !rows) return;
    const { from } = view.kept, span = view.time.span(), began = event.clientX;
    let moved = false;
    frame.onpointermove = (now) => {
      moved ||= Math.abs(now.clientX - began) > 4;
      if (moved && span < view.data.seconds) {
        if (!frame.hasPointerCapture(event.pointerId)) frame.setPointerCapture(event.pointerId);
        view.time.look(from - (now.clientX - began) / view.width * span, span);
      } else point(now);
    };
    frame.onpointerup = (up) => { frame.onpointermove = point; if (!moved) choose(up); };
    frame.onpointercancel = () => { frame.onpointermove = point; };
  };

  return { names, frame, legend, row, draw, mark };
}

// One pixel for each weight, to be drawn large. steps: the weights as whole numbers, of which each stands for `unit`.
function cellsOf(track, steps) {
  const { columns, labels, unit } = track, shade = shading(track);
  const cells = make("canvas", ""), image = new ImageData(columns, Math.max(labels.length, 1));
  for (let i = 0; i < labels.length * columns; i += 1) image.data.set([...shade(steps[i] * unit), 255], 4 * i);
  [cells.width, cells.height] = [image.width, image.height];
  cells.getContext("2d").putImageData(image, 0, 0);
  return cells;
}
