// A button that copies a picture, a link or a text. The server is asked for it after the click, and answers in its next
// run.

// Of each button, by its key: what it waits for, and where it tells what became of it. These outlive the button's element,
// which Streamlit may put in again while the server answers.
const asking = (document.attnvizCopied ??= {});

export default function ({ data, parentElement, setTriggerValue }) {
  const [root, button, told, field] = [".copied", "button", ".told", "input"].map((name) => parentElement.querySelector(name));
  const asked = Object.assign((asking[data.key] ??= { waiting: null }), { told, field });
  const picture = data.noun === "picture";
  const type = picture ? "image/png" : "text/plain";
  const allowed = window.isSecureContext && Boolean(navigator.clipboard?.write && window.ClipboardItem);
  root.style.display = picture && !allowed ? "none" : "";
  button.textContent = data.label;
  field.setAttribute("aria-label", data.label.replace("Copy ", ""));

  const say = (text) => { asked.told.textContent = text; };

  button.onclick = async () => {
    if (data.otherwise) { say(data.otherwise); return; }
    const number = Date.now();
    const content = new Promise((resolve) => { asked.waiting = { number, resolve }; });
    setTriggerValue("asked", number);
    say("…");
    try {
      if (!allowed) throw new Error("no clipboard");
      await navigator.clipboard.write([new ClipboardItem({ [type]: content.then(({ blob }) => blob) })]);
      say((await content).done);
    } catch {
      if (picture) { say("The browser did not allow it: save the picture instead."); return; }
      asked.field.value = (await content).text;
      asked.field.style.display = "block";
      asked.field.select();
      say(`The browser allows no copying here: copy the ${data.noun} from the box.`);
    }
  };

  const made = { picture: ofPicture, link: ofLink };
  if (data.answer.number === asked.waiting?.number) {
    asked.waiting.resolve((made[data.noun] ?? ofText)(data.answer.content));
    asked.waiting = null;
  }

  function ofText(text) {
    return { blob: new Blob([text], { type }), text, done: data.done };
  }

  function ofPicture(base64) {
    const bytes = Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
    return { blob: new Blob([bytes], { type }), done: data.done };
  }

  // What is chosen in the browser alone belongs into a link (`keepForLink` in figures/browser/parts.js).
  function ofLink(link) {
    const url = new URL(link);
    for (const [name, value] of Object.entries(document.attnvizLinked?.[data.owner] ?? {})) {
      if (value === null) url.searchParams.delete(name); else url.searchParams.set(name, value);
    }
    return ofText(url.href);
  }
}
