// Streamlit draws what a popover holds at the end of the page, so that Tab would come to it last of all. Here it goes from
// the open popover's button into it, and from its end to what stands behind the button.

const BUTTON = '[data-testid="stPopoverButton"][aria-expanded="true"]';
const REACHED = "a[href], button, input, select, textarea, summary, [tabindex]";

export default function ({ parentElement }) {
  const kept = (parentElement.attnviz ??= {});
  kept.silence?.();
  document.addEventListener("keydown", step);
  kept.silence = () => document.removeEventListener("keydown", step);
  return kept.silence;
}

function step(event) {
  if (event.key !== "Tab" || event.defaultPrevented) return;
  const button = document.querySelector(BUTTON), body = document.querySelector('[data-testid="stPopoverBody"]');
  if (!button || !body) return;
  const reached = reachedIn(body), here = focused();
  if (!reached.length) return;
  if (here === button && !event.shiftKey) {
    event.preventDefault();
    reached[0].focus();
  } else if (here === reached[0] && event.shiftKey) {
    event.preventDefault();
    button.focus();
  } else if (here === reached.at(-1) && !event.shiftKey) button.focus();  // and the browser goes on from there
}

// Components of the page have roots of their own, which a search from outside does not enter.
function reachedIn(root) {
  return [...root.querySelectorAll("*")].flatMap((element) =>
    element.shadowRoot ? reachedIn(element.shadowRoot) : element.matches(REACHED) && isReached(element) ? [element] : []);
}

function focused() {
  let here = document.activeElement;
  while (here?.shadowRoot?.activeElement) here = here.shadowRoot.activeElement;
  return here;
}

// Of several radio buttons, Tab reaches the one that is chosen.
function isReached(element) {
  const otherwise = element.type === "radio" && !element.checked;
  return element.tabIndex >= 0 && !element.disabled && !otherwise && element.getClientRects().length > 0;
}
