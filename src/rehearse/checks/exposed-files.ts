import type { Finding } from '../../report/finding.ts';

/** Paths that answer with a file of the project when something serves too much, and what it holds. */
export const temptingPaths = [
  { path: '/.env', holds: /^[A-Z][A-Z0-9_]*=/mu },
  { path: '/.git/HEAD', holds: /^ref: refs\/heads\//u },
  { path: '/manage.py', holds: /django\.core\.management/u },
  { path: '/static/../manage.py', holds: /django\.core\.management/u },
  { path: '/static/%2e%2e/manage.py', holds: /django\.core\.management/u },
  { path: '/static/..%2fmanage.py', holds: /django\.core\.management/u },
  { path: '/media/../manage.py', holds: /django\.core\.management/u },
] as const;

/** Files that nobody meant to publish; `path` of each that came with its content. */
export function checkExposedFiles(paths: readonly string[]): readonly Finding[] {
  const [first] = paths;
  if (first === undefined) return [];
  return [
    {
      code: 'files-exposed',
      level: 'fail',
      step: 'http',
      title: `Everybody can read files of the project: ${first}`,
      detail: paths.map((path) => `GET ${path}: 200, with the content of the file`).join('\n'),
      hint: 'Serve STATIC_ROOT alone: WHITENOISE_ROOT and document roots must not be the project’s directory.',
    },
  ];
}

/** What `Server` tells about versions; nothing without a number. */
export function checkServerHeader(server: string | undefined): readonly Finding[] {
  if (server === undefined || !/\d/u.test(server)) return [];
  return [
    {
      code: 'version-leaked',
      level: 'pass',
      step: 'http',
      title: `Answers name the version of the server: ${server}`,
      detail: '',
      hint: '',
    },
  ];
}

/** The page that Django itself has for a URL that is not there. */
export function checkPlainErrorPage(body: string): readonly Finding[] {
  if (
    !/<h1>Not Found<\/h1>\s*<p>The requested resource was not found on this server\.<\/p>/u.test(
      body,
    )
  )
    return [];
  return [
    {
      code: 'error-page-plain',
      level: 'pass',
      step: 'http',
      title: 'Visitors see Django’s bare page for what is not there: there is no 404.html.',
      detail: '',
      hint: '',
    },
  ];
}

/** Django's admin under its usual path, where every scanner looks. */
export function checkPublicAdmin(status: number | undefined, body: string): readonly Finding[] {
  if (status !== 200 || !body.includes('id="login-form"')) return [];
  return [
    {
      code: 'admin-public',
      level: 'pass',
      step: 'http',
      title: 'The admin is on its usual path, /admin/.',
      detail: 'Everybody who looks finds its login.',
      hint: '',
    },
  ];
}
