// Sentences whose words can be coloured, underlined and clicked, with the keys too.
// Words come as data and are written as text, never as markup.

const POINTED = "attnviz-pointed";  // maps listen to it (map.js)

export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".lines");
  const kept = (box.attnviz ??= { words: [] });  // words: of each line, the one that had the focus last
  const lines = data.lines.map((line, l) => {
    if (kept.words[l] >= line.words.length) kept.words[l] = 0;
    const name = document.createElement("div");
    name.className = "name";
    name.textContent = line.name;
    const sentence = document.createElement("div");
    sentence.className = line.large ? "line large" : "line";
    sentence.dir = "auto";  // an Arabic text reads from right to left
    line.words.forEach((word, w) => {
      const span = document.createElement("span");
      span.className = ["word", ...["chosen", "out", "marked"].filter((name) => word[name])].join(" ");
      span.textContent = word.text;
      if (word.hint) span.title = word.hint;
      if (word.background) span.style.backgroundColor = word.background;
      if (word.colour) span.style.color = word.colour;
      if (word.sure !== null) {
        const ink = word.colour || "var(--st-primary-color)";
        span.style.backgroundImage = `linear-gradient(${ink}, ${ink})`;
        span.style.backgroundSize = `${100 * word.sure}% 2px`;
      }
      span.role = "button";
      span.tabIndex = w === (kept.words[l] ?? 0) ? 0 : -1;
      span.ariaPressed = word.chosen || word.out;
      span.onclick = () => setTriggerValue("clicked", [l, w, word.again]);
      sentence.append(w ? word.before : "", span);
      const { group, place, first } = line;
      const point = (query, key) => {
        if (group) document.dispatchEvent(new CustomEvent(POINTED, { detail: { group, place, query, key } }));
      };
      const here = () => (first === null ? point(w, null) : point(null, first + w));
      span.onpointerenter = (event) => { if (event.pointerType !== "touch") here(); };
      span.onfocus = () => { if (span.matches(":focus-visible")) here(); };
      span.onpointerleave = span.onblur = () => point(null, null);
    });
    // Tab reaches one word of a line, the arrow keys go on from there, and Enter is a click.
    const spans = [...sentence.querySelectorAll(".word")];
    sentence.onkeydown = (event) => {
      const onward = getComputedStyle(sentence).direction === "rtl" ? -1 : 1;
      const at = spans.indexOf(event.target), by = { ArrowRight: onward, ArrowLeft: -onward }[event.key];
      if (at < 0 || !(by || event.key === "Enter" || event.key === " ")) return;
      event.preventDefault();
      if (by) spans[Math.min(Math.max(at + by, 0), spans.length - 1)].focus(); else event.target.click();
    };
    sentence.addEventListener("focusin", (event) => {
      kept.words[l] = Math.max(spans.indexOf(event.target), 0);
      spans.forEach((span, w) => { span.tabIndex = w === kept.words[l] ? 0 : -1; });
    });
    const below = ["note", "caution"].filter((kind) => line[kind]).map((kind) => {
      const told = document.createElement("div");
      told.className = kind;
      told.textContent = line[kind];
      return told;
    });
    return [name, sentence, ...below];
  });
  const focused = [...box.querySelectorAll(".line")].findIndex((line) => line.matches(":focus-within"));
  box.style.setProperty("--outline", data.outline);
  box.replaceChildren(...lines.flat());
  box.querySelectorAll(".line")[focused]?.querySelector("[tabindex='0']")?.focus();

  const escape = (event) => {
    if (event.key === "Escape" && box.querySelector(".chosen")) setTriggerValue("clicked", [0, 0, true]);
  };
  kept.silence?.();
  document.addEventListener("keydown", escape);
  kept.silence = () => document.removeEventListener("keydown", escape);
  return kept.silence;
}
