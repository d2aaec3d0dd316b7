"""The page's component for photos: a photo, lit where the model looked, over the words that it wrote.

Everything happens in the browser, without a rerun: point at a word or choose it, play through the words, click a place
to see which words looked there, draw a box to read how much of each word's weight lies in it. Words come as data and
are written as text, never as markup.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from attnviz.figures.photo import top
from attnviz.reading import AttentionMap, Grid, Photo, Pieces
from attnviz.web import follow, words
from attnviz.web.text import one_line

_DECIMALS = 5


@dataclass(frozen=True)
class Look:
    """How weights are drawn. smooth: between the cells' centres, else cell by cell. strength: 0 to 1, how dark what
    the model left out becomes. stretch: each word's largest weight is fully lit, else the largest of all words."""

    smooth: bool = True
    strength: float = 0.8
    stretch: bool = False


def show(photo: Photo, output: Pieces, attention: AttentionMap | None, look: Look, *, alt: str, key: str) -> None:
    """Draw the photo and the words of `output`, with their weights where there is a map over a Grid."""
    _component(
        key=key,
        data={
            "photo": "data:image/jpeg;base64," + base64.b64encode(photo.content).decode("ascii"),
            "width": photo.width,
            "height": photo.height,
            "alt": alt,
            "words": _words(output),
            "map": None if attention is None else _map(attention, look),
        },
    )


def _words(output: Pieces) -> list[dict[str, object]]:
    sure: Sequence[float | None] = [follow.probability(p) for p in output.logprobs] or [None] * len(output.labels)
    gaps = words.spaced(output.text, output.labels)
    return [
        {"text": one_line(label), "before": gap, "sure": p}
        for label, gap, p in zip(output.labels, gaps, sure, strict=True)
    ]


def _map(attention: AttentionMap, look: Look) -> dict[str, object]:
    assert isinstance(attention.keys, Grid)
    return {
        "rows": attention.keys.rows,
        "columns": attention.keys.columns,
        "weights": attention.weights.round(_DECIMALS).tolist(),
        "rest": attention.rest.round(_DECIMALS).tolist(),
        "tops": top(attention, stretch=look.stretch).round(_DECIMALS).tolist(),
        "smooth": look.smooth,
        "strength": look.strength,
    }


_HTML = """
<div class="stage"><img><canvas></canvas><div class="box"></div></div>
<div class="bar"><button class="play" type="button"></button><span class="told" role="status"></span></div>
<div class="line"></div>
"""

_CSS = """
.stage { position: relative; width: fit-content; max-width: 100%; line-height: 0; cursor: crosshair;
         touch-action: pan-y; user-select: none; }
.stage img { max-width: 100%; max-height: 30rem; border-radius: 4px; }
.stage canvas { position: absolute; inset: 0; width: 100%; height: 100%; border-radius: 4px; }
.stage .box { position: absolute; border: 2px solid #ffb454; box-shadow: 0 0 0 1px #14161d; display: none;
              pointer-events: none; }
.bar { display: flex; gap: 0.75rem; align-items: center; min-height: 2.5rem; margin-top: 0.5rem; }
.told { font-size: 0.875rem; opacity: 0.8; }
.play { font: inherit; font-size: 0.875rem; padding: 0.25rem 0.75rem; border-radius: 6px; cursor: pointer;
        color: inherit; background: none; border: 1px solid var(--st-border-color); flex: none; }
.line { font-size: 1.2rem; font-weight: 600; line-height: 1.9; overflow-wrap: anywhere; }
.word { font: inherit; color: inherit; background: none; border: 0; padding: 1px 1px 3px; border-radius: 3px;
        cursor: pointer; background-repeat: no-repeat; background-position: left bottom; }
.word:hover, .play:hover { outline: 1px solid var(--st-border-color); }
.word:focus-visible, .play:focus-visible { outline: 2px solid var(--st-primary-color); }
.chosen { outline: 2px solid var(--st-primary-color); }
.share { font-size: 0.75rem; font-weight: 400; opacity: 0.8; vertical-align: super; }
"""

