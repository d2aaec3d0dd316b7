// A sound on one time axis: waveform and spectrogram, and below them, for each reading, its phonemes and when it listened
// for each. Labels come as data and are written as text, never as markup. Nothing here asks the server: the sound is
// played here, so that what is lit keeps in step with it.

const NAMES = 46;  // px at the left, where the rows are named
const [WAVE, SPECTRUM, AXIS] = [52, 68, 20];  // px high
const [LANE, MOST_LANES, TICK] = [31, 3, 8];  // px of a line of phonemes, how many lines there are, and the ticks below
const [ROW, LABELLED] = [20, 12];  // px: a row of the map at most, and from which on each has its label
const [TALL, LOW] = [440, 300];  // px: a map alone at most, and one among several
const AROUND = 0.1;  // seconds before and after what is chosen, where a listener asks for them
const LEAST_SPAN = 0.25;  // seconds in view
const STEP = 0.05;  // seconds by which an arrow key moves in the sound
const TICKS = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60];  // seconds
const LINK = "attnviz-link";  // what is chosen here belongs into a link (files/copied.js)
const HINT = "Choose a phoneme to hear it and to see when it was listened for. Drag over the sound to move in time.";
const UNMAPPED = "Drag over the sound to move in time.";  // where nobody knows when phonemes were heard
const SILENT = "This browser can't play the sound.";

let speaker = null;  // one for all sounds of the page

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".timeline");
  const kept = (root.attnviz ??= {});
  if (kept.version !== data.version) {
    kept.leave?.();
    if (kept.id !== data.id) {
      const chosen = data.first === null ? null : { track: 0, first: data.first, last: data.first };
      Object.assign(kept, { id: data.id, chosen, time: null, from: 0, to: data.seconds, sound: null });
    }
    kept.version = data.version;
    Object.assign(kept, build(root, data, kept));
  }
  kept.unhook?.();
  const { drawAnew } = kept, room = new ResizeObserver(kept.draw);
  const escape = (event) => { if (event.key === "Escape") kept.clear(); };
  room.observe(root);
  document.fonts.addEventListener("loadingdone", drawAnew);  // phonemes are as wide as their font makes them
  document.addEventListener("keydown", escape);
  kept.unhook = () => {
    room.disconnect();
    document.fonts.removeEventListener("loadingdone", drawAnew);
    document.removeEventListener("keydown", escape);
  };
  return () => { kept.unhook(); kept.leave(); };
}

