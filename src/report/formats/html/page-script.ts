/** What the page can do beside being read: filter and search, open all, print with all open. */
export const pageScript = `
'use strict';
const form = document.querySelector('.filter');
if (form) {
  const items = [...document.querySelectorAll('.finding')];
  const search = document.getElementById('search');
  const expand = document.getElementById('expand');
  const texts = new Map();
  const textOf = (item) => {
    if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase());
    return texts.get(item);
  };
  const update = () => {
    const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const levels = new Set([...form.querySelectorAll('[name=level]:checked')].map((box) => box.value));
    let shown = 0;
    for (const item of items) {
      const fits = levels.has(item.dataset.level) && words.every((word) => textOf(item).includes(word));
      item.hidden = !fits;
      if (fits) shown += 1;
    }
    document.getElementById('shown').value = shown === items.length ? '' : shown + ' of ' + items.length;
    document.getElementById('none').hidden = shown > 0;
  };
  form.hidden = false;
  form.addEventListener('input', update);
  form.addEventListener('submit', (event) => event.preventDefault());
  expand.addEventListener('click', () => {
    const open = expand.getAttribute('aria-pressed') !== 'true';
    expand.setAttribute('aria-pressed', String(open));
    expand.textContent = open ? 'Close all' : 'Open all';
    for (const item of items) item.firstElementChild.open = open;
  });
  document.addEventListener('keydown', (event) => {
    const typing = /^(?:INPUT|TEXTAREA)$/.test(document.activeElement.tagName);
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
    } else if (event.key === 'Escape' && document.activeElement === search) {
      search.value = '';
      update();
    }
  });
}
const openTarget = () => {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  const details = target && target.querySelector('details');
  if (!details) return;
  target.hidden = false;
  details.open = true;
  details.querySelector('summary').focus({ preventScroll: true });
  target.scrollIntoView();
};
addEventListener('hashchange', openTarget);
openTarget();
let closed = [];
addEventListener('beforeprint', () => {
  closed = [...document.querySelectorAll('details:not([open]):not(.log)')];
  for (const details of closed) details.open = true;
});
addEventListener('afterprint', () => {
  for (const details of closed) details.open = false;
});
`;