_JS = """
const PLAY = 900, NONE = -1;

export default function ({ data, parentElement }) {
  const find = (name) => parentElement.querySelector(name);
  const [stage, image, canvas, box] = [".stage", "img", "canvas", ".box"].map(find);
  const [play, told, line] = [".play", ".told", ".line"].map(find);
  const map = data.map, words = data.words.length;
  const kept = (parentElement.attnviz ??= { word: NONE, area: null, timer: null });
  if (kept.word >= words) kept.word = NONE;

  image.src = data.photo;
  image.alt = data.alt;
  image.width = data.width;
  image.height = data.height;
  image.style.height = "auto";
  canvas.width = data.width;
  canvas.height = data.height;
  play.hidden = !map || words < 2;

  const spans = data.words.map((word, w) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = word.text;
    if (word.sure !== null) {
      button.title = `probability ${word.sure.toFixed(2)}`;
      button.style.backgroundImage = "linear-gradient(var(--st-primary-color), var(--st-primary-color))";
      button.style.backgroundSize = `${100 * word.sure}% 2px`;
    }
    button.onclick = () => { stop(); kept.area = null; choose(kept.word === w ? NONE : w); };
    button.onmouseenter = () => { if (!kept.timer && !kept.area) light(w); };
    button.onmouseleave = () => { if (!kept.timer && !kept.area) light(kept.word); };
    const share = document.createElement("span");
    share.className = "share";
    return { button, share };
  });
  line.replaceChildren(...spans.flatMap(({ button, share }, w) => [w ? data.words[w].before : "", button, share]));

  function light(word) {
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, canvas.width, canvas.height);
    if (!map || word === NONE) return;
    const cells = new ImageData(map.columns, map.rows);
    map.weights[word].forEach((weight, i) => {
      const lit = Math.min(weight / (map.tops[word] || 1), 1);
      cells.data.set([20, 22, 29, Math.round(255 * map.strength * (1 - lit))], 4 * i);
    });
    const small = new OffscreenCanvas(map.columns, map.rows);
    small.getContext("2d").putImageData(cells, 0, 0);
    pen.imageSmoothingEnabled = map.smooth;
    pen.imageSmoothingQuality = "high";
    pen.drawImage(small, 0, 0, canvas.width, canvas.height);
  }

  function choose(word) {
    kept.word = word;
    spans.forEach(({ button, share }, w) => {
      button.className = w === word ? "word chosen" : "word";
      button.setAttribute("aria-pressed", w === word);
      share.textContent = "";
    });
    box.style.display = "none";
    light(word);
    if (!map) { told.textContent = ""; return; }
    if (word === NONE) {
      told.textContent = "Point at a word, click a place in the photo, or draw a box on it.";
      return;
    }
    const weights = map.weights[word], most = weights.indexOf(Math.max(...weights));
    const all = weights.reduce((sum, w) => sum + w, 0);
    const entropy = -weights.reduce((sum, w) => sum + (w > 0 ? (w / all) * Math.log(w / all) : 0), 0);
    const rest = map.rest[word] > 0.005 ? `, ${map.rest[word].toFixed(2)} on no place` : "";
    told.textContent = `“${data.words[word].text}”: strongest in row ${Math.floor(most / map.columns) + 1}, ` +
      `column ${(most % map.columns) + 1} (${weights[most].toFixed(2)}), spread over ` +
      `${Math.exp(entropy).toFixed(1)} of ${weights.length} cells${rest}.`;
  }

  function measure() {
    const { x0, y0, x1, y1 } = kept.area;
    const percent = (value) => `${100 * value}%`;
    Object.assign(box.style, { display: "block", left: percent(x0), top: percent(y0),
                               width: percent(x1 - x0), height: percent(y1 - y0) });
    let area = 0;
    const inside = map.weights[0].map((_, i) => {
      const row = Math.floor(i / map.columns), column = i % map.columns;
      const across = Math.min(x1, (column + 1) / map.columns) - Math.max(x0, column / map.columns);
      const down = Math.min(y1, (row + 1) / map.rows) - Math.max(y0, row / map.rows);
      const part = Math.max(across, 0) * Math.max(down, 0);
      area += part;
      return part * map.columns * map.rows;
    });
    spans.forEach(({ button, share }, w) => {
      const mass = map.weights[w].reduce((sum, weight, i) => sum + weight * inside[i], 0);
      share.textContent = mass.toFixed(2);
      button.className = "word";
    });
    light(NONE);
    const share = (100 * area).toFixed(0);
    told.textContent = `Above each word: its weight inside the box, which is ${share} % of the photo.`;
  }

  function stop() {
    clearInterval(kept.timer);
    kept.timer = null;
    play.textContent = "▶ Play";
  }

  play.onclick = () => {
    if (kept.timer) { stop(); return; }
    kept.area = null;
    choose(0);
    play.textContent = "■ Stop";
    kept.timer = setInterval(() => {
      if (kept.word + 1 < words) choose(kept.word + 1); else stop();
    }, PLAY);
  };

  line.onkeydown = (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const next = Math.min(Math.max(kept.word + by, 0), words - 1);
    stop(); kept.area = null; choose(next); spans[next].button.focus();
  };

  const place = (event) => {
    const frame = stage.getBoundingClientRect();
    const within = (value) => Math.min(Math.max(value, 0), 1);
    return [within((event.clientX - frame.left) / frame.width), within((event.clientY - frame.top) / frame.height)];
  };
  stage.onpointerdown = (event) => {
    if (!map || event.button) return;
    stop();
    const [x, y] = place(event);
    stage.setPointerCapture(event.pointerId);
    stage.onpointermove = (moved) => {
      const [u, v] = place(moved);
      if (Math.abs(u - x) + Math.abs(v - y) < 0.02) return;
      kept.area = { x0: Math.min(x, u), y0: Math.min(y, v), x1: Math.max(x, u), y1: Math.max(y, v) };
      measure();
    };
    kept.area = null;
  };
  stage.onpointercancel = () => { stage.onpointermove = null; };
  stage.onpointerup = (event) => {
    if (!stage.onpointermove) return;
    stage.onpointermove = null;
    if (!kept.area) {
      const [x, y] = place(event);
      const column = Math.min(Math.floor(x * map.columns), map.columns - 1);
      const row = Math.min(Math.floor(y * map.rows), map.rows - 1);
      kept.area = { x0: column / map.columns, y0: row / map.rows,
                    x1: (column + 1) / map.columns, y1: (row + 1) / map.rows };
      measure();
    }
  };

  stop();
  if (kept.area && map) measure(); else choose(kept.word);
  return () => clearInterval(kept.timer);
}
"""

_component = st.components.v2.component("attnviz_photo", html=_HTML, css=_CSS, js=_JS)
