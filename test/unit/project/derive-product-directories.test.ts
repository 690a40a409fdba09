import { expect, test } from 'vitest';
import { deriveProductDirectories } from '../../../src/project/derive-product-directories.ts';

function derive(
  files: Readonly<Record<string, string>>,
  below = '',
): readonly string[] | undefined {
  const settings = Object.entries(files).map(([path, text]) => ({ path, text }));
  return deriveProductDirectories({ settings }, below)?.value;
}

const base = 'BASE_DIR = Path(__file__).resolve().parent.parent\n';

test.each([
  ['as Django writes it', `${base}STATIC_ROOT = BASE_DIR / "staticfiles"\n`, ['staticfiles']],
  [
    'in several parts, as a text',
    `${base}STATIC_ROOT = str(BASE_DIR / "var" / "static")  # "x"\n`,
    ['var/static'],
  ],
  [
    'with os.path',
    `BASE_DIR = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
STATIC_ROOT = os.path.join(BASE_DIR, 'static_root')
MEDIA_ROOT = os.path.join(BASE_DIR, 'var', 'media')
`,
    ['static_root', 'var/media'],
  ],
  [
    'through another variable, as cookiecutter-django writes it',
    `${base}APPS_DIR = BASE_DIR / "shop"\nMEDIA_ROOT = str(APPS_DIR / "media")\n`,
    ['shop/media'],
  ],
  ['as an f-string', `${base}MEDIA_ROOT = f"{BASE_DIR}/media"\n`, ['media']],
  ['with joinpath', `${base}MEDIA_ROOT: Path = BASE_DIR.joinpath("media")\n`, ['media']],
  [
    'as the default of a variable',
    `${base}STATIC_ROOT = env("STATIC_ROOT", default=BASE_DIR / "public")\n`,
    ['public'],
  ],
  ['as an absolute path', 'STATIC_ROOT = "/srv/static/"\n', ['/srv/static']],
  ['by parents[n]', 'ROOT = Path(__file__).parents[1]\nSTATIC_ROOT = ROOT / "x"\n', ['x']],
  ['nowhere', `${base}STATIC_URL = "/static/"\nSTATIC_ROOT = compute()\n`, undefined],
  ['at the root itself', `${base}MEDIA_ROOT = BASE_DIR\n`, undefined],
])('%s', (_, text, expected) => {
  expect(derive({ 'shop/settings.py': text })).toEqual(expected);
});

test('of settings in a package, from their base, below a larger build context', () => {
  const files = {
    'config/settings/base.py':
      'BASE_DIR = Path(__file__).resolve(strict=True).parent.parent.parent\n',
    'config/settings/production.py': 'from .base import *\nSTATIC_ROOT = BASE_DIR / "static"\n',
  };
  expect(derive(files)).toEqual(['static']);
  expect(derive(files, 'backend')).toEqual(['backend/static']);
});
