// On a phone the menu of pages lies over the page. Streamlit leaves it open, even for the next visit.

const PHONE = "(max-width: 640px)";

export default function ({ parentElement }) {
  if (parentElement.attnviz) return;  // it is told once a page: what is opened later is wanted
  parentElement.attnviz = true;
  const menu = document.querySelector('[data-testid="stSidebar"]');
  const open = menu && menu.getBoundingClientRect().right > 0;
  if (open && window.matchMedia(PHONE).matches)
    menu.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
}