function build(root, data, kept) {
  const { seconds, rate, colours } = data;
  const make = (tag, name, text = "") => {
    const made = document.createElement(tag);
    made.className = name;
    made.textContent = text;
    if (tag === "button") made.type = "button";
    return made;
  };
  for (const [name, colour] of Object.entries(colours)) root.style.setProperty(`--${name}`, colour);
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const second = (time) => (data.start + time).toFixed(2);

  // The parts.

  const play = make("button", "play"), around = make("button", "around", `± ${AROUND} s`);
  const [minus, plus, whole] = ["−", "+", "Whole"].map((text) => make("button", "zoom", text));
  minus.setAttribute("aria-label", "Show more time");
  plus.setAttribute("aria-label", "Show less time, larger");
  minus.title = "Show more time.";
  plus.title = "Show less time, larger.";
  whole.title = "Show the whole sound.";
  around.title = `Play ${AROUND} seconds before and after what is chosen, too.`;
  const told = make("div", "told");
  told.setAttribute("role", "status");
  const bar = make("div", "bar");
  bar.append(play, around, minus, plus, whole);

  const sheet = make("div", "sheet"), heard = make("div", "heard");
  const wave = make("canvas", "wave"), spectrum = make("div", "spectrum"), picture = make("img", "");
  const band = make("div", "band"), cursor = make("div", "cursor"), axis = make("canvas", "axis");
  const pitch = make("div", "names");
  pitch.append(make("span", "", "sound"), make("span", "high", data.highest), make("span", "low", data.lowest));
  picture.src = data.spectrogram;
  picture.alt = "";
  picture.draggable = false;
  spectrum.append(picture);
  heard.append(wave, spectrum, band);
  heard.tabIndex = 0;
  heard.setAttribute("role", "slider");
  heard.setAttribute("aria-label", "Time in the sound. Arrow keys move in it, Enter plays from there.");
  heard.setAttribute("aria-valuemin", 0);
  heard.setAttribute("aria-valuemax", seconds.toFixed(2));
  const tracks = data.tracks.map(trackOf);
  const place = make("input", "place");
  Object.assign(place, { type: "range", min: 0, step: 0.01 });
  place.setAttribute("aria-label", "Which part of the time is in view");
  const [timed, untimed] = [true, false].map((known) => tracks.filter(({ starts }) => Boolean(starts) === known));
  sheet.append(pitch, heard, ...timed.flatMap(({ parts }) => parts), make("div", "names", "seconds"), axis, cursor);
  root.replaceChildren(bar, told, sheet, place, ...untimed.flatMap(({ parts }) => parts));

  function trackOf(track, t) {
    const parts = [], map = track.weights === null ? null : mapOf(track);
    if (track.title) parts.push(make("div", "title", track.title));
    if (track.note) parts.push(make("div", "note", track.note));
    const words = track.words.map((word) => {
      const button = make("button", "word", word.text);
      button.setAttribute("aria-label", `${word.text}, ${second(track.starts[word.first])} to ` +
        `${second(track.ends[word.last])} seconds`);
      button.onclick = () => pick({ track: t, first: word.first, last: word.last });
      return button;
    });
    if (words.length) {
      const line = make("div", "words");
      line.append(...words);
      line.onkeydown = walk(words, () => {});
      parts.push(make("div", "names", "words"), line);
    }
    const strip = make("div", track.starts ? "strip" : "line");
    strip.setAttribute("role", "group");
    strip.setAttribute("aria-label", `${track.title} phonemes`.trim());
    const phones = track.labels.map((label, p) => {
      const button = make("button", "phone"), name = make("b", "", label);
      button.append(name, make("i", "", track.ipa[p]));
      button.classList.toggle("guessed", track.guessed[p]);
      button.setAttribute("aria-label", spoken(track, p));
      button.title = spoken(track, p);
      if (track.sure) name.style.backgroundSize = `${100 * track.sure[p]}% 2px`;
      button.onclick = () => pick({ track: t, first: p, last: p });
      return button;
    });
    strip.append(...phones);
    strip.onkeydown = walk(phones, (p) => pick({ track: t, first: p, last: p }));
    roving([phones, words].filter(({ length }) => length));
    parts.push(...(track.starts ? [make("div", "names", "heard as")] : []), strip);
    if (map) parts.push(map.names, map.frame, map.legend);
    return { ...track, parts, phones, strip, map, spans: words, widths: null };
  }

  // What is said of a phoneme.

  function called(track, p) {
    const ipa = track.ipa[p] ? ` (${track.ipa[p]})` : "";
    return `${track.labels[p]}${ipa}${track.examples[p] ? ` as in “${track.examples[p]}”` : ""}`;
  }

  function spoken(track, p) {
    const sure = track.sure ? `, probability ${track.sure[p].toFixed(2)}` : "";
    const when = track.starts ? `, ${second(track.starts[p])} to ${second(track.ends[p])} seconds` : "";
    return `${called(track, p)}${sure}${when}`;
  }

  function summary({ track: t, first, last }) {
    const track = tracks[t], name = tracks.length > 1 && track.title ? `${track.title}: ` : "";
    if (first !== last) {
      const word = track.words.find((word) => word.first === first && word.last === last);
      const parts = [`${name}“${word?.text ?? ""}”: ${lasts(track.starts[first], track.ends[last])}`];
      return `${[...parts, ...silences(track, first, last)].join(" · ")}.`;
    }
    const parts = [`${name}${called(track, first)}`];
    if (track.starts) parts.push(`${lasts(track.starts[first], track.ends[first])}${inside(track, first)}`,
      ...silences(track, first, first));
    if (track.sure) parts.push(`probability ${track.sure[first].toFixed(2)}${track.others[first] &&
      `, likeliest here: ${track.others[first]}`}`);
    if (track.guessed[first]) parts.push("guessed from the word's letters");
    if (track.rest) parts.push(`${track.rest[first].toFixed(2)} of the weight on ${track.restName}`);
    return `${parts.join(" · ")}.`;
  }

  const lasts = (from, to) => `${second(from)} to ${second(to)} s (${Math.round(1000 * (to - from))} ms)`;

  // The first segment begins with the sound, and the last one ends with it.
  const silences = (track, first, last) => {
    const sides = [...(first ? [] : ["before"]), ...(last < track.labels.length - 1 ? [] : ["after"])];
    return sides.length ? [`includes any silence ${sides.join(" and ")} it`] : [];
  };

  // The share of a phoneme's weight on frames whose middle lies in its own segment.
  function inside(track, p) {
    if (!track.map || track.difference) return "";
    const row = track.map.row(p), middle = (k) => track.first + (k + 0.5) * track.step;
    const all = row.reduce((sum, weight) => sum + weight, 0);
    const own = row.reduce((sum, weight, k) => sum + (middle(k) >= track.starts[p] && middle(k) < track.ends[p]
      ? weight : 0), 0);
    return all > 0 ? `, with ${Math.round(100 * own / all)} % of its attention` : "";
  }

  // Maps: one pixel for each weight, drawn large.

  function mapOf(track) {
    const { columns, labels, stops, low, high } = track, rows = labels.length;
    const steps = new Int16Array(bytes(track.weights).buffer);
    const weight = (q, k) => steps[q * columns + k] * track.unit;
    const cells = make("canvas", ""), image = new ImageData(columns, Math.max(rows, 1));
    const shades = stops.map((stop) => [1, 3, 5].map((i) => parseInt(stop.slice(i, i + 2), 16)));
    for (let i = 0; i < rows * columns; i += 1) {
      const at = Math.min(Math.max((steps[i] * track.unit - low) / (high - low), 0), 1) * (shades.length - 1);
      const stop = Math.min(Math.floor(at), shades.length - 2);
      shades[stop].forEach((from, c) => {
        image.data[4 * i + c] = Math.round(from + (at - stop) * (shades[stop + 1][c] - from));
      });
      image.data[4 * i + 3] = 255;
    }
    [cells.width, cells.height] = [image.width, image.height];
    cells.getContext("2d").putImageData(image, 0, 0);
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
    return { frame, drawn, names, box, segment, tip, legend, cells, weight, first: 0, count: rows, row: (q) =>
      Array.from({ length: columns }, (_, k) => weight(q, k)) };
  }

  // Sizes and drawing: all that depends on what is in view.

  let width = 0;
  const x = (time) => (time - kept.from) / (kept.to - kept.from) * width;
  const timeAt = (event, element) => {
    const { left } = element.getBoundingClientRect();
    return within(kept.from + (event.clientX - left) / width * (kept.to - kept.from), 0, seconds);
  };

  function sized(canvas, across, down) {
    const scale = window.devicePixelRatio || 1;
    Object.assign(canvas, { width: Math.max(1, Math.round(across * scale)), height: Math.round(down * scale) });
    Object.assign(canvas.style, { width: `${across}px`, height: `${down}px` });
    const ink = canvas.getContext("2d");
    ink.scale(scale, scale);
    return ink;
  }

  function draw() {
    width = root.clientWidth - NAMES;
    if (width <= 0) return;  // it lies in something that is closed
    drawWave();
    const scale = seconds / (kept.to - kept.from);
    Object.assign(picture.style, { width: `${100 * scale}%`, left: `${x(0)}px` });
    tracks.forEach((track) => { drawStrip(track); if (track.map) drawMap(track); });
    drawAxis();
    const zoomed = kept.to - kept.from < seconds - 1e-6;
    Object.assign(place, { max: Math.max(seconds - (kept.to - kept.from), 0), value: kept.from });
    place.style.display = zoomed ? "" : "none";
    minus.disabled = whole.disabled = !zoomed;
    plus.disabled = kept.to - kept.from <= LEAST_SPAN + 1e-6;
    mark();
  }

  function drawAnew() {
    tracks.forEach((track) => { track.widths = null; });
    draw();
  }

  const peaks = new Int8Array(bytes(data.wave).buffer);

  function drawWave() {
    const ink = sized(wave, width, WAVE), count = peaks.length / 2, middle = WAVE / 2;
    ink.fillStyle = colours.muted;
    for (let px = 0; px < width; px += 1) {
      const time = (at) => kept.from + at / width * (kept.to - kept.from);
      const first = within(Math.floor(time(px) / seconds * count), 0, count - 1);
      const last = within(Math.ceil(time(px + 1) / seconds * count) - 1, first, count - 1);
      let [least, most] = [127, -127];
      for (let i = first; i <= last; i += 1) {
        least = Math.min(least, peaks[2 * i]);
        most = Math.max(most, peaks[2 * i + 1]);
      }
      ink.fillRect(px, middle - most / 127 * middle, 1, Math.max(1, (most - least) / 127 * middle));
    }
  }

  function drawAxis() {
    const ink = sized(axis, width, AXIS), span = kept.to - kept.from;
    const tick = TICKS.find((step) => step / span * width >= 52) ?? 120, digits = tick < 0.1 ? 2 : tick < 1 ? 1 : 0;
    ink.font = `11px ${getComputedStyle(root).fontFamily}`;
    ink.fillStyle = ink.strokeStyle = colours.muted;
    for (let i = Math.ceil((data.start + kept.from) / tick); i * tick <= data.start + kept.to + 1e-9; i += 1) {
      const at = x(i * tick - data.start), text = (i * tick).toFixed(digits), half = ink.measureText(text).width / 2;
      ink.fillRect(at, 0, 1, 4);
      ink.fillText(text, within(at - half, 0, Math.max(0, width - 2 * half)), 15);
    }
  }

  // Phonemes stand where their attention centres, in as many lines as they need. Those that find no room are ticks.
  function drawStrip(track) {
    if (!track.starts) return;
    track.widths ??= track.phones.map((button) => {
      button.style.cssText = "display: flex; visibility: hidden; width: auto";
      const wide = button.offsetWidth;
      button.style.cssText = "";
      return wide;
    });
    const ends = [];
    track.places = track.phones.map((button, p) => {
      const centre = x(track.centres[p]), wide = track.widths[p], left = within(centre - wide / 2, 0, width - wide);
      if (track.centres[p] < kept.from || track.centres[p] > kept.to) return { centre, lane: -1 };
      let lane = ends.findIndex((end) => end <= left);
      if (lane < 0 && ends.length < MOST_LANES) lane = ends.push(0) - 1;
      if (lane >= 0) ends[lane] = left + wide;
      return { centre, left, lane: lane < 0 ? null : lane };
    });
    track.strip.style.height = `${Math.max(ends.length, 1) * LANE + TICK}px`;
    track.phones.forEach((button, p) => {
      const { centre, left, lane } = track.places[p];
      button.style.display = lane === -1 ? "none" : "";
      button.classList.toggle("thin", lane === null);
      button.style.left = `${lane === null ? centre - 2 : left}px`;
      button.style.top = lane === null ? "" : `${lane * LANE}px`;
    });
    track.words.forEach((word, w) => {
      const [from, to] = [x(track.starts[word.first]), x(track.ends[word.last])];
      Object.assign(track.spans[w].style, { left: `${from}px`, width: `${Math.max(to - from - 1, 3)}px`,
        display: to <= 0 || from >= width ? "none" : "" });
    });
  }

  // The rows of the phonemes in view, as high as there is room for.
  function drawMap(track) {
    const { map, labels } = track, tall = tracks.filter((one) => one.map).length > 1 ? LOW : TALL;
    const height = within(labels.length * ROW, ROW, root.clientWidth < 640 ? 0.8 * tall : tall);
    let first = track.ends.findIndex((end) => end > kept.from), last = labels.length - 1;
    while (last > 0 && track.starts[last] >= kept.to) last -= 1;
    if (first < 0) first = last;
    const count = Math.max(last - first + 1, 1), row = Math.min(height / count, ROW * 1.5);
    Object.assign(map, { first, count, tall: row });
    const ink = sized(map.drawn, width, row * count), cell = track.step / (kept.to - kept.from) * width;
    ink.imageSmoothingEnabled = false;
    ink.fillStyle = track.stops[Math.floor(track.stops.length / 2 * track.difference)];
    ink.fillRect(0, 0, width, row * count);
    ink.drawImage(map.cells, 0, first, track.columns, count, x(track.first), 0, cell * track.columns, row * count);
    ink.fillStyle = colours.page;
    if (row >= 8) for (let i = 1; i < count; i += 1) ink.fillRect(0, i * row - 0.5, width, 1);
    if (cell >= 8) for (let k = 1; k < track.columns; k += 1) ink.fillRect(x(track.first + k * track.step), 0, 1, row * count);
    drawNames(track);
  }

  function drawNames(track) {
    const { map, labels, ipa } = track, ink = sized(map.names, NAMES, map.tall * map.count);
    const every = Math.ceil(LABELLED / map.tall), lit = litIn(tracks.indexOf(track));
    const family = getComputedStyle(root).fontFamily;
    ink.textAlign = "right";
    ink.textBaseline = "middle";
    for (let i = 0; i < map.count; i += 1) {
      const p = map.first + i, on = lit && p >= lit.first && p <= lit.last;
      const near = lit && every > 1 && Math.abs(p - lit.first) * map.tall < LABELLED;
      if (!on && (i % every || near)) continue;
      ink.font = `${on ? "bold " : ""}${Math.min(13, Math.max(11, map.tall - 3))}px ${family}`;
      ink.fillStyle = on ? colours.outline : colours.text;
      const middle = within((i + 0.5) * map.tall, 6, Math.max(6, map.count * map.tall - 6));
      ink.fillText(`${labels[p]} ${ipa[p]}`, NAMES - 6, middle);
    }
  }

  // What is lit: what is chosen, or while time passes the phoneme at that time, in every track.

  function litIn(t) {
    const track = tracks[t];
    if (!track.starts) return kept.chosen?.track === t ? kept.chosen : null;
    if (kept.time !== null) return single(phoneAt(track, kept.time));
    if (!kept.chosen) return null;
    if (kept.chosen.track === t) return kept.chosen;
    const { starts, ends } = tracks[kept.chosen.track];
    return starts ? single(phoneAt(track, (starts[kept.chosen.first] + ends[kept.chosen.last]) / 2)) : null;
  }

  const single = (p) => (p < 0 ? null : { first: p, last: p });
  const phoneAt = (track, time) => {
    const p = track.ends.findIndex((end) => end > time);
    return p < 0 ? track.labels.length - 1 : p;
  };

  function mark() {
    tracks.forEach((track, t) => {
      const lit = litIn(t), chosen = kept.time === null && kept.chosen?.track === t ? kept.chosen : null;
      track.phones.forEach((button, p) => {
        button.classList.toggle("lit", Boolean(lit && p >= lit.first && p <= lit.last));
        button.setAttribute("aria-pressed", Boolean(chosen && chosen.first === p && chosen.last === p));
      });
      track.spans.forEach((button, w) => {
        const { first, last } = track.words[w];
        button.classList.toggle("lit", Boolean(lit && first <= lit.first && lit.last <= last));
        button.setAttribute("aria-pressed", Boolean(chosen && chosen.first === first && chosen.last === last));
      });
      if (track.map) markMap(track, lit);
    });
    const [span, time] = [spanOf(), kept.time ?? kept.now ?? null];
    band.style.display = span ? "" : "none";
    if (span) Object.assign(band.style, { left: `${x(span[0])}px`, width: `${x(span[1]) - x(span[0])}px` });
    cursor.style.display = time === null || time < kept.from || time > kept.to ? "none" : "";
    if (time !== null) cursor.style.left = `${NAMES + x(time)}px`;
    heard.setAttribute("aria-valuenow", (kept.time ?? 0).toFixed(2));
    const at = tracks.find(({ starts }) => starts);
    heard.setAttribute("aria-valuetext", `${second(kept.time ?? 0)} seconds` +
      (at?.labels.length ? `, ${at.labels[phoneAt(at, kept.time ?? 0)]}` : ""));
  }

  function markMap(track, lit) {
    const { map } = track, [box, segment] = [map.box, map.segment];
    const shown = lit && lit.last >= map.first && lit.first < map.first + map.count;
    box.style.display = segment.style.display = shown ? "" : "none";
    if (map.lit !== lit?.first) { map.lit = lit?.first; drawNames(track); }
    if (!shown) return;
    const top = (lit.first - map.first) * map.tall, height = (lit.last - lit.first + 1) * map.tall;
    Object.assign(box.style, { top: `${top}px`, height: `${Math.max(height, 3)}px` });
    const [from, to] = [x(track.starts[lit.first]), x(track.ends[lit.last])];
    Object.assign(segment.style, { left: `${from}px`, width: `${Math.max(to - from, 2)}px` });
  }

  // The time that is lit: that of what is chosen, or of the first track's phoneme at this time.
  function spanOf() {
    const t = kept.time === null ? kept.chosen?.track : tracks.findIndex(({ starts }) => starts);
    if (t === undefined || t < 0 || !tracks[t].starts || !tracks[t].labels.length) return null;
    const lit = litIn(t);
    return [tracks[t].starts[lit.first], tracks[t].ends[lit.last]];
  }

  // Choosing.

  function pick(chosen) {
    kept.time = null;
    kept.chosen = chosen;
    const track = tracks[chosen.track];
    if (track.starts) {
      const [from, to] = [track.starts[chosen.first], track.ends[chosen.last]], span = kept.to - kept.from;
      if (from < kept.from || to > kept.to) look((from + to - span) / 2, span);
      const more = kept.around ? AROUND : 0;
      sound(Math.max(from - more, 0), Math.min(to + more, seconds), false);
    }
    told.textContent = summary(chosen);
    link(chosen.track === 0 && chosen.first === chosen.last ? chosen.first + 1 : null);
    mark();
  }

  function clear() {
    silence();
    Object.assign(kept, { chosen: null, time: null });
    told.textContent = hint();
    link(null);
    mark();
  }

  // A link to the page holds which phoneme of the first track is chosen, counted from 1.
  function link(value) {
    document.dispatchEvent(new CustomEvent(LINK, { detail: { owner: data.group, name: "phoneme", value } }));
  }

  // Tab reaches one of a row of buttons, and the arrow keys go on from there.
  function roving(rows) {
    rows.forEach((buttons) => buttons.forEach((button, i) => {
      button.tabIndex = i ? -1 : 0;
      button.addEventListener("focus", () => buttons.forEach((other) => { other.tabIndex = other === button ? 0 : -1; }));
    }));
  }

  function walk(buttons, choose) {
    return (event) => {
      const at = buttons.indexOf(event.target), by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const next = { Home: 0, End: buttons.length - 1 }[event.key] ?? (by ? within(at + by, 0, buttons.length - 1) : at);
      if (at < 0 || next === at) return;
      event.preventDefault();
      choose(next);
      buttons[next].focus();
    };
  }

  // Zooming and moving in time.

  function look(from, span) {
    const wide = within(span, Math.min(LEAST_SPAN, seconds), seconds);
    kept.from = within(from, 0, seconds - wide);
    kept.to = kept.from + wide;
    draw();
  }

  function zoom(factor, about = centre()) {
    const span = (kept.to - kept.from) * factor;
    look(about - (about - kept.from) * factor, span);
  }

  function centre() {
    const span = spanOf(), time = kept.time ?? (span ? (span[0] + span[1]) / 2 : null);
    return time === null || time < kept.from || time > kept.to ? (kept.from + kept.to) / 2 : time;
  }

  minus.onclick = () => zoom(2);
  plus.onclick = () => zoom(0.5);
  whole.onclick = () => look(0, seconds);
  place.oninput = () => look(Number(place.value), kept.to - kept.from);
  sheet.addEventListener("wheel", (event) => {
    if (event.ctrlKey || event.metaKey) zoom(event.deltaY > 0 ? 1.25 : 0.8, timeAt(event, heard));
    else if (Math.abs(event.deltaX) > Math.abs(event.deltaY) && kept.to - kept.from < seconds)
      look(kept.from + event.deltaX / width * (kept.to - kept.from), kept.to - kept.from);
    else return;
    event.preventDefault();
  }, { passive: false });

  function scrub(time) {
    kept.time = within(time, 0, seconds);
    if (kept.time < kept.from || kept.time > kept.to) look(kept.time - (kept.to - kept.from) / 2, kept.to - kept.from);
    const t = tracks.findIndex(({ starts }) => starts), lit = t < 0 ? null : litIn(t);
    told.textContent = `At ${second(kept.time)} s${lit ? `: ${summary({ track: t, ...lit })}` : "."}`;
    mark();
  }

  heard.onpointerdown = (event) => {
    if (event.button) return;
    const went = Boolean(kept.playing?.follow);
    silence();
    heard.setPointerCapture(event.pointerId);
    scrub(timeAt(event, heard));
    heard.onpointermove = (moved) => scrub(timeAt(moved, heard));
    heard.onpointerup = heard.onpointercancel = () => {
      heard.onpointermove = heard.onpointerup = heard.onpointercancel = null;
      if (went) sound(kept.time, seconds, true);
    };
  };
  heard.onkeydown = (event) => {
    const by = { ArrowRight: STEP, ArrowUp: STEP, ArrowLeft: -STEP, ArrowDown: -STEP }[event.key];
    const to = { Home: 0, End: seconds }[event.key];
    if (by) { silence(); scrub((kept.time ?? 0) + by); } else if (to !== undefined) { silence(); scrub(to); }
    else if (event.key === "Enter" || event.key === " ") play.onclick();
    else return;
    event.preventDefault();
  };

  // On a map: a click chooses a row, and a drag moves the time that is in view.
  tracks.forEach((track, t) => {
    const { map } = track;
    if (!map) return;
    const rowAt = (event) => {
      const { top } = map.drawn.getBoundingClientRect();
      return within(map.first + Math.floor((event.clientY - top) / map.tall), map.first, map.first + map.count - 1);
    };
    const choose = (event) => { const p = rowAt(event); pick({ track: t, first: p, last: p }); };
    map.names.onclick = choose;
    map.frame.onpointerdown = (event) => {
      if (event.button || !track.labels.length) return;
      const [from, span] = [kept.from, kept.to - kept.from], began = event.clientX;
      let moved = false;
      map.frame.onpointermove = (now) => {
        moved ||= Math.abs(now.clientX - began) > 4;
        if (moved && span < seconds) {
          if (!map.frame.hasPointerCapture(event.pointerId)) map.frame.setPointerCapture(event.pointerId);
          look(from - (now.clientX - began) / width * span, span);
        } else point(now);
      };
      map.frame.onpointerup = (up) => { map.frame.onpointermove = point; if (!moved) choose(up); };
      map.frame.onpointercancel = () => { map.frame.onpointermove = point; };
    };
    const point = (event) => {
      if (event.pointerType === "touch") return;
      const k = Math.floor((timeAt(event, map.drawn) - track.first) / track.step), p = rowAt(event);
      if (k < 0 || k >= track.columns) { map.tip.textContent = ""; return; }
      const value = map.weight(p, k), sign = track.difference ? (value < 0 ? "−" : "+") : "";
      map.tip.textContent = `${track.labels[p]} ← ${second(track.first + (k + 0.5) * track.step)} s: ` +
        `${sign}${Math.abs(value).toFixed(2)}`;
      const left = x(track.first + (k + 0.5) * track.step) - map.tip.offsetWidth / 2;
      const top = (p - map.first) * map.tall;
      map.tip.style.left = `${within(left, 0, width - map.tip.offsetWidth)}px`;
      map.tip.style.top = `${top > 28 ? top - 28 : top + map.tall + 4}px`;
    };
    map.frame.onpointermove = point;
    map.frame.onpointerleave = () => { map.tip.textContent = ""; };
  });

  // The sound. What is played is cut from its samples, so that it has exactly the length of what was chosen.

  const loud = () => (speaker ??= new AudioContext());

  async function sound(from, to, follow) {
    silence();
    const turn = (kept.turn = {});
    try {
      const output = loud(), ready = output.resume();
      kept.sound ??= new OfflineAudioContext(1, 1, rate).decodeAudioData(bytes(data.flac).buffer);
      const [whole] = await Promise.all([kept.sound, ready]);
      if (kept.turn !== turn) return;
      const [first, last] = [Math.round(from * rate), Math.min(Math.round(to * rate), whole.length)];
      const cut = new AudioBuffer({ length: Math.max(last - first, 1), sampleRate: rate });
      cut.copyToChannel(whole.getChannelData(0).subarray(first, last), 0);
      const node = new AudioBufferSourceNode(output, { buffer: cut });
      node.connect(output.destination);
      node.onended = () => { if (kept.playing?.node === node) ended(to, follow); };
      node.start();
      kept.playing = { node, follow, from, to, began: output.currentTime };
      named();
      step();
    } catch {
      if (kept.turn === turn) told.textContent = SILENT;
    }
  }

  function step() {
    const { playing } = kept;
    if (!playing || !root.isConnected) return;
    const passed = speaker.currentTime - playing.began - (speaker.outputLatency || 0);
    const time = within(playing.from + Math.max(passed, 0), playing.from, playing.to);
    if (playing.follow) {
      kept.time = time;
      if (time > kept.to || time < kept.from) look(time - 0.05 * (kept.to - kept.from), kept.to - kept.from);
    } else kept.now = time;
    mark();
    requestAnimationFrame(() => { if (kept.playing === playing) step(); });
  }

  function ended(to, follow) {
    Object.assign(kept, { playing: null, now: null });
    if (follow && to >= seconds - 1e-6) kept.time = null;
    named();
    mark();
  }

  function silence() {
    kept.turn = null;
    const { playing } = kept;
    Object.assign(kept, { playing: null, now: null });
    playing?.node.stop();
    named();
  }

  const hint = () => (tracks.some(({ starts }) => starts) ? HINT : UNMAPPED);

  const named = () => { play.textContent = kept.playing?.follow ? "❚❚ Pause" : "▶ Play all"; };

  play.onclick = () => {
    if (kept.playing?.follow) { silence(); mark(); return; }
    const from = kept.time ?? 0;
    kept.time = from < seconds - 0.02 ? from : 0;
    told.textContent = "";
    sound(kept.time, seconds, true);
  };
  around.hidden = !tracks.some(({ starts }) => starts);  // then no phoneme can be heard alone
  around.setAttribute("aria-pressed", Boolean(kept.around));
  around.onclick = () => {
    kept.around = !kept.around;
    around.setAttribute("aria-pressed", kept.around);
    if (kept.chosen && kept.time === null) pick(kept.chosen);
  };

  named();
  if (kept.chosen && !tracks[kept.chosen.track]?.labels[kept.chosen.last]) kept.chosen = null;
  told.textContent = kept.chosen ? summary(kept.chosen) : hint();
  draw();
  return { draw, drawAnew, clear, leave: silence };
}

const within = (value, least, most) => Math.min(Math.max(value, least), most);
