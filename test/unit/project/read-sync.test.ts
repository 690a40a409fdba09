import { expect, test } from 'vitest';
import { explainLoad, loadFiles, plain } from './load-files.ts';

test('what is read of a manifest, and of the settings where it says nothing', async () => {
  const settings =
    'BASE_DIR = Path(__file__).resolve().parent.parent\nMEDIA_ROOT = BASE_DIR / "media"\n';
  const files = { 'shop/settings.py': settings };
  const derived = await loadFiles(files);
  expect(derived.sync).toEqual({ ignore: [], oneWay: ['media'], map: [] });
  expect(derived.origins['sync.one_way']?.text).toBe('MEDIA_ROOT at shop/settings.py:2');
  const manifest = `sync:
  ignore: [docs/**]
  one_way: [uploads]
  map:
    - { path: tests/, target: /app/tests/ }
    - { path: "*.lock", action: rebuild }
`;
  const { sync, origins } = await loadFiles({ ...files, 'djdev.yaml': manifest });
  expect(sync).toMatchObject({
    ignore: ['docs/**'],
    oneWay: ['uploads'],
    map: [
      { path: 'tests', action: 'sync', target: '/app/tests', origin: { text: 'djdev.yaml:5' } },
      { path: '*.lock', action: 'rebuild', target: undefined, origin: { text: 'djdev.yaml:6' } },
    ],
  });
  expect(origins['sync.one_way']?.text).toBe('djdev.yaml:3');
});

test('what cannot be meant is told with its place', async () => {
  const manifest = `sync:
  ignore: ["[z-a].py"]
  one_way: [../media, /srv/media]
  map:
    - { path: /app/tests }
    - { path: x, action: rebuild, target: /app/x }
`;
  expect(await explainLoad({ ...plain, 'djdev.yaml': manifest })).toMatchInlineSnapshot(`
    "DJ-MANIFEST-INVALID (exit 2): djdev.yaml has 4 problems. The first: sync.ignore[0] is no pattern that can be read: “[z-a].py”.
      djdev.yaml:2:12 sync.ignore[0] is no pattern that can be read: “[z-a].py”.
      djdev.yaml:3:13 sync.one_way[0] must be a path inside of the build context, not “../media”.
        → Paths are those below the build context, as COPY writes them.
      djdev.yaml:5:9 sync.map[0].path must be a path inside of the build context, not “/app/tests”.
        → Paths are those below the build context, as COPY writes them.
      djdev.yaml:6:35 sync.map[1].target says nothing beside “action: rebuild”.
        → Remove it, or write “action: sync”."
  `);
  const shape = `sync:
  ignore: docs
  map:
    - { path: tests, target: app/tests, action: restart }
    - { target: /x }
  maps: []
`;
  expect(await explainLoad({ ...plain, 'djdev.yaml': shape })).toMatchInlineSnapshot(`
    "DJ-MANIFEST-INVALID (exit 2): djdev.yaml has 4 problems. The first: sync.ignore must be a list such as [docs/**], not the text “docs”.
      djdev.yaml:2:11 sync.ignore must be a list such as [docs/**], not the text “docs”.
      djdev.yaml:4:30 sync.map[0].target must be an absolute path in the container such as /app/tests, not the text “app/tests”.
      djdev.yaml:4:49 sync.map[0].action must be sync or rebuild, not the text “restart”.
      djdev.yaml:6:3 sync.maps is not a key djdev knows.
        → Did you mean “map”?"
  `);
});
