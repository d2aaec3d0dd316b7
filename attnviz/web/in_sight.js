// The row may be drawn, and get its width, only after this is called: so it is tried until the element is in sight. The
// row's own scrolling is set, because scrollIntoView would scroll the page as well.

const MOST_TRIES = 300;  // frames, about five seconds

export default function ({ data, parentElement }) {
  if (parentElement.attnviz === data.key) return;
  parentElement.attnviz = data.key;
  let tries = 0;
  const bring = () => {
    if (parentElement.attnviz !== data.key) return;  // another one is chosen by now
    const chosen = document.querySelector(`.st-key-${data.key}`);
    const row = chosen?.closest('[class*="st-key-examples_"]');
    if (row && inSight(chosen, row)) return;
    tries += 1;
    if (tries < MOST_TRIES) requestAnimationFrame(bring);
  };
  bring();
}

function inSight(chosen, row) {
  const [inner, outer] = [chosen, row].map((element) => element.getBoundingClientRect());
  if (inner.width === 0) return false;
  if (inner.left >= outer.left && inner.right <= outer.right) return true;
  row.scrollLeft += inner.left + inner.width / 2 - (outer.left + outer.width / 2);
  return false;
}
