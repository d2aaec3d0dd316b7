// What every view of a map over words shares: it is built once, follows what is chosen on the page and pointed at
// elsewhere, plays through its rows, and has a legend. This stands before the view's own script, in one module with it,
// and after `parts.js`.
// Words come as data and are written as text, never as markup.

const PLAY = 900;  // ms a word
const FEW = 2;  // rows, through which nobody needs to be played
const LABEL = 150;  // px, the longest label
const LEGEND = 152;  // px that it takes beside the map
const LINE = 480;  // px from which on it stands on a line above the map, where it has no room beside it
const NOTHING = [null, null];
const POINTED = "attnviz-pointed";  // at a word outside the map: { group, place, query, key }, of which one is null
const MOVES = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };
const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const IDLE = { lay: () => {}, follow: () => {}, stop: () => {}, clear: () => {}, point: () => {} };

// Shows the map in the element of that class. build: draws it, and returns functions as in IDLE.
function mount({ data, parentElement, setTriggerValue }, name, build) {
  const root = parentElement.querySelector(`.${name}`);
  const kept = (root.attnviz ??= { selected: NOTHING, sent: [] });
  kept.tell = (selected) => setTriggerValue("clicked", selected);
  const { selected, chosen, ...content } = data, drawn = JSON.stringify(content);
  // Only what changed is drawn anew: a button that has the focus keeps it.
  if (kept.drawn !== drawn) {
    kept.stop?.();
    if (kept.id !== data.id) Object.assign(kept, { id: data.id, selected, sent: [] });
    kept.drawn = drawn;
    for (const [name, colour] of Object.entries(data.colours)) root.style.setProperty(`--${name}`, colour);
    const empty = !data.rows.length || !data.columns.length;
    if (empty) root.replaceChildren(make("div", "", data.alt));
    Object.assign(kept, empty ? IDLE : build(root, data, kept));
  }
  kept.follow(selected);
  tellChosen(data.group, chosen ?? "");
  kept.silence?.();
  const { lay } = kept, room = new ResizeObserver(lay);
  const leave = (event) => { if (event.key === "Escape") kept.clear(); };
  const pointed = ({ detail: { group, place, query, key } }) => {
    const here = group === data.group && (query === null || place === data.place);
    kept.point(here && (query ?? 0) < data.rows.length ? [query, key] : NOTHING);
  };
  room.observe(root);
  document.fonts.addEventListener("loadingdone", lay);  // labels are as long as their font makes them
  document.addEventListener("keydown", leave);
  document.addEventListener(POINTED, pointed);
  kept.silence = () => {
    room.disconnect();
    document.fonts.removeEventListener("loadingdone", lay);
    document.removeEventListener("keydown", leave);
    document.removeEventListener(POINTED, pointed);
  };
  return kept.silence;
}

// What is chosen: a row, a column or a cell, as [query, key]. look: shows it. reveal: brings it into sight, each time
// when something else is chosen. play: the button that plays through the rows, of which there are `count`; whoever wants
// less motion goes from word to word by hand.
function choosing(kept, count, play, look, reveal = () => {}) {
  const still = STILL.matches;
  const next = () => { const [q] = kept.selected; return q === null || q + 1 >= count ? 0 : q + 1; };

  function stop() {
    clearInterval(kept.timer);
    kept.timer = null;
    play.textContent = still ? "Next word ▸" : "▶ Play";
  }

  // Choose it, or nothing where it was chosen.
  function pick([q, k]) {
    stop();
    choose(kept.selected[0] === q && kept.selected[1] === k ? NOTHING : [q, k]);
  }

  function choose(selected) {
    kept.selected = selected;
    kept.sent.push(String(selected));
    kept.tell(selected);
    look();
    reveal(selected);
  }

  // What the page says is chosen. Its answers to what was chosen here come late, when more may have been chosen.
  function follow(selected) {
    const place = kept.sent.indexOf(String(selected));
    kept.sent.splice(0, place + 1);
    if (place < 0 && String(selected) !== String(kept.selected)) {
      stop();
      Object.assign(kept, { selected, sent: [] });
      reveal(selected);
    }
    look();
  }

  // Escape: the sentences tell the page, which may answer when something else was chosen here meanwhile.
  function clear() {
    stop();
    if (String(kept.selected) !== String(NOTHING)) kept.sent.push(String(NOTHING));
    kept.selected = NOTHING;
    look();
  }

  play.onclick = () => {
    if (kept.timer) { stop(); return; }
    choose([next(), null]);
    if (still) return;
    play.textContent = "❚❚ Pause";
    kept.timer = setInterval(() => {
      if (play.isConnected && next()) choose([next(), null]); else stop();
    }, PLAY);
  };

  stop();
  return { pick, stop, follow, clear };
}

// Buttons with the words of one side. act: what they do, by their index: pick, point and leave.
function labelled(side, name, texts, { pick, point, leave }) {
  side.setAttribute("role", "group");
  side.setAttribute("aria-label", name);
  const buttons = texts.map((text, i) => {
    const button = make("button", "", text);
    button.tabIndex = i ? -1 : 0;
    button.onclick = () => pick(i);
    button.onfocus = () => { if (button.matches(":focus-visible")) point(i); };
    button.onpointerenter = (event) => {
      if (button.scrollWidth > button.clientWidth) button.title ||= text;  // it is cut
      if (event.pointerType !== "touch") point(i);
    };
    button.onblur = button.onpointerleave = leave;
    return button;
  });
  side.append(...buttons);
  return buttons;
}

function markUnread(buttons, unread) {
  unread.forEach((j) => {
    buttons[j].classList.add("unread");
    buttons[j].title = buttons[j].ariaLabel = `${buttons[j].textContent} (not read)`;
  });
}

// The arrow keys go from word to word; one word of a row of buttons is reached with Tab.
function walk(buttons) {
  return (event) => {
    const at = buttons.indexOf(event.target), [down, across] = MOVES[event.key] ?? [0, 0];
    const next = { Home: 0, End: buttons.length - 1 }[event.key] ?? within(at + down + across, 0, buttons.length - 1);
    if (at < 0 || next === at) return;
    event.preventDefault();
    reach(buttons, next);
  };
}

function markLabels(buttons, name, place) {
  buttons.forEach((button, i) => {
    button.classList.toggle(name, i === place);
    if (name === "chosen") button.setAttribute("aria-pressed", i === place);
  });
}

function legendOf(data, play) {
  const legend = make("div", "legend"), bar = make("div", "bar"), ramp = make("div", "ramp");
  ramp.style.background = `linear-gradient(to right, ${data.stops.join(", ")})`;
  const end = (value) => String(Number(weightTold(value))).replace("-", "−");
  bar.append(ramp, ...[data.low, (data.low + data.high) / 2, data.high].map((value) => make("span", "", end(value))));
  legend.append(...(data.rows.length > FEW ? [play] : []), bar, make("div", "", data.label));
  if (data.rest) legend.append(make("div", "", `${data.restLabel}: ${data.restName}`));
  legend.append(...data.notes.map((note) => make("div", "", note)));
  return legend;
}

// How many px each text takes in the element's font, at most LABEL.
function lengths(root, texts, size) {
  const ink = document.createElement("canvas").getContext("2d");
  ink.font = `${size}px ${getComputedStyle(root).fontFamily}`;
  return texts.map((text) => Math.min(Math.ceil(ink.measureText(text).width), LABEL));
}

function told(value, difference) {
  const text = Math.abs(value).toFixed(2);
  const sign = Number(text) && value < 0 ? "−" : "+";
  return difference ? sign + text : text;
}
