// A bar for each label: its length is the label's probability, and a mark shows the one before. Labels come as data and
// are written as text, never as markup. This stands after `parts.js`, in one module with it.

export default function ({ data, parentElement }) {
  parentElement.querySelector(".bars").replaceChildren(...data.rows.map(rowOf));
}

function rowOf({ label, value, before, chosen }) {
  const row = make("div", chosen ? "row chosen" : "row"), track = make("div", "track"), fill = make("div", "fill");
  fill.style.width = `${100 * value}%`;
  track.append(fill);
  let number = value.toFixed(2);
  if (before !== null) {
    const was = make("div", "was");
    was.style.left = `calc(${100 * before}% - 1px)`;
    track.append(was);
    number = `${before.toFixed(2)} → ${number}`;
  }
  row.append(make("div", "label", label), track, make("div", "number", number));
  return row;
}
