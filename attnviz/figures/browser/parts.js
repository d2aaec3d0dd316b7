// What many figures need. This stands before other scripts, in one module with them.

function within(value, least, most) { return Math.min(Math.max(value, least), most); }

function bytes(text) { return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)); }

// Words are written as text, never as markup.
function make(tag, name = "", text = "") {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  if (tag === "button") made.type = "button";
  return made;
}

// Of a row of buttons, Tab reaches one.
function reach(buttons, next) {
  buttons.forEach((button, i) => { button.tabIndex = i === next ? 0 : -1; });
  buttons[next].focus();
}
