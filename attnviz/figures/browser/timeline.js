// A sound on one time axis: waveform and spectrogram, and below them, for each reading, its phonemes and when it
// listened for each. Labels come as data and are written as text, never as markup. Nothing here asks the server: the
// sound is played here, so that what is lit keeps in step with it.
//
// The parts are in files of their own, `timeline_*.js`, which are joined with this one to one module, so that their
// functions see each other. They share `view`: the data, what is chosen and which time is in view (`kept`, which stays
// when the figure is built anew), and what the parts do for each other.

const NAMES = 46;  // px at the left, where the rows are named
const UNMAPPED = "Drag over the sound to move in time.";  // where nobody knows when phonemes were heard
const HINT = "A phoneme is one sound of speech. Choose one to hear it, and to see when the model listened for it. " +
  UNMAPPED;

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
  for (const [name, colour] of Object.entries(data.colours)) root.style.setProperty(`--${name}`, colour);

  // The parts.

  const told = make("div", "told"), say = (text) => { told.textContent = text; };
  told.setAttribute("role", "status");
  const view = { root, data, kept, tracks: [], width: 0, near: null, draw, mark, point, pick, say, litIn, litTime };
  view.second = (time) => (data.start + time).toFixed(2);
  const time = (view.time = timeOf(view)), player = (view.player = playerOf(view)), sound = soundOf(view);
  const tracks = (view.tracks = data.tracks.map((track, t) => trackOf(view, track, t)));
  const bar = make("div", "bar"), sheet = make("div", "sheet"), cursor = make("div", "cursor");
  bar.append(player.play, ...time.buttons, player.around);
  const [timed, untimed] = [true, false].map((known) =>
    tracks.filter(({ starts }) => Boolean(starts) === known).flatMap(({ parts }) => parts));
  sheet.append(sound.names, sound.heard, ...timed, make("div", "names", "seconds"), sound.axis, cursor);
  sheet.addEventListener("wheel", (event) => time.turn(event, sound.heard), { passive: false });
  root.replaceChildren(bar, told, sheet, time.place, ...untimed);

  // Drawing: all that depends on what is in view.

  function draw() {
    view.width = root.clientWidth - NAMES;
    if (view.width <= 0) return;  // it lies in something that is closed
    sound.draw();
    tracks.forEach((track) => track.draw());
    time.draw();
    mark();
  }

  function drawAnew() {
    tracks.forEach((track) => { track.widths = null; });
    draw();
  }

  // What is lit: what is pointed at in a ribbon, or chosen, or while time passes the phoneme at that time, in every track.

  function litIn(t) {
    const track = tracks[t];
    if (view.near?.track === t) return view.near;
    if (!track.starts) return kept.chosen?.track === t ? kept.chosen : null;
    if (kept.time !== null) return single(phoneAt(track, kept.time));
    if (!kept.chosen) return null;
    if (kept.chosen.track === t) return kept.chosen;
    const { starts, ends } = tracks[kept.chosen.track];
    return starts ? single(phoneAt(track, (starts[kept.chosen.first] + ends[kept.chosen.last]) / 2)) : null;
  }

  function single(p) { return p < 0 ? null : { first: p, last: p }; }

  // The time that is lit: that of what is chosen, or of the first track's phoneme at this time.
  function litTime() {
    const t = kept.time === null ? kept.chosen?.track : tracks.findIndex(({ starts }) => starts);
    if (t === undefined || t < 0 || !tracks[t].starts || !tracks[t].labels.length) return null;
    const lit = litIn(t);
    return [tracks[t].starts[lit.first], tracks[t].ends[lit.last]];
  }

  function mark() {
    tracks.forEach((track, t) => {
      track.mark(litIn(t), kept.time === null && kept.chosen?.track === t ? kept.chosen : null);
    });
    sound.mark(litTime());
    player.mark();
    const now = kept.time ?? kept.now ?? null;
    cursor.style.display = now === null || now < kept.from || now > kept.to ? "none" : "";
    if (now !== null) cursor.style.left = `${NAMES + time.x(now)}px`;
  }

  function point(place) {
    view.near = place;
    mark();
  }

  // Choosing.

  function pick(chosen) {
    kept.time = null;
    kept.chosen = chosen;
    const track = tracks[chosen.track];
    if (track.starts) {
      const [from, to] = [track.starts[chosen.first], track.ends[chosen.last]], span = kept.to - kept.from;
      if (from < kept.from || to > kept.to) time.look((from + to - span) / 2, span);
      player.hear(from, to);
    }
    say(summary(view, chosen));
    tell(chosen);
    mark();
  }

  function clear() {
    player.silence();
    Object.assign(kept, { chosen: null, time: null });
    say(hint());
    tell(null);
    mark();
  }

  // A link holds which phoneme of the first track is chosen, counted from 1. What follows a track is told of its own.
  function tell(chosen) {
    const one = chosen?.track === 0 && chosen.first === chosen.last;
    keepForLink(data.group, "phoneme", one ? chosen.first + 1 : null);
    tracks.forEach((_, t) => tellChosen(`${data.group}_${t}`, chosen?.track === t ? chosen.first : null));
  }

  function hint() { return tracks.some(({ starts }) => starts) ? HINT : UNMAPPED; }

  if (kept.chosen && !tracks[kept.chosen.track]?.labels[kept.chosen.last]) kept.chosen = null;
  say(kept.chosen ? summary(view, kept.chosen) : hint());
  tell(kept.chosen);
  draw();
  return { draw, drawAnew, clear, leave: player.silence };
}

// What all parts need.

// A canvas of this size in px, ready to be drawn on.
function sized(canvas, across, down) {
  const scale = window.devicePixelRatio || 1;
  Object.assign(canvas, { width: Math.max(1, Math.round(across * scale)), height: Math.round(down * scale) });
  Object.assign(canvas.style, { width: `${across}px`, height: `${down}px` });
  const ink = canvas.getContext("2d");
  ink.scale(scale, scale);
  return ink;
}
