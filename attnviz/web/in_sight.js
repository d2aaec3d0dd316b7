// The row may get its place, its width and its style only after this is called: so for a while it is looked at again and
// again, unless a visitor takes hold of it. Its own scrolling is set: scrollIntoView would scroll the page as well.

const WHILE = 5_000;  // ms

export default function ({ data, parentElement }) {
  if (parentElement.attnviz === data.key) return;
  parentElement.attnviz = data.key;
  const end = performance.now() + WHILE;
  let held = false;
  const hold = () => { held = true; };
  for (const kind of ["pointerdown", "wheel", "keydown"]) window.addEventListener(kind, hold, { once: true });
  const look = () => {
    if (held || performance.now() > end || parentElement.attnviz !== data.key) return;
    bring(document.querySelector(`.st-key-${data.key}`));
    requestAnimationFrame(look);
  };
  look();
}

function bring(chosen) {
  const row = chosen?.closest('[class*="st-key-examples_"]');
  if (!row) return;
  const [inner, outer] = [chosen, row].map((element) => element.getBoundingClientRect());
  const seen = inner.left >= outer.left && inner.right <= outer.right;
  if (!seen) row.scrollLeft += inner.left + inner.width / 2 - (outer.left + outer.width / 2);
}
