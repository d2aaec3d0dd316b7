// What many figures need. This stands before other scripts, in one module with them.

function within(value, least, most) { return Math.min(Math.max(value, least), most); }

// A weight with two decimals; a small one with the first digit that says anything, so that it is not 0.
function weightTold(value) {
  const size = Math.abs(value);
  return size === 1 ? String(value) : size > 0 && size < 0.01 ? String(Number(value.toPrecision(1))) : value.toFixed(2);
}

// A share from 0 to 1 in whole per cent. Next to nothing is none; a small one does not look like none.
function shareTold(part) {
  return part < 5e-7 ? "nothing" : part < 0.005 ? "less than 1%" : `${Math.round(100 * part)}%`;
}

// The colour of each weight, as red, green and blue, on a scale of colours from `low` to `high`.
function shading({ stops, low, high }) {
  const shades = stops.map((stop) => [1, 3, 5].map((i) => parseInt(stop.slice(i, i + 2), 16)));
  return (value) => {
    const place = onScale(value, low, high) * (shades.length - 1);
    const first = Math.min(Math.floor(place), shades.length - 2), part = place - first;
    return shades[first].map((from, c) => Math.round(from + part * (shades[first + 1][c] - from)));
  };
}

// The place of the stop that is nearest to a weight.
function nearestStop({ stops, low, high }, value) { return Math.round(onScale(value, low, high) * (stops.length - 1)); }

// Where a weight lies between the ends of a scale, from 0 to 1.
function onScale(value, low, high) { return within((value - low) / (high - low), 0, 1); }

function bytes(text) { return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)); }

// Tell the page what is chosen in the figure that it calls `name`, for what follows it there (web/views/followed.js);
// what comes later finds it too. In a saved page nobody follows.
function tellChosen(name, chosen) {
  (document.attnvizChosen ??= {})[name] = chosen;
  document.dispatchEvent(new CustomEvent("attnviz-chosen", { detail: { name, chosen } }));
}

// Keep what is chosen in the browser alone, and belongs into a link to the page of this owner (web/files/copied.js).
function keepForLink(owner, name, value) { ((document.attnvizLinked ??= {})[owner] ??= {})[name] = value; }

// Words are written as text, never as markup.
function make(tag, name = "", text = "") {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  if (tag === "button") made.type = "button";
  return made;
}

// A word of a script that runs from right to left, kept apart from what stands around it, so that this keeps its order.
function apart(word) {
  return /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u.test(word)
    ? `\u2068${word}\u2069` : word;
}

// Of a row of buttons, Tab reaches one.
function reach(buttons, next) {
  buttons.forEach((button, i) => { button.tabIndex = i === next ? 0 : -1; });
  buttons[next].focus();
}
