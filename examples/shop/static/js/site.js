// Everything works without this file; it only makes some of it nicer.

const root = document.documentElement;

function isDark() {
  return root.dataset.theme
    ? root.dataset.theme === 'dark'
    : matchMedia('(prefers-color-scheme: dark)').matches;
}

for (const button of document.querySelectorAll('[data-theme-toggle]')) {
  button.hidden = false;
  button.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    try {
      localStorage.setItem('theme', root.dataset.theme);
    } catch {
      // Storage is off: the choice lasts for this page.
    }
  });
}

function createStepButton(input, label, change) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'stepper__button';
  button.textContent = change > 0 ? '+' : '−';
  button.setAttribute('aria-label', label);
  button.addEventListener('click', () => {
    if (change > 0) input.stepUp();
    else input.stepDown();
    input.dispatchEvent(new Event('change', { bubbles: true }));
  });
  return button;
}

for (const stepper of document.querySelectorAll('[data-stepper]')) {
  const input = stepper.querySelector('input');
  stepper.prepend(createStepButton(input, 'One less', -1));
  stepper.append(createStepButton(input, 'One more', 1));
  stepper.classList.add('stepper--ready');
}

for (const form of document.querySelectorAll('[data-submit-on-change]')) {
  let timer;
  form.querySelector('button[type=submit]').hidden = true;
  form.addEventListener('change', () => {
    clearTimeout(timer);
    timer = setTimeout(() => form.requestSubmit(), 500);
  });
}
