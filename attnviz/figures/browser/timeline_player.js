// Playing the sound. What is played is cut from its samples, so that it has exactly the length of what was chosen.

const AROUND = 0.1;  // seconds before and after what is chosen, where a listener asks for them
const SILENT = "This browser can't play the sound.";

let speaker = null;  // one for all sounds of the page

function playerOf(view) {
  const { kept, data } = view, { seconds, rate } = data;
  const play = make("button", "play"), around = make("button", "around", `± ${AROUND} s`);
  around.title = `Play ${AROUND} seconds before and after what is chosen, too.`;
  around.setAttribute("aria-pressed", Boolean(kept.around));
  around.onclick = () => {
    kept.around = !kept.around;
    around.setAttribute("aria-pressed", kept.around);
    if (kept.chosen && kept.time === null) view.pick(kept.chosen);
  };
  play.onclick = () => {
    if (kept.playing?.follow) { silence(); view.mark(); return; }
    const from = kept.time ?? 0;
    kept.time = from < seconds - 0.02 ? from : 0;
    view.say("");
    follow(kept.time);
  };

  // This span of time alone, or with what is around it.
  function hear(from, to) {
    const more = kept.around ? AROUND : 0;
    sound(Math.max(from - more, 0), Math.min(to + more, seconds), false);
  }

  // From this time to the end, while what is lit keeps in step.
  function follow(from) { sound(from, seconds, true); }

  async function sound(from, to, inStep) {
    silence();
    const turn = (kept.turn = {});
    try {
      const output = (speaker ??= new AudioContext()), ready = output.resume();
      kept.sound ??= new OfflineAudioContext(1, 1, rate).decodeAudioData(bytes(data.flac).buffer);
      const [whole] = await Promise.all([kept.sound, ready]);
      if (kept.turn !== turn) return;
      const [first, last] = [Math.round(from * rate), Math.min(Math.round(to * rate), whole.length)];
      const cut = new AudioBuffer({ length: Math.max(last - first, 1), sampleRate: rate });
      cut.copyToChannel(whole.getChannelData(0).subarray(first, last), 0);
      const node = new AudioBufferSourceNode(output, { buffer: cut });
      node.connect(output.destination);
      node.onended = () => { if (kept.playing?.node === node) ended(to, inStep); };
      node.start();
      kept.playing = { node, follow: inStep, from, to, began: output.currentTime };
      named();
      step();
    } catch {
      if (kept.turn === turn) view.say(SILENT);
    }
  }

  function step() {
    const { playing } = kept;
    if (!playing || !view.root.isConnected) return;
    const passed = speaker.currentTime - playing.began - (speaker.outputLatency || 0);
    const time = within(playing.from + Math.max(passed, 0), playing.from, playing.to), span = view.time.span();
    if (playing.follow) {
      kept.time = time;
      if (time > kept.to || time < kept.from) view.time.look(time - 0.05 * span, span);
    } else kept.now = time;
    view.mark();
    requestAnimationFrame(() => { if (kept.playing === playing) step(); });
  }

  function ended(to, inStep) {
    Object.assign(kept, { playing: null, now: null });
    if (inStep && to >= seconds - 1e-6) kept.time = null;
    named();
    view.mark();
  }

  function silence() {
    kept.turn = null;
    const { playing } = kept;
    Object.assign(kept, { playing: null, now: null });
    playing?.node.stop();
    named();
  }

  // Nothing can be heard around what is not chosen, nor where nobody knows when it was heard.
  function mark() { around.hidden = !kept.chosen || !data.tracks.some(({ starts }) => starts); }

  function named() { play.textContent = kept.playing?.follow ? "❚❚ Pause" : "▶ Play all"; }

  named();
  return { play, around, hear, follow, silence, mark };
}
