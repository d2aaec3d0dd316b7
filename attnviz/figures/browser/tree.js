// A beam search as a tree: a column for each step, a button for each node, and a line from each node to its parent. The
// arrow keys walk along the branches, and a sentence says what became of the node that is pointed at.

const SVG = "http://www.w3.org/2000/svg";
const HINT = "Point at a piece, or walk with the arrow keys, to see what became of it.";
const LOST = ["dropped", "left", "faint"];  // kinds of nodes that lead to no output
const LEGEND = [
  ["best", "the best output"], ["output", "another output"], ["dropped", "dropped at ×"],
  ["left", "left unfinished at …, when the search ended"],
];

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".tree");
  const kept = (root.attnviz ??= {});
  const drawn = JSON.stringify(data);
  if (kept.drawn !== drawn) Object.assign(kept, { drawn, lay: build(root, data) });
  kept.silence?.();
  const { lay } = kept, room = new ResizeObserver(lay);
  room.observe(root);
  document.fonts.addEventListener("loadingdone", lay);  // nodes are as wide as their font makes them
  kept.silence = () => {
    room.disconnect();
    document.fonts.removeEventListener("loadingdone", lay);
  };
  return kept.silence;
}

function build(root, data) {
  const { nodes, colours } = data;
  for (const [name, colour] of Object.entries(colours)) root.style.setProperty(`--${name}`, colour);
  const said = make("div", "said", HINT), frame = make("div", "frame"), grid = make("div", "grid");
  const lines = document.createElementNS(SVG, "svg");
  lines.setAttribute("aria-hidden", "true");
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", data.alt);
  const heads = Array.from({ length: data.steps }, (_, step) => make("div", "head", step ? String(step + 1) : "step 1"));
  heads.forEach((head, step) => { head.style.gridArea = `1 / ${step + 1}`; });

  const children = nodes.map(() => []), columns = heads.map(() => []);
  nodes.forEach(({ parent, column }, i) => {
    if (parent !== null) children[parent].push(i);
    columns[column].push(i);
  });
  const byRow = (i, j) => nodes[i].row - nodes[j].row;
  [...children, ...columns].forEach((places) => places.sort(byRow));

  const buttons = nodes.map(({ text, kind, mark, probability, score, column, row, told }, i) => {
    const button = make("button", kind), piece = make("span", "piece", text);
    button.style.gridArea = `${row + 2} / ${column + 1}`;
    button.setAttribute("aria-label", told);
    button.tabIndex = i === columns[0][0] ? 0 : -1;
    button.append(piece, make("span", "mark", mark), make("span", "numbers", `${probability} · ${score}`));
    button.onclick = () => choose(i);
    button.onfocus = () => choose(i);
    button.onpointerenter = (event) => { if (event.pointerType !== "touch") look(i); };
    button.onpointerleave = () => look(chosen);
    return button;
  });
  const edges = nodes.map(({ parent, kind }) => {
    if (parent === null) return null;
    const line = document.createElementNS(SVG, "path");
    line.setAttribute("class", kind);
    return line;
  });
  // The best output is drawn over the others, and these over what was dropped.
  for (const kinds of [LOST, ["output"], ["best"]]) lines.append(...edges.filter((edge, i) => edge && kinds.includes(nodes[i].kind)));
  grid.append(lines, ...heads, ...buttons);
  frame.append(grid);
  root.replaceChildren(said, frame, legendOf(new Set(nodes.map(({ kind }) => kind))));

  // What is pointed at, and what was chosen.

  let chosen = null;

  function choose(i) {
    chosen = i;
    buttons.forEach((button, j) => { button.tabIndex = j === i ? 0 : -1; });
    look(i);
  }

  function look(i) {
    const way = new Set();
    for (let at = i; at !== null; at = nodes[at].parent) way.add(at);
    nodes.forEach((_, j) => {
      buttons[j].classList.toggle("way", way.has(j));
      buttons[j].classList.toggle("here", j === i);
      edges[j]?.classList.toggle("way", way.has(j));
    });
    said.textContent = i === null ? HINT : nodes[i].told;
  }

  grid.onkeydown = (event) => {
    const at = buttons.indexOf(event.target);
    if (at < 0) return;
    const { parent, column } = nodes[at], step = columns[column], beside = (by) => step[within(step.indexOf(at) + by, 0, step.length - 1)];
    const next = {
      ArrowRight: () => children[at][0],
      ArrowLeft: () => parent,
      ArrowUp: () => beside(-1),
      ArrowDown: () => beside(1),
      Home: () => columns[0][0],
      End: () => columns.at(-1)[0],
    }[event.key];
    if (!next) return;
    event.preventDefault();
    reach(buttons, next() ?? at);
  };

  // Lines go from the right side of a node to the left side of the next one.
  function lay() {
    const { offsetWidth, offsetHeight } = grid;
    lines.setAttribute("width", offsetWidth);
    lines.setAttribute("height", offsetHeight);
    const places = buttons.map(({ offsetLeft: x, offsetTop: y, offsetWidth: wide, offsetHeight: tall }) => (
      { left: x, right: x + wide, middle: y + tall / 2 }));
    edges.forEach((line, i) => {
      if (!line) return;
      const from = places[nodes[i].parent], to = places[i], half = (from.right + to.left) / 2;
      line.setAttribute("d", `M${from.right} ${from.middle}C${half} ${from.middle} ${half} ${to.middle} ${to.left} ${to.middle}`);
    });
  }

  return lay;
}

function legendOf(kinds) {
  const legend = make("div", "legend");
  for (const [kind, text] of LEGEND.filter(([kind]) => kinds.has(kind))) {
    const entry = make("span", "entry", text), sample = document.createElementNS(SVG, "svg");
    const line = document.createElementNS(SVG, "path");
    sample.setAttribute("aria-hidden", "true");
    line.setAttribute("class", kind);
    line.setAttribute("d", "M0 6H26");
    sample.append(line);
    entry.prepend(sample);
    legend.append(entry);
  }
  legend.append(make("span", "", "below each piece: its probability · the score up to here"));
  return legend;
}
