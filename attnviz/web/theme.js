// The app's own element gets another class when its theme changes, whether the system or a menu asked for it.

export default function ({ data, setTriggerValue }) {
  const app = document.querySelector('[data-testid="stApp"]');
  let { dark } = data;
  const follow = () => {
    const turned = (getComputedStyle(app).colorScheme === "dark") !== dark;
    if (!turned) return;
    dark = !dark;
    setTriggerValue("turned", dark);
  };
  const changes = new MutationObserver(follow);
  changes.observe(app, { attributes: true, attributeFilter: ["class"] });
  return () => changes.disconnect();
}
