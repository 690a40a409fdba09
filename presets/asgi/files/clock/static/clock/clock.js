const output = document.querySelector('time');
new EventSource(output.dataset.source).onmessage = ({ data }) => {
  output.textContent = data;
};
