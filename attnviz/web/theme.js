// The app's own element gets another class when its theme changes, whether the system or a menu asked for it.

export default function ({ data, parentElement, setTriggerValue }) {
  const app = document.querySelector('[data-testid="stApp"]');
  const kept = (parentElement.attnviz ??= {});
  let { dark } = data;
  const follow = () => {
    const turned = (getComputedStyle(app).colorScheme === "dark") !== dark;
    if (!turned) return;
    dark = !dark;
    setTriggerValue("turned", dark);
  };
  // It may have turned while the page was on its way. This is asked once, in case the server sees it otherwise.
  if (kept.dark !== dark) {
    kept.dark = dark;
    follow();
  }
  kept.silence?.();
  const changes = new MutationObserver(follow);
  changes.observe(app, { attributes: true, attributeFilter: ["class"] });
  kept.silence = () => changes.disconnect();
  return kept.silence;
}
