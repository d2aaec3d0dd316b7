// Elements, and rows of buttons of which Tab reaches one. This stands before other scripts, in one module with them.

const within = (place, count) => Math.min(Math.max(place, 0), count - 1);

// Words are written as text, never as markup.
function make(tag, name, text = "") {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  if (tag === "button") made.type = "button";
  return made;
}

function reach(buttons, next) {
  buttons.forEach((button, i) => { button.tabIndex = i === next ? 0 : -1; });
  buttons[next].focus();
}
