// A photo, orange where the model looked, the words that it wrote, and a small picture for each word.
// Words come as data and are written as text, never as markup. Nothing here asks the server, but a panel that follows a
// word does.

const PLAY = 900;  // ms a word
const FEW = 2;  // words, through which nobody needs to be played
const NONE = -1;
const EVENT = "attnviz-photo";  // what is chosen in one photo of a group is followed in the others
const MOST_TOLD = 3;
const HINT = "This is the photo as it is. Choose a word, click a place in the photo, or draw a box on it.";

export default function ({ data, parentElement }) {
  const find = (name) => parentElement.querySelector(name);
  const [root, stage, image, canvas, box] = [".photo", ".stage", ".stage img", ".stage canvas", ".box"].map(find);
  const peak = find(".peak");
  const [line, bar, play, plain, told] = [".line", ".bar", ".play", ".plain", ".told"].map(find);
  const [legend, ramp, scale, sheet] = [".legend", ".ramp", ".scale", ".sheet"].map(find);
  const { map, words } = data;
  const kept = (parentElement.attnviz ??= {});
  clearInterval(kept.timer);
  kept.silence?.();
  if (kept.id !== data.id) Object.assign(kept, { id: data.id, word: data.first, area: null });

  const weight = (value) => value.toFixed(value >= 0.095 ? 2 : 3);
  const hasRest = Boolean(map?.rest.some((rest) => rest > data.restShown));
  const rest = (w) => (hasRest ? `∅ ${map.rest[w].toFixed(2)}` : "");

  root.classList.toggle("cells", Boolean(map) && !map.smooth);
  root.style.setProperty("--ratio", data.width / data.height);
  stage.classList.toggle("still", !map);
  if (image.src !== data.photo) image.src = data.photo;
  [image.alt, image.width, image.height] = [data.alt, data.width, data.height];
  image.draggable = false;  // else the browser would carry the picture away in place of drawing a box
  canvas.style.display = map ? "" : "none";
  bar.style.display = words.length ? "" : "none";
  play.style.display = map && words.length > FEW ? "" : "none";
  plain.style.display = map && words.length ? "" : "none";
  plain.textContent = "Photo as it is";
  legend.style.display = map ? "" : "none";
  if (map) ramp.style.setProperty("--tint", `rgb(${data.tint.join(" ")} / ${map.strength})`);

  const parts = words.map((word, w) => {
    const button = make("button", "word", word.text), share = make("span", "share");
    if (word.sure !== null) {
      button.title = `probability ${word.sure.toFixed(2)}`;
      button.style.backgroundImage = "linear-gradient(var(--st-primary-color), var(--st-primary-color))";
      button.style.backgroundSize = `${100 * word.sure}% 2px`;
    }
    button.tabIndex = w === Math.max(kept.word, 0) ? 0 : -1;  // Tab reaches one word, and the arrow keys the others
    button.onclick = () => pick(kept.word === w && !kept.area ? NONE : w);
    button.onmouseenter = () => { if (!kept.timer && !kept.area) light(w); };
    button.onmouseleave = () => { if (!kept.timer && !kept.area) light(kept.word); };
    return { button, share, tile: map ? tileOf(w) : null };
  });
  line.replaceChildren(...parts.flatMap(({ button, share }, w) => {
    const unparted = make("span", "unparted");
    unparted.append(button, share);
    return [w ? words[w].before : "", unparted];
  }));
  sheet.replaceChildren(...parts.map(({ tile }) => tile).filter(Boolean));

  function tileOf(w) {
    const tile = make("button", "tile"), picture = make("span", "picture");
    const copy = make("img", ""), tint = make("canvas", "");
    [copy.src, copy.alt, copy.width, copy.height] = [data.photo, "", data.width, data.height];
    draw(tint, w);
    picture.append(copy, tint);
    tile.append(picture, make("span", "", `${words[w].text} `), make("span", "share", rest(w)));
    tile.tabIndex = -1;  // the word itself is reached with the keys
    tile.onclick = () => pick(w);
    return tile;
  }

  function draw(tint, w) {
    [tint.width, tint.height] = [map.columns, map.rows];
    const cells = new ImageData(map.columns, map.rows);
    map.weights[w].forEach((weight, i) => {
      const share = Math.min(weight / (map.tops[w] || 1), 1);
      cells.data.set([...data.tint, Math.round(255 * map.strength * share)], 4 * i);
    });
    tint.getContext("2d").putImageData(cells, 0, 0);
  }

  function light(w) {
    if (!map) { peak.style.display = "none"; return; }
    image.classList.toggle("grey", w !== NONE);
    scale.textContent = w === NONE ? data.scale : map.scales[w];
    if (w === NONE) canvas.width = canvas.width; else draw(canvas, w);
    if (w === NONE) peak.style.display = "none"; else frame(peak, areaOf(strongest(w)));
  }

  // Places.

  const strongest = (w) => map.weights[w].indexOf(Math.max(...map.weights[w]));

  function areaOf(cell) {
    const row = Math.floor(cell / map.columns), column = cell % map.columns;
    return { x0: column / map.columns, y0: row / map.rows, x1: (column + 1) / map.columns, y1: (row + 1) / map.rows,
             cell };
  }

  function frame(element, { x0, y0, x1, y1 }) {
    const percent = (value) => `${100 * value}%`;
    Object.assign(element.style, { display: "block", left: percent(x0), top: percent(y0),
                                   width: percent(x1 - x0), height: percent(y1 - y0) });
  }

  // What is chosen: a word, or an area of the photo.

  function pick(w) { stop(); choose(w); tell({ word: w }); }

  function choose(w) {
    kept.word = w;
    if (w !== NONE) kept.last = w;
    if (data.place !== null) tellChosen(`${data.group}_${data.place}`, w === NONE ? null : w);
    if (data.place === 0) keepForLink(data.group, "word", w === NONE || w === data.usual ? null : w + 1);
    plain.setAttribute("aria-pressed", w === NONE);
    kept.area = null;
    parts.forEach(({ button, share, tile }, i) => {
      button.classList.toggle("chosen", i === w);
      button.setAttribute("aria-pressed", i === w);
      button.tabIndex = i === Math.max(w, 0) ? 0 : -1;
      button.style.backgroundColor = "";
      tile?.classList.toggle("chosen", i === w);
      share.textContent = rest(i);
    });
    box.style.display = "none";
    light(w);
    told.textContent = map ? (w === NONE ? HINT : summary(w)) : data.noMap;
  }

  function summary(w) {
    const weights = map.weights[w], most = strongest(w);
    const all = weights.reduce((sum, one) => sum + one, 0) || 1;
    const entropy = -weights.reduce((sum, one) => sum + (one > 0 ? (one / all) * Math.log(one / all) : 0), 0);
    const sure = words[w].sure === null ? "" : ` Probability ${words[w].sure.toFixed(2)}.`;
    const apart = hasRest ? ` ${map.rest[w].toFixed(2)} of the weight is on no place.` : "";
    const cells = Math.exp(entropy).toFixed(0);
    return `“${words[w].text}” looks most at the framed cell (weight ${weight(weights[most])}), and at about ` +
      `${cells} of ${weights.length} cells in all.${apart}${sure}`;
  }

  const place = (cell) => `row ${Math.floor(cell / map.columns) + 1}, column ${(cell % map.columns) + 1}`;

  function measure(area) {
    kept.area = area;
    plain.setAttribute("aria-pressed", false);
    const { x0, y0, x1, y1, cell } = area;
    frame(box, area);
    const inside = map.weights[0].map((_, i) => {
      const row = Math.floor(i / map.columns), column = i % map.columns;
      const across = Math.min(x1 * map.columns, column + 1) - Math.max(x0 * map.columns, column);
      const down = Math.min(y1 * map.rows, row + 1) - Math.max(y0 * map.rows, row);
      return Math.max(across, 0) * Math.max(down, 0);
    });
    const mass = map.weights.map((weights) => weights.reduce((sum, one, i) => sum + one * inside[i], 0));
    const most = Math.max(...mass) || 1;
    parts.forEach(({ button, share, tile }, w) => {
      share.textContent = weight(mass[w]);
      button.classList.remove("chosen");
      tile?.classList.remove("chosen");
      const part = `${Math.round(45 * mass[w] / most)}%`;
      button.style.backgroundColor = `color-mix(in srgb, var(--st-primary-color) ${part}, transparent)`;
    });
    light(NONE);
    const order = mass.map((_, w) => w).sort((a, b) => mass[b] - mass[a]).slice(0, MOST_TOLD);
    const first = order.map((w) => `“${words[w].text}” (${weight(mass[w])})`).join(", ");
    told.textContent = cell === undefined
      ? `Beside each word stands its weight inside the box, which is ${(100 * (x1 - x0) * (y1 - y0)).toFixed(0)}% of ` +
        `the photo. The largest are ${first}.`
      : `Beside each word stands its weight at the framed cell (${place(cell)}). The largest are ${first}.`;
  }

  function stop() {
    clearInterval(kept.timer);
    kept.timer = null;
    play.textContent = "▶ Play";
  }

  play.onclick = () => {
    if (kept.timer) { stop(); return; }
    choose(0);
    tell({ word: 0 });
    play.textContent = "■ Stop";
    kept.timer = setInterval(() => {
      if (kept.word + 1 < words.length) { choose(kept.word + 1); tell({ word: kept.word }); } else stop();
    }, PLAY);
  };

  plain.onclick = () => pick(kept.word === NONE && !kept.area ? kept.last ?? 0 : NONE);

  line.onkeydown = (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const next = within(parts.findIndex(({ button }) => button === event.target) + by, 0, words.length - 1);
    pick(next);
    reach(parts.map(({ button }) => button), next);
  };

  // The photo itself takes no focus, so a box is given up from anywhere.
  const leave = (event) => { if (event.key === "Escape" && (kept.area || kept.word !== NONE)) pick(NONE); };
  document.addEventListener("keydown", leave);

  // Clicks and boxes.

  const at = (event, frame) => {
    return [within((event.clientX - frame.left) / frame.width, 0, 1), within((event.clientY - frame.top) / frame.height, 0, 1)];
  };
  stage.onpointerdown = (event) => {
    if (!map || !words.length || event.button) return;
    stop();
    const frame = stage.getBoundingClientRect(); // what is told while a box is drawn may move the photo
    const [x, y] = at(event, frame);
    let drawn = null;
    stage.setPointerCapture(event.pointerId);
    stage.onpointermove = (moved) => {
      const [u, v] = at(moved, frame);
      if (!drawn && Math.abs(u - x) + Math.abs(v - y) < 0.02) return;
      drawn = { x0: Math.min(x, u), y0: Math.min(y, v), x1: Math.max(x, u), y1: Math.max(y, v) };
      measure(drawn);
    };
    stage.onpointerup = () => {
      stage.onpointermove = stage.onpointerup = null;
      const found = drawn ?? cellAt(x, y);
      measure(found);
      tell({ area: drawn ? drawn : { x, y } });
    };
  };
  stage.onpointercancel = () => { stage.onpointermove = stage.onpointerup = null; };

  function cellAt(x, y) {
    const column = Math.min(Math.floor(x * map.columns), map.columns - 1);
    const row = Math.min(Math.floor(y * map.rows), map.rows - 1);
    return areaOf(row * map.columns + column);
  }

  // The other photos of the group: the same word there, where it is written as well, or the same place.

  const nth = (w) => words.slice(0, w).filter((word) => word.text === words[w].text).length;

  function tell({ word, area }) {
    const said = area ?? (word === NONE ? { text: null } : { text: words[word].text, nth: nth(word) });
    document.dispatchEvent(new CustomEvent(EVENT, { detail: { group: data.group, from: parentElement, ...said } }));
  }

  const heard = ({ detail }) => {
    if (detail.group !== data.group || detail.from === parentElement || !words.length) return;
    stop();
    if (detail.text === undefined) {
      if (map) measure(detail.x0 === undefined ? cellAt(detail.x, detail.y) : { ...detail, cell: undefined });
      return;
    }
    const found = words.map((word, w) => (word.text === detail.text ? w : NONE)).filter((w) => w !== NONE);
    choose(found[Math.min(detail.nth ?? 0, found.length - 1)] ?? NONE);
  };
  document.addEventListener(EVENT, heard);
  kept.silence = () => {
    document.removeEventListener(EVENT, heard);
    document.removeEventListener("keydown", leave);
  };

  stop();
  if (kept.area && map) measure(kept.area); else choose(kept.word);
  return () => { clearInterval(kept.timer); kept.silence(); };
}
