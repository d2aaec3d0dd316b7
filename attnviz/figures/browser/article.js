// Outputs above their text, whose words are shaded by how much was looked at them. Words of what has no map can't be
// chosen. Words come as data and are written as text, never as markup.

const NOTHING = { output: 0, query: null, key: null };
const POINTED = "attnviz-pointed";  // maps listen to it (map.js)
const MOST_TOLD = 3;  // words that are named

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".lines");
  const kept = (root.attnviz ??= { chosen: NOTHING, sent: [] });
  kept.tell = ({ output, query, key }) => setTriggerValue("clicked", [output, query, key]);
  const { selected, ...content } = data, drawn = JSON.stringify(content);
  // Only what changed is drawn anew: a word that has the focus keeps it.
  if (kept.drawn !== drawn) {
    if (kept.id !== data.id) Object.assign(kept, { id: data.id, chosen: NOTHING, sent: [] });
    kept.drawn = drawn;
    Object.assign(kept, build(root, data, kept));
  }
  kept.follow(selected);
  kept.silence?.();
  const leave = (event) => { if (event.key === "Escape" && !kept.isNothing()) kept.choose(NOTHING); };
  document.addEventListener("keydown", leave);
  kept.silence = () => document.removeEventListener("keydown", leave);
  return kept.silence;
}

