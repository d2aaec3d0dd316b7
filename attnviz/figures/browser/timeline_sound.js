// The sound as it is seen: waveform, spectrogram and the axis of seconds. A drag over it, and the keys, move in time.

const [WAVE, AXIS] = [52, 20];  // px high
const TICKS = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60];  // seconds
const STEP = 0.05;  // seconds by which an arrow key moves in the sound

function soundOf(view) {
  const { data, kept, time, player } = view, { seconds, colours } = data;
  const heard = make("div", "heard"), wave = make("canvas", "wave"), spectrum = make("div", "spectrum");
  const picture = make("img", ""), band = make("div", "band"), axis = make("canvas", "axis");
  const names = make("div", "names");
  names.append(make("span", "", "sound"), make("span", "high", data.highest), make("span", "low", data.lowest));
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

  function draw() {
    drawWave();
    Object.assign(picture.style, { width: `${100 * seconds / time.span()}%`, left: `${time.x(0)}px` });
    drawAxis();
  }

  const peaks = new Int8Array(bytes(data.wave).buffer);

  function drawWave() {
    const ink = sized(wave, view.width, WAVE), count = peaks.length / 2, middle = WAVE / 2;
    const then = (px) => kept.from + px / view.width * time.span();
    ink.fillStyle = colours.muted;
    for (let px = 0; px < view.width; px += 1) {
      const first = within(Math.floor(then(px) / seconds * count), 0, count - 1);
      const last = within(Math.ceil(then(px + 1) / seconds * count) - 1, first, count - 1);
      let [least, most] = [127, -127];
      for (let i = first; i <= last; i += 1) {
        least = Math.min(least, peaks[2 * i]);
        most = Math.max(most, peaks[2 * i + 1]);
      }
      ink.fillRect(px, middle - most / 127 * middle, 1, Math.max(1, (most - least) / 127 * middle));
    }
  }

  function drawAxis() {
    const ink = sized(axis, view.width, AXIS);
    const tick = TICKS.find((step) => step / time.span() * view.width >= 52) ?? 120;
    const digits = tick < 0.1 ? 2 : tick < 1 ? 1 : 0;
    ink.font = `11px ${getComputedStyle(view.root).fontFamily}`;
    ink.fillStyle = ink.strokeStyle = colours.muted;
    for (let i = Math.ceil((data.start + kept.from) / tick); i * tick <= data.start + kept.to + 1e-9; i += 1) {
      const at = time.x(i * tick - data.start), text = (i * tick).toFixed(digits);
      const half = ink.measureText(text).width / 2;
      ink.fillRect(at, 0, 1, 4);
      ink.fillText(text, within(at - half, 0, Math.max(0, view.width - 2 * half)), 15);
    }
  }

  // span: the time that is lit, or null.
  function mark(span) {
    band.style.display = span ? "" : "none";
    const [from, to] = (span ?? [0, 0]).map(time.x);
    Object.assign(band.style, { left: `${from}px`, width: `${to - from}px` });
    const now = kept.time ?? 0, track = view.tracks.find(({ starts }) => starts);
    heard.setAttribute("aria-valuenow", now.toFixed(2));
    heard.setAttribute("aria-valuetext", `${view.second(now)} seconds` +
      (track?.labels.length ? `, ${track.labels[phoneAt(track, now)]}` : ""));
  }

  // Moving in time.

  function scrub(wanted) {
    kept.time = within(wanted, 0, seconds);
    if (kept.time < kept.from || kept.time > kept.to) time.look(kept.time - time.span() / 2, time.span());
    const t = view.tracks.findIndex(({ starts }) => starts), lit = t < 0 ? null : view.litIn(t);
    view.say(`At ${view.second(kept.time)} s${lit ? `: ${summary(view, { track: t, ...lit })}` : "."}`);
    view.mark();
  }

  heard.onpointerdown = (event) => {
    if (event.button) return;
    const went = Boolean(kept.playing?.follow);
    player.silence();
    heard.setPointerCapture(event.pointerId);
    scrub(time.at(event, heard));
    heard.onpointermove = (moved) => scrub(time.at(moved, heard));
    heard.onpointerup = heard.onpointercancel = () => {
      heard.onpointermove = heard.onpointerup = heard.onpointercancel = null;
      if (went) player.follow(kept.time);
    };
  };
  heard.onkeydown = (event) => {
    const by = { ArrowRight: STEP, ArrowUp: STEP, ArrowLeft: -STEP, ArrowDown: -STEP }[event.key];
    const to = { Home: 0, End: seconds }[event.key];
    if (by || to !== undefined) {
      player.silence();
      scrub(by ? (kept.time ?? 0) + by : to);
    } else if (event.key === "Enter" || event.key === " ") player.play.onclick();
    else return;
    event.preventDefault();
  };

  return { names, heard, axis, draw, mark };
}
