// What is said of a phoneme, or of a word: its sound, when it was heard, and how sure the model was.

function called(track, p) {
  const ipa = track.ipa[p] ? ` (${track.ipa[p]})` : "";
  return `${track.labels[p]}${ipa}${track.examples[p] ? ` as in “${track.examples[p]}”` : ""}`;
}

// In few words, on the button.
function spoken({ second }, track, p) {
  const sure = track.sure ? `, probability ${track.sure[p].toFixed(2)}` : "";
  const when = track.starts ? `, ${second(track.starts[p])} to ${second(track.ends[p])} seconds` : "";
  return `${called(track, p)}${sure}${when}`;
}

// In full, once it is chosen.
function summary(view, { track: t, first, last }) {
  const { tracks } = view, track = tracks[t], name = tracks.length > 1 && track.title ? `${track.title}: ` : "";
  if (first !== last) {
    const word = track.words.find((word) => word.first === first && word.last === last);
    const parts = [`${name}“${word?.text ?? ""}”: ${lasts(view, track, first, last)}`, ...silences(track, first, last)];
    return `${parts.join(" · ")}.`;
  }
  const parts = [`${name}${called(track, first)}`];
  if (track.starts) parts.push(`${lasts(view, track, first, first)}${inside(track, first)}`);
  if (track.starts) parts.push(...silences(track, first, first));
  if (track.sure) parts.push(`probability ${track.sure[first].toFixed(2)}${track.others[first] &&
    `, likeliest here: ${track.others[first]}`}`);
  if (track.guessed[first]) parts.push("guessed from the word's letters");
  if (track.rest) parts.push(`${track.rest[first].toFixed(2)} of the weight on ${track.restName}`);
  return `${parts.join(" · ")}.`;
}

function lasts({ second }, track, first, last) {
  const [from, to] = [track.starts[first], track.ends[last]];
  return `${second(from)} to ${second(to)} s (${Math.round(1000 * (to - from))} ms)`;
}

// The first segment begins with the sound, and the last one ends with it.
function silences(track, first, last) {
  const sides = [...(first ? [] : ["before"]), ...(last < track.labels.length - 1 ? [] : ["after"])];
  return sides.length ? [`includes any silence ${sides.join(" and ")} it`] : [];
}

// The share of a phoneme's weight on frames whose middle lies in its own segment.
function inside(track, p) {
  if (!track.map || track.difference) return "";
  const row = track.map.row(p), middle = (k) => track.first + (k + 0.5) * track.step;
  const all = row.reduce((sum, weight) => sum + weight, 0);
  const own = row.reduce((sum, weight, k) => sum + (middle(k) >= track.starts[p] && middle(k) < track.ends[p]
    ? weight : 0), 0);
  return all > 0 ? `, with ${Math.round(100 * own / all)}% of its attention` : "";
}
