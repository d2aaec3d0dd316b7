// The map of a reading as a ribbon: links from each phoneme, where it stands in time, to when it was listened for.
// Where very many phonemes are in view, the matrix stands in its place.

const [LINKS, MOST_LINKED] = [150, 80];  // px that it is high, and how many phonemes may be in view
const [THIN, THICK, FAINT] = [1, 10, 0.12];  // px of a link, and how much is seen of the others while one is lit
const USUAL = 0.05;  // of the scale: weaker links are hidden at first

function ribbonOf(view, track, t) {
  const { kept } = view, { labels, stops, low, high } = track, matrix = mapOf(view, track, t);
  const top = Math.max(Math.abs(low), Math.abs(high)), weights = labels.map((_, p) => matrix.row(p));
  const links = make("div", "map"), [drawn, over] = ["drawn", "over"].map((name) => make("canvas", name));
  const segment = make("div", "box segment"), frame = make("div", ""), names = make("div", "");
  drawn.setAttribute("role", "img");
  drawn.setAttribute("aria-label", track.alt);
  links.append(drawn, over, segment);
  frame.append(links, matrix.frame);
  names.append(matrix.names);
  const threshold = make("label", "threshold"), least = make("input", ""), told = make("span", "");
  Object.assign(least, { type: "range", min: 0, max: 0.5, step: 0.01 });
  threshold.append(told, least);
  matrix.legend.append(threshold);
  least.oninput = () => {
    kept.least = Number(least.value);
    view.draw();
  };

  const lowest = () => (kept.least ?? USUAL) * top;
  const isSeen = (value) => value !== 0 && Math.abs(value) >= lowest();
  const noun = track.difference ? "difference" : "weight";
  let [first, last] = [0, -1];  // the phonemes in view
  const isRibbon = () => last - first < MOST_LINKED;

  function draw() {
    first = Math.max(track.ends.findIndex((end) => end > kept.from), 0);
    last = track.starts.findLastIndex((start) => start < kept.to);
    const ribbon = isRibbon();
    links.hidden = least.hidden = !ribbon;
    matrix.frame.hidden = matrix.names.hidden = ribbon;
    told.textContent = ribbon
      ? `Links below ${lowest().toFixed(2)} are hidden: ${shareTold(hidden())} of the ${noun}.`
      : `More than ${MOST_LINKED} phonemes are in view, so the map is a matrix. Show less time for its ribbon.`;
    least.value = kept.least ?? USUAL;
    if (ribbon) stroke(sized(drawn, view.width, LINKS), first, last); else matrix.draw();
  }

  function stroke(ink, from, to) {
    const seen = [], { x } = view.time;
    weights.slice(from, to + 1).forEach((row, p) => row.forEach((value, k) => {
      if (isSeen(value)) seen.push([from + p, k, value]);
    }));
    seen.sort(([, , one], [, , other]) => Math.abs(one) - Math.abs(other));  // the strongest are drawn last
    const thick = within(x(track.step) - x(0), 2 * THIN, THICK);  // as wide as a frame is, so that neighbours part
    for (const [p, k, value] of seen) {
      const [above, below] = [x(track.centres[p]), x(track.first + (k + 0.5) * track.step)];
      ink.strokeStyle = stops[nearestStop(track, value)];
      ink.lineWidth = Math.max(THIN, thick * Math.min(Math.abs(value) / top, 1));
      ink.beginPath();
      ink.moveTo(above, 0);
      ink.bezierCurveTo(above, LINKS / 2, below, LINKS / 2, below, LINKS);
      ink.stroke();
    }
  }

  // The share of the weight, of all phonemes, that no link shows.
  function hidden() {
    let [all, gone] = [0, 0];
    weights.forEach((row) => row.forEach((value) => {
      all += Math.abs(value);
      if (!isSeen(value)) gone += Math.abs(value);
    }));
    return all ? gone / all : 0;
  }

  function mark(lit) {
    if (!isRibbon()) { matrix.mark(lit); return; }
    const shown = lit && lit.last >= first && lit.first <= last, { x } = view.time;
    const ink = sized(over, view.width, LINKS);
    drawn.style.opacity = shown ? FAINT : 1;
    segment.style.display = shown ? "" : "none";
    if (!shown) return;
    stroke(ink, lit.first, lit.last);
    const [from, to] = [x(track.starts[lit.first]), x(track.ends[lit.last])];
    Object.assign(segment.style, { left: `${from}px`, width: `${Math.max(to - from, 2)}px` });
  }

  // The phoneme at the time under the pointer answers.

  function at(event) {
    const p = phoneAt(track, view.time.at(event, drawn));
    return p < 0 ? null : { track: t, first: p, last: p };
  }

  links.onpointermove = (event) => { if (event.pointerType !== "touch") view.point(at(event)); };
  links.onpointerleave = () => view.point(null);
  links.onclick = (event) => { const place = at(event); if (place) view.pick(place); };

  return { ...matrix, names, frame, draw, mark };
}
