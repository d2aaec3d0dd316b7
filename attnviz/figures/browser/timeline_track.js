// The phonemes of a reading, and the words that they make, as buttons. Where it is known when they were heard, they
// stand there on the time axis, in as many lines as they need; else in a plain row.

const NO_ROOM = "Grey dots are phonemes that have no room here. Choose one to read it (the arrow keys reach each of " +
  "them), or press + to show less time.";
const [LANE, MOST_LANES, TICK] = [31, 3, 8];  // px of a line of phonemes, how many lines there are, and the ticks below

function trackOf(view, track, t) {
  const map = track.weights === null ? null : (view.data.ribbon ? ribbonOf : mapOf)(view, track, t);
  const words = track.words.map((word) => {
    const button = make("button", "word", word.text);
    button.setAttribute("aria-label", `${word.text}, ${view.second(track.starts[word.first])} to ` +
      `${view.second(track.ends[word.last])} seconds`);
    button.onclick = () => view.pick({ track: t, first: word.first, last: word.last });
    return button;
  });
  const line = make("div", "words");
  line.append(...words);
  line.onkeydown = walk(words, () => {});
  const phones = track.labels.map((label, p) => {
    const button = make("button", "phone"), name = make("b", "", label);
    button.append(name, make("i", "", track.ipa[p]));
    button.classList.toggle("guessed", track.guessed[p]);
    button.setAttribute("aria-label", spoken(view, track, p));
    button.title = spoken(view, track, p);
    if (track.sure) name.style.backgroundSize = `${100 * track.sure[p]}% 2px`;
    button.onclick = () => view.pick({ track: t, first: p, last: p });
    if (view.data.ribbon) {
      const place = { track: t, first: p, last: p };
      button.onpointerenter = (event) => { if (event.pointerType !== "touch") view.point(place); };
      button.onpointerleave = () => view.point(null);
    }
    return button;
  });
  const strip = make("div", track.starts ? "strip" : "line");
  strip.setAttribute("role", "group");
  strip.setAttribute("aria-label", `${track.title} phonemes`.trim());
  strip.append(...phones);
  strip.onkeydown = walk(phones, (p) => view.pick({ track: t, first: p, last: p }));
  const ticks = make("div", "legend ticks", NO_ROOM);
  ticks.hidden = true;
  roving([phones, words].filter(({ length }) => length));
  const parts = [
    ...(track.title ? [make("div", "title", track.title)] : []),
    ...(track.note ? [make("div", "note", track.note)] : []),
    ...(words.length ? [make("div", "names", "words"), line] : []),
    ...(track.starts ? [make("div", "names", "heard as")] : []),
    strip,
    ...(track.starts ? [ticks] : []),
    ...(map ? [map.names, map.frame, map.legend] : []),
  ];
  const made = { ...track, parts, map, draw, mark, widths: null };

  function draw() {
    if (track.starts) drawStrip();
    map?.draw();
  }

  // Phonemes stand where their attention centres. Those that find no room are ticks.
  function drawStrip() {
    const { kept, width } = view, { x } = view.time;
    made.widths ??= phones.map((button) => {
      button.classList.remove("thin");  // a tick is not as wide as what it stands for
      button.style.cssText = "display: flex; visibility: hidden; width: auto";
      const wide = button.offsetWidth;
      button.style.cssText = "";
      return wide;
    });
    const ends = [];
    const places = phones.map((_, p) => {
      const centre = x(track.centres[p]), wide = made.widths[p], left = within(centre - wide / 2, 0, width - wide);
      if (track.centres[p] < kept.from || track.centres[p] > kept.to) return { centre, lane: -1 };
      let lane = ends.findIndex((end) => end <= left);
      if (lane < 0 && ends.length < MOST_LANES) lane = ends.push(0) - 1;
      if (lane >= 0) ends[lane] = left + wide;
      return { centre, left, lane: lane < 0 ? null : lane };
    });
    ticks.hidden = places.every(({ lane }) => lane !== null);
    strip.style.height = `${Math.max(ends.length, 1) * LANE + TICK}px`;
    phones.forEach((button, p) => {
      const { centre, left, lane } = places[p];
      button.style.display = lane === -1 ? "none" : "";
      button.classList.toggle("thin", lane === null);
      button.style.left = `${lane === null ? centre - 2 : left}px`;
      button.style.top = lane === null ? "" : `${lane * LANE}px`;
    });
    track.words.forEach((word, w) => {
      const [from, to] = [x(track.starts[word.first]), x(track.ends[word.last])];
      Object.assign(words[w].style, { left: `${from}px`, width: `${Math.max(to - from - 1, 3)}px`,
        display: to <= 0 || from >= width ? "none" : "" });
    });
  }

  function mark(lit, chosen) {
    phones.forEach((button, p) => {
      button.classList.toggle("lit", Boolean(lit && p >= lit.first && p <= lit.last));
      button.setAttribute("aria-pressed", Boolean(chosen && chosen.first === p && chosen.last === p));
    });
    words.forEach((button, w) => {
      const { first, last } = track.words[w];
      button.classList.toggle("lit", Boolean(lit && first <= lit.first && lit.last <= last));
      button.setAttribute("aria-pressed", Boolean(chosen && chosen.first === first && chosen.last === last));
    });
    map?.mark(lit);
  }

  return made;
}

// The place of the phoneme at a time, or of the last one; -1 where there are none.
function phoneAt(track, time) {
  const p = track.ends.findIndex((end) => end > time);
  return p < 0 ? track.labels.length - 1 : p;
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
