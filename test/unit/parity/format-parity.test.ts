import { expect, test } from 'vitest';
import { compareSides } from '../../../src/parity/compare-sides.ts';
import { formatParity } from '../../../src/parity/format-parity.ts';
import type { ParityReport } from '../../../src/parity/parity-report.ts';
import { plainStyle } from '../../../src/report/formats/style.ts';
import { sampleSide, sampleSides } from '../../support/sample-sides.ts';

const changed = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `/app/shop/${name}.py`);

const { database: _, ...withoutDatabase } = sampleSide;
const input = sampleSides({
  here: {
    packages: { ...sampleSide.packages, cowsay: { version: '6.1\u001B[31m', path: '/lib/cowsay' } },
    files: {
      ...sampleSide.files,
      digests: Object.fromEntries(changed.map((path) => [path, 'by hand'])),
    },
  },
  production: { files: { ...sampleSide.files, digests: {} } },
  input: {
    changedPaths: ['/lib/cowsay', ...changed],
    hostDigests: Object.fromEntries(changed.map((path) => [path, 'tree'])),
  },
});

const report: ParityReport = {
  version: 1,
  project: 'shop',
  here: { what: 'djdev-shop-web', image: `sha256:${'a'.repeat(64)}`, running: true, takenAt: '' },
  production: { what: 'production.json', takenAt: '' },
  ...compareSides({ ...input, production: { ...withoutDatabase, files: input.production.files } }),
};

test('the screen has the score first, then what costs, and what to do', () => {
  const layout = { style: plainStyle, columns: 80, verbose: false };
  expect(formatParity(report, layout)).toMatchInlineSnapshot(`
    "Parity of shop: 80 of 100 (9 of 10 areas measured)
      here        djdev-shop-web (sha256:aaaaaaaaaaaa)
      production  production.json

    packages  −10
      cowsay: 6.1 here, not there in production
        installed in the running container

    files  −10
      6 files: changed in the container here, as it was built in production
        /app/shop/a.py, /app/shop/b.py, /app/shop/c.py, /app/shop/d.py and 2 more;
        changed in the running container, and not in the tree

    Not measured
      database: production’s Postgres is known only from a file of djdev parity
        --export

    To raise the score
      +10  Add cowsay==6.1 to the project’s requirements, or be rid of it: djdev
           down && djdev up.
      +10  Bring the change into the tree, or have the tree’s files again: djdev
           down && djdev up.
    "
  `);
});

test('--verbose names every file, and no line leaves the screen', () => {
  const text = formatParity(report, { style: plainStyle, columns: 60, verbose: true });
  expect(changed.filter((path) => !text.includes(path))).toEqual([]);
  expect(text.split('\n').filter((line) => line.length > 60)).toEqual([]);
});
