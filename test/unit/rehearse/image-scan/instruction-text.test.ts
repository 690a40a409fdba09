import { expect, test } from 'vitest';
import { instructionText } from '../../../../src/rehearse/image-scan/instruction-text.ts';

test.each([
  [
    'RUN /bin/sh -c pip install -r requirements.txt # buildkit',
    'RUN pip install -r requirements.txt',
  ],
  ['RUN |2 TOKEN=abc MODE=a b /bin/sh -c pip install . # buildkit', 'RUN pip install .'],
  ['RUN |1 TOKEN=abc /bin/bash -eo pipefail -c make # buildkit', 'RUN make'],
  ['RUN |1 TOKEN=abc python -m build # buildkit', 'RUN python -m build'],
  ['|1 TOKEN=abc /bin/sh -c apt-get  update &&\t make', 'RUN apt-get update && make'],
  ['/bin/sh -c #(nop) COPY file:4f1c in /app ', 'COPY file:4f1c in /app'],
  [`/bin/sh -c #(nop) ADD dir:${'4f1c'.repeat(16)} in / `, 'ADD dir:4f1c4f1c4f1c in /'],
  ['COPY . . # buildkit', 'COPY . .'],
  ['WORKDIR /app', 'WORKDIR /app'],
  ["# debian.sh --arch 'amd64' out/ 'trixie'", "# debian.sh --arch 'amd64' out/ 'trixie'"],
  ['', ''],
])('%s is told as a person wrote it, without the values of arguments', (createdBy, text) => {
  expect(instructionText(createdBy)).toBe(text);
});
