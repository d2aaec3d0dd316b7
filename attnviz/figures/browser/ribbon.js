// A ribbon: the words of the two sides are buttons, and links between them are drawn by weight. What all views of a map
// share stands in map.js.

const [LOWEST, HIGHEST, TALL] = [18, 30, 420];  // px: the room of a word, and of all words where that is enough
const [NARROWEST, WIDEST] = [72, 380];  // px between the two sides
const [THIN, THICK] = [1, 12];  // px of a link
const FAINT = 0.12;  // how much is seen of the other links while a word is lit
const NEAR = 7;  // px from a link, within which it is pointed at
const USUAL = 0.05;  // of the scale: weaker links are hidden at first
const MOST_NAMED = 4;  // words that a lit one is linked to

export default function (component) { return mount(component, "ribbon", build); }

function build(root, data, kept) {
  const { rows, columns, weights, rest, shown } = data;
  const top = Math.max(Math.abs(data.low), Math.abs(data.high)), shade = shading(data);
  const units = columns.length + (rest ? data.restGap + data.restWidth : 0), NONE = columns.length;
  const weight = (q, k) => (k === NONE ? rest[q] : weights[q][k]);
  const links = rows.flatMap((_, q) => [...columns.keys(), ...(rest ? [NONE] : [])].map((k) => [q, k]))
    .sort((a, b) => Math.abs(weight(...a)) - Math.abs(weight(...b)));  // the strongest are drawn last
  const all = links.reduce((sum, link) => sum + Math.abs(weight(...link)), 0);
  const isShown = ([q, k]) => Math.abs(weight(q, k)) >= (kept.least ?? USUAL) * top && Math.abs(weight(q, k)) > 0
    && (k === NONE || !shown || shown[q].includes(k));
  let seen = [];

  // The parts.

  const frame = make("div", "frame"), grid = make("div", "grid"), between = make("div", "between");
  const [keySide, querySide] = ["keys", "queries"].map((name) => make("div", `side ${name}`));
  const [base, lit] = ["base", "lit"].map((name) => make("canvas", name));
  const heads = data.ends.map((name, i) => make("div", `head ${["keys", "queries"][i]}`, name));
  const tip = make("div", "tip"), said = make("div", "said");
  said.setAttribute("role", "status");
  between.append(base, lit, tip);
  between.setAttribute("role", "img");
  between.setAttribute("aria-label", data.alt);
  const leave = () => point(NOTHING);
  const act = (placed) => ({ pick: (i) => choice.pick(placed(i)), point: (i) => point(placed(i)), leave });
  const keyLabels = labelled(keySide, data.names[1], columns, act((k) => [null, k]));
  const queryLabels = labelled(querySide, data.names[0], rows, act((q) => [q, null]));
  markUnread(keyLabels, data.unread);
  const none = make("span", "none", data.restLabel);
  none.title = data.restName;
  if (rest) keySide.append(none);
  grid.append(heads[0], make("div", "head"), heads[1], keySide, between, querySide);
  frame.append(grid);

  const play = make("button", "play"), legend = legendOf(data, play);
  const least = make("input", ""), threshold = make("label", "threshold");
  Object.assign(least, { type: "range", min: 0, max: 0.5, step: 0.01, value: kept.least ?? USUAL });
  threshold.append(make("span", ""), least);
  legend.append(threshold);
  root.replaceChildren(frame, said, legend);

  // Sizes.

  let [wide, tall] = [WIDEST, TALL];
  const keyAt = (k) => (k === NONE ? units - data.restWidth / 2 : k + 0.5) * tall / units;
  const queryAt = (q) => (q + 0.5) * tall / rows.length;

  function lay() {
    const width = root.clientWidth;
    if (!width) return;  // it lies in something that is closed
    const most = Math.max(0.32 * width, 64);
    const [left, right] = [columns, rows].map((side, i) => Math.min(
      Math.max(...lengths(root, side, 13), lengths(root, [data.ends[i]], 11)[0]) + 12, most));
    wide = Math.max(NARROWEST, Math.min(width - left - right, WIDEST));
    const count = Math.max(units, rows.length);
    tall = Math.round(count * within(TALL / count, LOWEST, HIGHEST));
    grid.style.gridTemplateColumns = `${left}px ${wide}px ${right}px`;
    for (const element of [keySide, between, querySide]) element.style.height = `${tall}px`;
    keyLabels.forEach((button, k) => { button.style.top = `${keyAt(k)}px`; });
    queryLabels.forEach((button, q) => { button.style.top = `${queryAt(q)}px`; });
    none.style.top = `${keyAt(NONE)}px`;
    const taken = left + wide + right;
    root.dataset.legend = width >= taken + 24 + LEGEND ? "right" : width >= LINE ? "above" : "below";
    draw();
  }

  // Drawing.

  function draw() {
    seen = links.filter(isShown);
    stroke(base, seen);
    const gone = all ? 1 - seen.reduce((sum, link) => sum + Math.abs(weight(...link)), 0) / all : 0;
    threshold.firstChild.textContent = `Links below ${told(least.value * top, false)} are hidden: ${shareTold(gone)} of ` +
      `the ${data.difference ? "difference" : "weight"}.`;
    look();
  }

  function stroke(canvas, drawn) {
    const scale = window.devicePixelRatio || 1, ink = canvas.getContext("2d");
    [canvas.width, canvas.height] = [Math.round(wide * scale), Math.round(tall * scale)];
    ink.scale(scale, scale);
    const thick = Math.min(THICK, 0.6 * tall / Math.max(units, rows.length));
    for (const [q, k] of drawn) {
      const [from, to] = [keyAt(k), queryAt(q)], value = weight(q, k);
      ink.strokeStyle = `rgb(${shade(value).join(" ")})`;
      ink.lineWidth = Math.max(THIN, thick * Math.min(Math.abs(value) / top, 1));
      ink.beginPath();
      ink.moveTo(0, from);
      ink.bezierCurveTo(wide / 2, from, wide / 2, to, wide, to);
      ink.stroke();
    }
  }

  least.oninput = () => { kept.least = Number(least.value); draw(); };

  // What is pointed at, and what is chosen.

  let near = NOTHING;
  const isNothing = ([q, k]) => q === null && k === null;

  function point(at) { near = at; look(); }

  function look() {
    const place = isNothing(near) ? kept.selected : near, [q, k] = place, on = !isNothing(place);
    const linked = on ? seen.filter(([query, key]) => (q === null || q === query) && (k === null || k === key)) : [];
    base.style.opacity = on ? FAINT : 1;
    stroke(lit, linked);
    for (const [name, [query, key]] of [["near", near], ["chosen", kept.selected]]) {
      markLabels(queryLabels, name, query);
      markLabels(keyLabels, name, key);
    }
    shadeLabels(queryLabels, q === null && k !== null ? linked.map(([query]) => [query, weight(query, k)]) : []);
    shadeLabels([...keyLabels, none], q !== null && k === null ? linked.map(([, key]) => [key, weight(q, key)]) : []);
    said.textContent = on ? tell(q, k, linked) : data.hint;
    tip.textContent = "";
    if (q !== null && k !== null) say(q, k);
  }

  function shadeLabels(labels, values) {
    labels.forEach((label) => Object.assign(label.style, { backgroundColor: "", color: "" }));
    values.forEach(([i, value]) => {
      const stop = nearestStop(data, value);
      Object.assign(labels[i].style, { backgroundColor: data.stops[stop], color: data.inks[stop] });
    });
  }

  const nameOf = (k) => (k === NONE ? data.restLabel : columns[k]);

  function tell(q, k, linked) {
    if (q !== null && k !== null) return `${apart(rows[q])} ← ${apart(nameOf(k))}: ${told(weight(q, k), data.difference)}`;
    const [word, others] = q === null ? [columns[k], ([query]) => rows[query]] : [rows[q], ([, key]) => nameOf(key)];
    const strongest = linked.slice(-MOST_NAMED).reverse();
    const named = strongest.map((link) => `${apart(others(link))} ${told(weight(...link), data.difference)}`);
    const more = linked.length > MOST_NAMED ? ` and ${linked.length - MOST_NAMED} more` : "";
    return `${apart(word)} ${q === null ? "→" : "←"} ${named.length ? named.join(", ") + more : "only links that are hidden"}`;
  }

  // The weight of a link, told in its middle.
  function say(q, k) {
    tip.textContent = told(weight(q, k), data.difference);
    tip.style.left = `${wide / 2 - tip.offsetWidth / 2}px`;
    tip.style.top = `${(keyAt(k) + queryAt(q)) / 2 - tip.offsetHeight - THICK / 2}px`;
  }

  // Links: the nearest one answers.

  function linkAt(event) {
    const { left, top: above } = between.getBoundingClientRect(), across = (event.clientX - left) / wide;
    let [low, high] = [0, 1];
    for (let i = 0; i < 16; i += 1) {  // where along a curve it is so far across
      const t = (low + high) / 2;
      if (1.5 * t * (1 - t) + t ** 3 < across) low = t; else high = t;
    }
    const up = low * low * (3 - 2 * low), y = event.clientY - above;
    const away = ([q, k]) => Math.abs(keyAt(k) + (queryAt(q) - keyAt(k)) * up - y);
    const nearest = seen.reduce((best, link) => (best && away(best) < away(link) ? best : link), null);
    return nearest && away(nearest) <= NEAR ? nearest : NOTHING;
  }

  between.onpointermove = (event) => { if (event.pointerType !== "touch") point(linkAt(event)); };
  between.onpointerleave = leave;
  between.onclick = (event) => {
    const [q, k] = linkAt(event);
    near = NOTHING;
    if (q !== null) choice.pick([q, k === NONE ? null : k]);
  };

  // The arrow keys go up and down a side, and across along the strongest link.

  function across(labels, others, linked) {
    const along = walk(labels);
    return (event) => {
      const at = labels.indexOf(event.target);
      if (at < 0 || !["ArrowLeft", "ArrowRight"].includes(event.key)) { along(event); return; }
      event.preventDefault();
      const other = linked(at);
      if (other !== undefined && other !== NONE) reach(others, other);
    };
  }

  keySide.onkeydown = across(keyLabels, queryLabels, (at) => seen.findLast(([, k]) => k === at)?.[0]);
  querySide.onkeydown = across(queryLabels, keyLabels, (at) => seen.findLast(([q]) => q === at)?.[1]);

  const choice = choosing(kept, rows.length, play, look);
  return { ...choice, lay, point };
}
