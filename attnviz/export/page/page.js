// The page draws its figures by their scripts, in the colours that the reader's system asks for, and plays the part that
// the app has elsewhere: what is chosen in one view of a text is told to the others. `scripts` are those of the figures.

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const [dark, print] = ["(prefers-color-scheme: dark)", "print"].map((query) => matchMedia(query));
const theme = () => (dark.matches && !print.matches ? "dark" : "light");
const NOTHING = { output: 0, query: null, key: null };

const figures = read("figures").map((figure, i) => ({ ...figure, id: `figure-${i}`, root: placed(figure.figure, `figure-${i}`) }));
const groups = Object.fromEntries(figures.map(({ group, figure, data }) => [group, { chosen: NOTHING, outputs: null }]));
figures.filter(({ figure }) => figure === "article").forEach(({ group, data }) => { groups[group].outputs = data.outputs; });
let view = "heatmap";

// The empty figure, in a tree of its own: its styles touch nothing else.
function placed(name, id) {
  const root = document.getElementById(id).attachShadow({ mode: "open" });
  root.append(document.getElementById(`empty-${name}`).content.cloneNode(true));
  return root;
}

// The data of one theme: what differs between them is { light, dark }.
function themed(data) {
  if (Array.isArray(data)) return data.length && typeof data[0] === "object" ? data.map(themed) : data;
  if (data === null || typeof data !== "object") return data;
  if ("light" in data && "dark" in data) return data[theme()];
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, themed(value)]));
}

// The words that are chosen of a group, found again at this output: the same word of the text, and a word of the output
// where the same words stand before it.
function selected({ chosen: { output, query, key }, outputs }, place) {
  if (!outputs) return output === place ? [query, key] : [null, null];
  if (!outputs[place].weights) return [null, null];
  const upTo = (o) => outputs[o].words.slice(0, query + 1).map(({ text }) => text).join("\n");
  return [query !== null && upTo(output) === upTo(place) ? query : null, key];
}

function following(figure) {
  const { figure: name, group, place = 0, id } = figure, own = groups[group];
  const places = (own.outputs ?? []).map((_, o) => `${group}-${o}`);
  if (name === "article") return { id, group, places, selected: places.map((_, o) => selected(own, o)) };
  if (name === "timeline") return { id, group, first: null, ribbon: view === "ribbon", version: `${theme()} ${view}` };
  if (name === "photo") return { id, group };
  return { id, group, place: `${group}-${place}`, selected: selected(own, place) };
}

function choose({ figure, group, place = 0 }, clicked) {
  const [output, query, key] = figure === "article" ? clicked : [place, ...clicked];
  groups[group].chosen = { output, query, key };
  setTimeout(() => figures.filter((other) => other.group === group).forEach(draw));
}

function draw(figure) {
  const { figure: name, like, id, always } = figure;
  const data = { ...(like === undefined ? {} : themed(figures[like].data)), ...themed(figure.data), ...following(figure) };
  document.getElementById(id).hidden = !always && ["heatmap", "ribbon"].includes(name) && name !== view;
  scripts[name]({ data, parentElement: figure.root, setTriggerValue: (_, clicked) => choose(figure, clicked) });
}

const all = () => figures.forEach(draw);
dark.onchange = print.onchange = all;
const views = document.getElementById("views");
if (views) {
  views.hidden = false;
  views.onchange = (event) => { view = event.target.value; all(); };
}
all();
