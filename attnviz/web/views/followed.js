// Follows what is chosen in figures of the page, which `tellChosen` tells (figures/browser/parts.js), and tells the server
// when it changes, and at first where something is chosen already.

const NOTHING = [null, ""];

export default function ({ data, parentElement, setTriggerValue }) {
  const kept = (parentElement.attnviz ??= { known: {} });
  const follow = (name, chosen) => {
    const before = kept.known[name] ?? null;
    if (!data.names.includes(name) || before === chosen) return;
    kept.known[name] = chosen;
    if (!(NOTHING.includes(before) && NOTHING.includes(chosen))) setTriggerValue("chosen", [name, chosen]);
  };
  const heard = ({ detail: { name, chosen } }) => follow(name, chosen);
  kept.silence?.();
  document.addEventListener("attnviz-chosen", heard);
  kept.silence = () => document.removeEventListener("attnviz-chosen", heard);
  for (const name of data.names) follow(name, document.attnvizChosen?.[name] ?? null);
  return kept.silence;
}
