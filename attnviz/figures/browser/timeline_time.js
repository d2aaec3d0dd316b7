// Which time is in view: the buttons, the slider, the wheel and drags that zoom and move in it.

const LEAST_SPAN = 0.25;  // seconds in view

function timeOf(view) {
  const { kept } = view, { seconds } = view.data;
  const [minus, plus, whole] = ["−", "+", "Whole"].map((text) => make("button", "zoom", text));
  minus.setAttribute("aria-label", "Show more time");
  plus.setAttribute("aria-label", "Show less time, larger");
  minus.title = "Show more time.";
  plus.title = "Show less time, larger.";
  whole.title = "Show the whole sound.";
  minus.onclick = () => zoom(2);
  plus.onclick = () => zoom(0.5);
  whole.onclick = () => look(0, seconds);
  const name = make("span", "name", "Zoom"), place = make("input", "place");
  Object.assign(place, { type: "range", min: 0, step: 0.01 });
  place.setAttribute("aria-label", "Which part of the time is in view");
  place.oninput = () => look(Number(place.value), span());

  function span() { return kept.to - kept.from; }

  // Where a time stands, in px; and the time where an event happens on an element that is as wide as the time axis.
  function x(time) { return (time - kept.from) / span() * view.width; }

  function at(event, element) {
    const { left } = element.getBoundingClientRect();
    return within(kept.from + (event.clientX - left) / view.width * span(), 0, seconds);
  }

  function look(from, wanted) {
    const wide = within(wanted, Math.min(LEAST_SPAN, seconds), seconds);
    kept.from = within(from, 0, seconds - wide);
    kept.to = kept.from + wide;
    view.draw();
  }

  function zoom(factor, about = centre()) { look(about - (about - kept.from) * factor, span() * factor); }

  function centre() {
    const lit = view.litTime(), time = kept.time ?? (lit ? (lit[0] + lit[1]) / 2 : null);
    return time === null || time < kept.from || time > kept.to ? (kept.from + kept.to) / 2 : time;
  }

  function turn(event, element) {
    if (event.ctrlKey || event.metaKey) zoom(event.deltaY > 0 ? 1.25 : 0.8, at(event, element));
    else if (Math.abs(event.deltaX) > Math.abs(event.deltaY) && span() < seconds)
      look(kept.from + event.deltaX / view.width * span(), span());
    else return;
    event.preventDefault();
  }

  function draw() {
    const part = span() < seconds - 1e-6;
    Object.assign(place, { max: Math.max(seconds - span(), 0), value: kept.from });
    place.style.display = part ? "" : "none";
    minus.disabled = whole.hidden = !part;
    plus.disabled = span() <= LEAST_SPAN + 1e-6;
  }

  return { buttons: [name, minus, plus, whole], place, span, x, at, look, turn, draw };
}
