// The row may get its place, its width and its style only after this is called: so for a while it is looked at again and
// again, unless a visitor takes hold of it. Its own scrolling is set: scrollIntoView would scroll the page as well.

const WHILE = 5_000;  // ms

export default function ({ data, parentElement }) {
  const kept = (parentElement.attnviz ??= {});
  if (kept.key === data.key) return kept.stop;
  kept.stop?.();
  const end = performance.now() + WHILE, over = new AbortController(), { signal } = over;
  const stop = () => over.abort();
  Object.assign(kept, { key: data.key, stop });
  for (const kind of ["pointerdown", "wheel", "keydown"]) window.addEventListener(kind, stop, { signal });
  const look = () => {
    if (performance.now() > end) stop();
    if (signal.aborted) return;
    bring(document.querySelector(`.st-key-${data.key}`));
    requestAnimationFrame(look);
  };
  look();
  return stop;
}

function bring(chosen) {
  const row = chosen?.closest('[class*="st-key-examples_"]');
  if (!row) return;
  const [inner, outer] = [chosen, row].map((element) => element.getBoundingClientRect());
  const seen = inner.left >= outer.left && inner.right <= outer.right;
  if (!seen) row.scrollLeft += inner.left + inner.width / 2 - (outer.left + outer.width / 2);
}
