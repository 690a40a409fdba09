const output = document.querySelector('time');
new EventSource(output.dataset.source).addEventListener('message', ({ data }) => {
  output.textContent = data;
});
