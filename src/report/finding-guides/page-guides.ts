import type { FindingGuides } from './finding-guide.ts';

/** Findings about what visitors and browsers get. */
export const pageGuides = {
  'smoke-failed': {
    why: 'A page or an endpoint that the team named does not do what it should.',
    fix: 'The request is given as a curl line; `djdev rehearse --keep` leaves the application running for it.',
  },
  'smoke-not-measured': {
    why: 'What nobody looked at may be broken; it is not held for passed.',
    fix: 'The finding says what is missing: a value of a variable, a Postgres of djdev’s own, a container to look into.',
  },
  'smoke-setup-failed': {
    why: 'The smoke requests then ask for things that are not there.',
    fix: 'Run the command with `djdev run`, and look at its output; it has the environment of production.',
  },
  'page-crashes': {
    why: 'Visitors and crawlers find pages that nobody tests; this one answers them with a server error.',
    fix: 'The log lines show the error. Name pages under `rehearse.smoke` to say what they should answer: then only those are asked.',
  },
  'asset-missing': {
    why: 'Pages look broken, or their scripts do not run.',
    fix: 'Refer to static files with `{% static %}`, and check that they are collected.',
  },
  'redirect-loop': {
    why: 'Browsers give up with “too many redirects” on every page.',
    fix: '`SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")`, with a proxy that always sets this header.',
  },
  'security-headers': {
    why: 'Browsers protect visitors only from what a page asks them to.',
    fix: 'The deductions name each header and the setting behind it.',
  },
  'cors-open': {
    why: 'A page that a user visits elsewhere can read their data here; with credentials, as that user.',
    fix: 'List origins in `CORS_ALLOWED_ORIGINS`, and end regular expressions with `$`.',
  },
  'cors-refused': {
    why: 'The front end shows a CORS error, and nothing works.',
    fix: 'Add the origin to `CORS_ALLOWED_ORIGINS`; `CORS_URLS_REGEX` has to fit the path.',
  },
  'host-not-checked': {
    why: 'Links in password mails are built from the Host header: an attacker chooses where they lead.',
    fix: 'List the names of the site in `ALLOWED_HOSTS`.',
  },
  'health-refuses-probe': {
    why: 'Kubernetes, Kamal and load balancers ask the container by its address and over http: a redirect or a 400 keeps the release from ever getting traffic.',
    fix: '`SECURE_REDIRECT_EXEMPT` for the redirect; a small middleware that answers the health URL first for the host.',
  },
  'page-links-wrong': {
    why: 'Visitors see a warning of their browser, or a page of their own machine.',
    fix: '`SECURE_PROXY_SSL_HEADER` for links that Django builds; links that are written out begin with `/` or `https`.',
  },
  'csrf-refused': {
    why: 'Nobody can log in or order: every form is a 403, in production alone.',
    fix: '`SECURE_PROXY_SSL_HEADER`, and `CSRF_TRUSTED_ORIGINS` for other names of the site.',
  },
  'files-exposed': {
    why: 'Code and secrets are public.',
    fix: 'Serve `STATIC_ROOT` alone, and no directory above it.',
  },
  'cors-errors-hidden': {
    why: 'The front end shows “network error” for a 404, a 403 or a redirect, and nobody finds out why.',
    fix: '`CorsMiddleware` at the top of `MIDDLEWARE`.',
  },
  'admin-public': {
    why: 'Scanners try passwords there all day; it is a place to protect.',
    fix: 'Another path, a VPN, or at least two factors and a limit of attempts.',
  },
  'version-leaked': {
    why: 'It saves an attacker a guess.',
    fix: 'Switch the version off in the server or the proxy.',
  },
  'error-page-plain': {
    why: 'Visitors who mistype a URL see a page that is not of the site.',
    fix: 'A `404.html` in the templates.',
  },
  'log-keys-missing': {
    why: 'Nobody can search by time and level.',
    fix: 'Let the formatter add them.',
  },
  'request-id-not-logged': {
    why: 'The id that a user sends with a complaint leads nowhere.',
    fix: 'A logging filter that adds it to each record.',
  },
  'debug-page': {
    why: 'Everybody can read settings, paths and variables.',
    fix: '`DEBUG = False` in the settings that production really uses.',
  },
  'log-not-json': {
    why: 'The log system shows these lines without level and time, and tears tracebacks apart.',
    fix: 'Every source has to log as JSON: gunicorn by `logconfig_dict`, warnings, scripts.',
  },
  'secrets-logged': {
    why: 'Whoever reads the logs can act as the users.',
    fix: 'Do not log headers, cookies and bodies.',
  },
} as const satisfies FindingGuides;
