import { expect, test } from 'vitest';
import { fixManifest } from '../../../src/project/fix-manifest.ts';

test('misspelt keys are written as they were meant, also below one another; all else stays', () => {
  const text = `# our shop
name: shop
ap:   # the application
  setings: { "prd": config.settings.production }
rehearse:
  smoke:
    - get: /
      contain: Welcome   # the home page
`;
  expect(fixManifest(text, '/p/djdev.yaml')).toEqual({
    text: `# our shop
name: shop
app:   # the application
  settings: { prod: config.settings.production }
rehearse:
  smoke:
    - get: /
      contains: Welcome   # the home page
`,
    fixes: [
      { key: 'ap', meant: 'app', line: 3 },
      { key: 'app.setings', meant: 'settings', line: 4 },
      { key: 'app.settings.prd', meant: 'prod', line: 4 },
      { key: 'rehearse.smoke[0].contain', meant: 'contains', line: 8 },
    ].toSorted((a, b) => a.line - b.line),
  });
});

test('a key stays that has its right name beside it, or none that is near, or is one’s own', () => {
  const text = 'name: shop\nnam: other\nnonsense: 1\nx-mine: 2\n';
  expect(fixManifest(text, '/p/djdev.yaml')).toEqual({ text, fixes: [] });
});