function build(root, data, kept) {
  const first = data.outputs.findIndex(({ weights }) => weights);
  const several = data.outputs.length > 1;
  root.style.setProperty("--outline", data.outline);

  // The parts.

  const outputs = data.outputs.map((output, o) => {
    const spans = output.words.map((word, q) => (
      wordOf(word.text, output.weights && (() => pick({ output: o, query: q, key: null })))
    ));
    output.words.forEach(({ sure, copied, way }, q) => {
      if (sure !== null) {
        spans[q].style.backgroundImage = "linear-gradient(var(--st-primary-color), var(--st-primary-color))";
        spans[q].style.backgroundSize = `${100 * sure}% 2px`;
      }
      spans[q].classList.toggle("copied", copied);
      // With weights, the line below the text tells it.
      if (!output.weights) spans[q].title = [likely(sure), way].filter(Boolean).join(" ");
    });
    const line = lineOf("line large", output.words, spans, (q) => ({ output: o, query: q, key: null }));
    const below = ["copying", "note", "caution"].filter((kind) => output[kind]).map((kind) => make("div", kind, output[kind]));
    return { spans, parts: [make("div", "name", output.name), line, ...below] };
  });
  const text = data.text.map((word, k) => (
    wordOf(word.text, first >= 0 && (() => pick({ output: first, query: null, key: k })))
  ));
  const article = lineOf("line text", data.text, text, (k) => ({ output: first, query: null, key: k }));
  const told = make("div", "told"), scale = make("div", "scale"), ramp = make("div", "ramp");
  // Where several outputs look at the text, all words of one of them shade it together.
  const every = data.outputs.map(({ name, weights }, o) => {
    if (!weights) return null;
    const button = make("button", "", several ? name : "All words");
    if (several) button.setAttribute("aria-label", `All words of ${name}`);
    button.onclick = () => choose({ output: o, query: null, key: null });
    return button;
  });
  const [low, high, meaning] = ["span", "span", "span"].map((tag) => make(tag, ""));
  told.setAttribute("role", "status");
  ramp.style.background = `linear-gradient(to right, ${data.stops.join(", ")})`;
  scale.append(...(several ? [make("span", "", "All words of")] : []), ...every.filter(Boolean), low, ramp, high, meaning);
  const below = first < 0 ? [] : [told, scale];
  const marks = data.marks ? [make("div", "marks", data.marks)] : [];
  root.replaceChildren(...outputs.flatMap(({ parts }) => parts), ...marks, make("div", "name", data.name), article, ...below);

  function wordOf(label, choose) {
    const span = make("span", choose ? "word" : "word still", label);
    if (choose) span.setAttribute("role", "button");
    span.onclick = choose || null;
    return span;
  }

  // Tab reaches one word of a line, the arrow keys go on from there, and Enter is a click.
  function lineOf(name, words, spans, placeOf) {
    const line = make("div", name);
    line.dir = "auto";  // an Arabic text reads from right to left
    spans.forEach((span, i) => line.append(i ? words[i].before : "", span));
    if (!spans[0]?.onclick) return line;
    spans.forEach((span, i) => { span.tabIndex = i ? -1 : 0; });
    const at = (event) => spans.indexOf(event.target);
    line.onkeydown = (event) => {
      const onward = getComputedStyle(line).direction === "rtl" ? -1 : 1;
      const from = at(event), by = { ArrowRight: onward, ArrowLeft: -onward }[event.key];
      const to = { Home: 0, End: spans.length - 1 }[event.key] ?? within(from + by, 0, spans.length - 1);
      if (from < 0 || !(by || ["Home", "End", "Enter", " "].includes(event.key))) return;
      event.preventDefault();
      if (event.key === "Enter" || event.key === " ") event.target.click(); else spans[to].focus();
    };
    line.addEventListener("focusin", (event) => {
      if (at(event) < 0) return;
      spans.forEach((span) => { span.tabIndex = span === event.target ? 0 : -1; });
      if (event.target.matches(":focus-visible")) point(placeOf(at(event)));
    });
    line.addEventListener("focusout", () => point(null));
    line.onpointerover = (event) => { if (event.pointerType !== "touch" && at(event) >= 0) point(placeOf(at(event))); };
    line.onpointerleave = () => point(null);
    return line;
  }

  // What is pointed at, and what is chosen.

  let near = null;

  function point(place) {
    near = place && data.outputs[place.output].weights ? place : null;
    const { group, places } = data, { output = 0, query = null, key = null } = near ?? {};
    document.dispatchEvent(new CustomEvent(POINTED, { detail: { group, place: places[output], query, key } }));
    look();
  }

  function pick(place) { choose(same(place, kept.chosen) ? NOTHING : place); }

  function choose(place) {
    kept.chosen = place;
    kept.sent.push(place);
    kept.tell(place);
    near = null;
    look();
    reveal();
  }

  // What the page says is chosen in each output. Its answers to what was chosen here come late, when more may have been
  // chosen; and it may choose the same words of other outputs too.
  function follow(selected) {
    const answers = ({ output, query, key }) => selected[output]?.[0] === query && selected[output]?.[1] === key;
    const answered = kept.sent.findIndex(answers);
    kept.sent.splice(0, answered + 1);
    if (answered < 0 && !answers(kept.chosen)) {
      const output = Math.max(selected.findIndex(([query]) => query !== null), 0);
      const [query, key] = selected[output] ?? [null, null];
      Object.assign(kept, { chosen: { output, query, key }, sent: [] });
      reveal();
    }
    look();
  }

  const same = (one, other) => one.output === other.output && one.query === other.query && one.key === other.key;
  const isNothing = () => kept.chosen.query === null && kept.chosen.key === null;

  // How it looks.

  function look() {
    const { output, query, key } = near ?? kept.chosen;
    const byOutput = query !== null && data.outputs[output]?.weights?.[query];
    outputs.forEach(({ spans }, o) => {
      const { weights, high } = data.outputs[o];
      paint(spans, query === null && key !== null && weights ? weights.map((row) => row[key]) : null, high);
      spans.forEach((span, q) => mark(span, o === kept.chosen.output && q === kept.chosen.query, o === near?.output && q === near.query));
    });
    text.forEach((span, k) => mark(span, k === kept.chosen.key, k === near?.key));
    if (first < 0) return;
    const shading = data.outputs[output]?.weights ? output : first, whole = data.outputs[shading];
    const most = Math.max(...(whole.all ?? [0])) || 1;
    if (byOutput) paint(text, byOutput, whole.high);
    else paint(text, key === null ? whole.all : null, most);
    every.forEach((button, o) => button?.setAttribute("aria-pressed", o === shading && query === null && key === null));
    low.textContent = "0";
    high.textContent = weightTold(query === null && key === null ? most : whole.high);
    const whose = several ? ` of ${whole.name}` : "";
    meaning.textContent = query === null && key === null ? `mean weight: how much all words${whose} together looked there`
      : "weight: how much it looked there";
    told.textContent = tell(output, query, key);
  }

  function mark(span, chosen, pointed) {
    span.classList.toggle("chosen", chosen);
    span.classList.toggle("near", pointed);
    if (span.onclick) span.setAttribute("aria-pressed", chosen);
  }

  function paint(spans, weights, high) {
    spans.forEach((span, i) => {
      const stop = weights && nearestStop({ stops: data.stops, low: 0, high }, weights[i]);
      span.style.backgroundColor = weights ? data.stops[stop] : "";
      span.style.color = weights ? data.inks[stop] : "";
    });
  }

  // The place in a long text where the chosen word looked most. The page itself is not scrolled.
  function reveal() {
    const { output, query, key } = kept.chosen, weights = data.outputs[output]?.weights;
    const place = key ?? (query !== null && weights ? weights[query].indexOf(Math.max(...weights[query])) : null);
    if (place === null || !text[place]) return;
    const { offsetTop } = text[place], { scrollTop, clientHeight } = article;
    if (offsetTop < scrollTop || offsetTop > scrollTop + clientHeight - 30) article.scrollTop = offsetTop - clientHeight / 3;
  }

  function tell(o, query, key) {
    const output = data.outputs[o];
    if (query !== null && output?.weights?.[query]) {
      const { text: word, sure, way } = output.words[query];
      const looked = `${named(o)}${quoted(word)} looked most at ${strongest(output.weights[query], data.text)}.`;
      return [looked, likely(sure), way].filter(Boolean).join(" ");
    }
    if (key !== null && data.text[key]) {
      const column = data.outputs[first].weights.map((row) => row[key]);
      return `${named(first)}At ${quoted(data.text[key].text)} looked most ${strongest(column, data.outputs[first].words)}.`;
    }
    if (matchMedia("(pointer: coarse)").matches) {
      return `Tap a word of the ${data.noun} to see where it looked, or a word of the text to see what looked there.`;
    }
    return `Point at a word of the ${data.noun} to see where it looked, or at a word of the text to see what looked there. `
      + "A click or Enter keeps it, and Escape ends that.";
  }

  function named(o) { return several ? `${data.outputs[o].name}: ` : ""; }

  function strongest(weights, words) {
    const order = weights.map((_, i) => i).sort((i, j) => weights[j] - weights[i]).slice(0, MOST_TOLD);
    return order.filter((i, rank) => !rank || weights[i] >= 0.01).map((i) => `${quoted(words[i].text)} (${weightTold(weights[i])})`).join(", ");
  }

  return { follow, choose, isNothing };
}

const quoted = (word) => `“${apart(word)}”`;
const likely = (sure) => (sure === null ? "" : `Its probability is ${sure < 0.005 ? "below 0.01" : sure.toFixed(2)}.`);
