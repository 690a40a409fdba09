import type { Defect } from '../defect.ts';
import { base, kiosk, production } from './places.ts';

const home = 'def home(request):\n';

/** Pages, headers, strangers and logs of the booted application. */
export const wireDefects: readonly Defect[] = [
  {
    id: 'page-fails',
    base: 'shop',
    change: 'a template filter is misspelt, and no test renders the page',
    edits: [
      {
        file: 'orders/templates/orders/basket.html',
        append: '{% if basket_count|lenght %}{% endif %}',
      },
    ],
    only: ['smoke'],
    found: {
      code: 'smoke-failed',
      level: 'fail',
      title: 'GET /basket/: expected status 200, got 500.',
      detail: "Invalid filter: 'lenght'",
    },
  },
  {
    id: 'page-says-something-else',
    base: 'shop',
    change: 'the heading of the first page is gone',
    edits: [
      { file: 'djdev.yaml', from: 'contains: Everyday things', to: 'contains: Every day things' },
    ],
    only: ['smoke'],
    found: {
      code: 'smoke-failed',
      level: 'fail',
      title: 'GET /: …',
      detail: 'Every day things',
    },
  },
  {
    id: 'form-refused-behind-proxy',
    base: 'shop',
    change: 'TLS ends at the proxy, Django does not know, and refuses every form for its Origin',
    edits: [
      {
        file: production,
        from: 'SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")\n',
        to: '',
      },
      {
        file: production,
        from: 'SECURE_SSL_REDIRECT = env.boolean("SECURE_SSL_REDIRECT", True)\n',
        to: '',
      },
    ],
    only: ['smoke'],
    found: {
      code: 'smoke-failed',
      level: 'fail',
      title: 'POST /newsletter/: expected status 302, got 403.',
      detail: 'Origin checking failed',
      fix: 'SECURE_PROXY_SSL_HEADER',
    },
  },
  {
    id: 'api-answers-html',
    base: 'shop',
    change: 'an API view answers with the type of a page',
    edits: [
      {
        file: 'djdev.yaml',
        from: 'headers: { content-type: application/json }',
        to: 'headers: { content-type: text/csv }',
      },
    ],
    only: ['smoke'],
    found: {
      code: 'smoke-failed',
      level: 'fail',
      title: 'GET /api/products/: …',
      detail: 'application/json',
    },
  },
  {
    id: 'assets-not-compressed',
    base: 'shop',
    change: 'a storage that hashes names and compresses nothing',
    edits: [
      {
        file: production,
        from: 'whitenoise.storage.CompressedManifestStaticFilesStorage',
        to: 'django.contrib.staticfiles.storage.ManifestStaticFilesStorage',
      },
      { file: 'Dockerfile', append: '# Built as a whole.\n' },
    ],
    only: ['http'],
    found: {
      code: 'static-headers',
      level: 'warn',
      title: '/static/….css is sent uncompressed (… bytes).',
      fix: 'CompressedManifestStaticFilesStorage',
    },
  },
  {
    id: 'assets-not-kept',
    base: 'shop',
    change: 'no hashed name counts as immutable, so browsers ask again every minute',
    edits: [{ file: production, append: 'WHITENOISE_IMMUTABLE_FILE_TEST = r"^never$"\n' }],
    only: ['http'],
    found: {
      code: 'static-headers',
      level: 'warn',
      title: '/static/… is fetched again and again: max-age=60, public.',
      fix: 'WHITENOISE_IMMUTABLE_FILE_TEST',
    },
  },
  {
    id: 'missing-asset-kept',
    base: 'kiosk',
    change: 'a middleware lets every answer be cached for a year, also 404',
    edits: [
      {
        file: kiosk,
        from: 'MIDDLEWARE = [',
        to: 'MIDDLEWARE = ["kiosk.urls.cached",\n              ',
      },
      {
        file: 'kiosk/urls.py',
        from: home,
        to: `def cached(get_response):
    def middleware(request):
        response = get_response(request)
        response["Cache-Control"] = "public, max-age=31536000"
        return response
    return middleware

${home}`,
      },
    ],
    only: ['http'],
    found: {
      code: 'static-headers',
      level: 'warn',
      title: 'A static file that is missing is remembered as missing.',
    },
  },
  {
    id: 'no-protection-headers',
    base: 'shop',
    change: 'no Content-Security-Policy and no X-Frame-Options',
    edits: [
      { file: base, from: '    "config.middleware.content_security_policy",\n', to: '' },
      {
        file: base,
        from: '    "django.middleware.clickjacking.XFrameOptionsMiddleware",\n',
        to: '',
      },
    ],
    only: ['http'],
    found: {
      code: 'security-headers',
      level: 'warn',
      title: 'The headers of / are worth the grade C (55 of 100).',
      detail: 'no Content-Security-Policy',
      fix: 'XFrameOptionsMiddleware',
    },
  },
  {
    id: 'cors-open-with-cookies',
    base: 'shop',
    change: 'CORS_ALLOW_ALL_ORIGINS together with CORS_ALLOW_CREDENTIALS',
    edits: [
      {
        file: production,
        append: 'CORS_ALLOW_ALL_ORIGINS = True\nCORS_ALLOW_CREDENTIALS = True\n',
      },
    ],
    only: ['http'],
    found: {
      code: 'cors-open',
      level: 'fail',
      title: 'A script of any site can read /api/products/ as the user who visits it.',
      fix: 'CORS_ALLOWED_ORIGINS',
    },
  },
  {
    id: 'cors-pattern-not-closed',
    base: 'shop',
    change: 'an origin is allowed by a regular expression without an end',
    edits: [
      {
        file: production,
        append: 'CORS_ALLOWED_ORIGIN_REGEXES = [r"^https://shop\\.example\\.com"]\n',
      },
    ],
    only: ['http'],
    found: {
      code: 'cors-open',
      level: 'warn',
      title: 'A script of any site can read /api/products/.',
      detail: 'https://shop.example.com.evil.example',
      fix: 'end each with $',
    },
  },
  {
    id: 'cors-allows-null',
    base: 'shop',
    change: 'the origin `null` is allowed, which any sandboxed frame has',
    edits: [{ file: production, append: 'CORS_ALLOWED_ORIGINS = ["null"]\n' }],
    only: ['http'],
    found: {
      code: 'cors-open',
      level: 'warn',
      title: 'A script of any site can read /api/products/.',
      detail: 'Origin: null',
    },
  },
  {
    id: 'front-end-not-allowed',
    base: 'shop',
    change: 'the declared front end is not in CORS_ALLOWED_ORIGINS',
    edits: [
      {
        file: 'djdev.yaml',
        from: 'rehearse:\n',
        to: 'rehearse:\n  expect: { cors: { allow: ["https://www.example.com"], path: /api/products/ } }\n',
      },
    ],
    only: ['http'],
    found: {
      code: 'cors-refused',
      level: 'fail',
      title: 'The front end at https://www.example.com cannot use /api/products/.',
      detail: 'Access-Control-Allow-Origin is absent',
      fix: 'Add "https://www.example.com" to CORS_ALLOWED_ORIGINS',
    },
  },
  {
    id: 'front-end-at-another-path',
    base: 'shop',
    change: 'CORS_URLS_REGEX fits another path than the API’s',
    edits: [
      { file: base, from: 'CORS_URLS_REGEX = r"^/api/"', to: 'CORS_URLS_REGEX = r"^/v1/"' },
      {
        file: 'djdev.yaml',
        from: 'rehearse:\n',
        to: 'rehearse:\n  expect: { cors: { allow: ["https://app.example.com"], path: /api/products/ } }\n',
      },
    ],
    only: ['http'],
    found: {
      code: 'cors-refused',
      level: 'fail',
      title: 'The front end at https://app.example.com cannot use /api/products/.',
      fix: 'CORS_URLS_REGEX',
    },
  },
  {
    id: 'front-end-blind-for-errors',
    base: 'shop',
    change: 'CorsMiddleware comes last, so redirects of CommonMiddleware have no CORS headers',
    edits: [
      { file: base, from: '    "corsheaders.middleware.CorsMiddleware",\n', to: '' },
      {
        file: base,
        from: '    "django.middleware.clickjacking.XFrameOptionsMiddleware",\n',
        to: '    "django.middleware.clickjacking.XFrameOptionsMiddleware",\n    "corsheaders.middleware.CorsMiddleware",\n',
      },
      {
        file: 'djdev.yaml',
        from: 'rehearse:\n',
        to: 'rehearse:\n  expect: { cors: { allow: ["https://app.example.com"], path: /api/products/ } }\n',
      },
    ],
    only: ['http'],
    found: {
      code: 'cors-errors-hidden',
      level: 'warn',
      title:
        'The front end at https://app.example.com cannot see that /api/products is answered 301.',
      fix: 'Move "corsheaders.middleware.CorsMiddleware" to the top',
    },
  },
  {
    id: 'host-chosen-by-strangers',
    base: 'kiosk',
    change: '`ALLOWED_HOSTS = ["*"]`, and a page has a link with the host of the request',
    edits: [
      { file: kiosk, from: '["kiosk.example.com"]', to: '["*"]' },
      {
        file: 'stock/templates/stock/home.html',
        from: '<body>',
        to: '<body><a href="{{ request.build_absolute_uri }}">here</a>',
      },
      {
        file: kiosk,
        from: '"APP_DIRS": True}',
        to: '"APP_DIRS": True, "OPTIONS": {"context_processors": ["django.template.context_processors.request"]}}',
      },
    ],
    only: ['http'],
    found: {
      code: 'host-not-checked',
      level: 'fail',
      title: 'Whoever sends a request can choose the host in the links of /.',
      fix: 'List the names of the site in ALLOWED_HOSTS',
    },
  },
  {
    id: 'host-breaks-the-page',
    base: 'kiosk',
    change: '`ALLOWED_HOSTS = ["*"]`, and a view looks the host up in a table',
    edits: [
      { file: kiosk, from: '["kiosk.example.com"]', to: '["*"]' },
      {
        file: 'kiosk/urls.py',
        from: home,
        to: `${home}    {"kiosk.example.com": 1}[request.get_host()]\n`,
      },
    ],
    only: ['http'],
    found: {
      code: 'host-not-checked',
      level: 'fail',
      title: 'A request with an unknown Host is answered 500.',
    },
  },
  {
    id: 'probe-meets-host-check',
    base: 'kiosk',
    silent: 'probe-by-address',
    change: 'the health URL is answered after the check of the host',
    edits: [{ file: kiosk, from: '              "kiosk.urls.probes",\n', to: '' }],
    only: ['http'],
    found: {
      code: 'health-refuses-probe',
      level: 'warn',
      title: 'A platform that asks the container itself gets 400 from /healthz/.',
      fix: 'in a middleware before CommonMiddleware',
    },
  },
  {
    id: 'probe-sent-to-https',
    base: 'shop',
    silent: 'probe-redirected',
    change: 'the health URL is not exempt from the redirect to https',
    edits: [{ file: production, from: 'SECURE_REDIRECT_EXEMPT = [r"^healthz/$"]\n', to: '' }],
    only: ['http'],
    found: {
      code: 'health-refuses-probe',
      level: 'warn',
      title: 'A platform that asks the container itself gets 301 from /healthz/.',
      fix: 'SECURE_REDIRECT_EXEMPT',
    },
  },
  {
    id: 'local-settings-in-wsgi',
    base: 'kiosk',
    change: 'wsgi.py sets DJANGO_SETTINGS_MODULE to the local settings, whatever production says',
    edits: [
      { file: 'kiosk/local.py', write: 'from .settings import *\n\nDEBUG = True\n' },
      {
        file: 'kiosk/wsgi.py',
        from: 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kiosk.settings")',
        to: 'os.environ["DJANGO_SETTINGS_MODULE"] = "kiosk.local"',
      },
    ],
    only: ['http'],
    found: {
      code: 'debug-page',
      level: 'fail',
      title: 'Visitors see Django’s debug page: settings, paths and variables.',
      fix: 'DEBUG = False in the settings that the booted container really uses',
    },
  },
  {
    id: 'debug-by-default',
    base: 'kiosk',
    change: 'DEBUG is on unless a variable switches it off, and nobody does',
    edits: [
      { file: kiosk, from: 'DEBUG = False', to: 'DEBUG = os.environ.get("DEBUG", "1") == "1"' },
    ],
    only: ['http'],
    found: {
      code: 'debug-page',
      level: 'fail',
      title: 'Visitors see Django’s debug page: settings, paths and variables.',
    },
  },
  {
    id: 'page-not-found-fails',
    base: 'kiosk',
    change: 'handler404 asks for a table that does not exist',
    edits: [
      {
        file: 'kiosk/urls.py',
        append:
          '\ndef lost(request, exception):\n    list(Item.objects.raw("SELECT * FROM lost"))\n    return HttpResponse("lost", status=404)\n\nhandler404 = "kiosk.urls.lost"\n',
      },
    ],
    only: ['http'],
    found: {
      code: 'error-page-broken',
      level: 'fail',
      title: 'A page that does not exist is answered 500 instead of 404.',
    },
  },
  {
    id: 'text-among-json',
    base: 'shop',
    change: 'a view prints what it does, while everything else logs JSON',
    edits: [
      {
        file: 'config/middleware.py',
        from: '        given = request.headers.get("X-Request-ID", "")\n',
        to: '        print("asked for", request.path, flush=True)\n        given = request.headers.get("X-Request-ID", "")\n',
      },
    ],
    only: ['http'],
    found: {
      code: 'log-not-json',
      level: 'warn',
      title: '… of … log lines are not JSON.',
      detail: 'asked for /',
    },
  },
  {
    id: 'text-where-json-is-declared',
    base: 'kiosk',
    change: 'the manifest declares JSON, and the log is text',
    edits: [
      { file: 'djdev.yaml', from: 'rehearse:\n', to: 'rehearse:\n  expect: { logs: json }\n' },
    ],
    only: ['http'],
    found: {
      code: 'log-not-json',
      level: 'fail',
      title: '… of … log lines are not JSON.',
    },
  },
  {
    id: 'headers-logged',
    base: 'kiosk',
    change: 'a middleware logs all headers of a request',
    edits: [
      {
        file: kiosk,
        from: 'MIDDLEWARE = [',
        to: 'MIDDLEWARE = ["kiosk.urls.noted",\n              ',
      },
      {
        file: 'kiosk/urls.py',
        from: home,
        to: `def noted(get_response):
    import logging
    def middleware(request):
        logging.getLogger("kiosk").info("headers: %s", dict(request.headers))
        return get_response(request)
    return middleware

${home}`,
      },
    ],
    only: ['http'],
    found: {
      code: 'secrets-logged',
      level: 'fail',
      title: 'The log shows the Authorization header and a cookie of requests.',
      fix: 'Do not log request headers',
    },
  },
  {
    id: 'bodies-logged',
    base: 'kiosk',
    change: 'a middleware logs the form fields of every POST',
    edits: [
      {
        file: kiosk,
        from: 'MIDDLEWARE = [',
        to: 'MIDDLEWARE = ["kiosk.urls.noted",\n              ',
      },
      {
        file: 'kiosk/urls.py',
        from: home,
        to: `def noted(get_response):
    import logging
    def middleware(request):
        if request.method == "POST":
            logging.getLogger("kiosk").info("form: %s", request.POST.dict())
        return get_response(request)
    return middleware

${home}`,
      },
    ],
    only: ['http'],
    found: {
      code: 'secrets-logged',
      level: 'fail',
      title: 'The log shows a password of requests.',
    },
  },
  {
    id: 'healthcheck-without-curl',
    base: 'kiosk',
    change: 'HEALTHCHECK calls curl, which slim images do not have',
    edits: [
      {
        file: 'Dockerfile',
        from: 'EXPOSE 8000\n',
        to: 'EXPOSE 8000\nHEALTHCHECK CMD ["curl", "--fail", "http://127.0.0.1:8000/healthz/"]\n',
      },
    ],
    only: ['http'],
    found: {
      code: 'healthcheck-fails',
      level: 'fail',
      title: 'The HEALTHCHECK calls a program that the image does not have.',
      detail: 'curl',
    },
  },
  {
    id: 'healthcheck-of-a-page',
    base: 'kiosk',
    change: 'HEALTHCHECK asks for a page, whose host check refuses 127.0.0.1',
    edits: [
      {
        file: 'Dockerfile',
        from: 'EXPOSE 8000\n',
        to: 'EXPOSE 8000\nHEALTHCHECK CMD ["python", "-c", "import http.client as h; c = h.HTTPConnection(\'127.0.0.1\', 8000); c.request(\'GET\', \'/\'); assert c.getresponse().status == 200"]\n',
      },
    ],
    only: ['http'],
    found: {
      code: 'healthcheck-fails',
      level: 'fail',
      title: 'The HEALTHCHECK of the image fails although the application answers.',
      detail: 'AssertionError',
    },
  },
  {
    id: 'page-nobody-asks-for',
    base: 'kiosk',
    change: 'a page has a bug, and the manifest has no list of smoke requests',
    edits: [
      {
        file: 'djdev.yaml',
        from: '  smoke:\n    - { get: /, contains: postcard }\n',
        to: '',
      },
      {
        file: 'kiosk/urls.py',
        from: 'path("", home)]',
        to: 'path("", home), path("returns/", lambda request: request.basket.lines)]',
      },
    ],
    only: ['smoke'],
    found: {
      code: 'page-crashes',
      level: 'fail',
      title: 'GET /returns/: status 500.',
      detail: 'AttributeError',
    },
  },
  {
    id: 'setup-command-fails',
    base: 'kiosk',
    change: 'a command of `rehearse.setup` loads a fixture that is not in the image',
    edits: [
      {
        file: 'djdev.yaml',
        from: 'rehearse:\n',
        to: 'rehearse:\n  setup:\n    - python manage.py loaddata smoke\n',
      },
    ],
    only: ['smoke'],
    found: {
      code: 'smoke-setup-failed',
      level: 'fail',
      title: 'python manage.py loaddata smoke ended with exit code 1.',
      detail: 'smoke',
    },
  },
  {
    id: 'threads-without-connections',
    base: 'kiosk',
    change: 'gunicorn has 150 threads, each of which may hold a connection',
    edits: [
      {
        file: 'gunicorn.conf.py',
        write: 'worker_class = "gthread"\nthreads = 150\n',
      },
    ],
    only: ['settings', 'http'],
    found: {
      code: 'connections-over-limit',
      level: 'warn',
      title: 'One container opens up to 150 connections to “default”; Postgres lets … in.',
      fix: 'PgBouncer',
    },
  },
  {
    id: 'form-refused-for-its-origin',
    base: 'shop',
    change: 'a proxy ends TLS, and Django takes the Origin of every form for a stranger’s',
    edits: [
      {
        file: production,
        from: 'SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")\n',
        to: '',
      },
      {
        file: production,
        from: 'SECURE_SSL_REDIRECT = env.boolean("SECURE_SSL_REDIRECT", True)\n',
        to: '',
      },
    ],
    only: ['http'],
    found: {
      code: 'csrf-refused',
      level: 'fail',
      title: 'No form can be sent: … refuses its own token behind the TLS proxy.',
      fix: 'SECURE_PROXY_SSL_HEADER',
    },
    also: ['warn security-headers'],
  },
  {
    id: 'project-served',
    base: 'kiosk',
    change: 'WHITENOISE_ROOT is the directory of the project',
    edits: [{ file: kiosk, append: 'WHITENOISE_ROOT = BASE_DIR\n' }],
    only: ['http'],
    found: {
      code: 'files-exposed',
      level: 'fail',
      title: 'Everybody can read files of the project: …',
      fix: 'Serve STATIC_ROOT alone',
    },
  },
  {
    id: 'records-without-time',
    base: 'shop',
    change: 'the JSON formatter writes no timestamp',
    edits: [
      {
        file: 'config/logs.py',
        from: '            "timestamp": datetime',
        to: '            "moment": datetime',
      },
    ],
    only: ['http'],
    found: {
      code: 'log-keys-missing',
      level: 'warn',
      title: 'Log records have no ….',
      fix: 'Let the formatter add it',
    },
  },
  {
    id: 'request-id-not-in-the-log',
    base: 'shop',
    change: 'answers carry X-Request-ID, and the formatters leave it out',
    edits: [
      {
        file: 'config/logs.py',
        from: '            fields["request_id"] = request_id.get()\n',
        to: '            pass\n',
      },
      {
        file: 'config/logs.py',
        from: '        fields["request_id"] = request["{x-request-id}o"]\n',
        to: '',
      },
    ],
    only: ['http'],
    found: {
      code: 'request-id-not-logged',
      level: 'warn',
      title: 'Answers carry X-Request-ID, and the log never names it.',
    },
  },
  {
    id: 'link-to-localhost',
    base: 'kiosk',
    change: 'a page has a link to http://localhost:8000',
    edits: [
      {
        file: 'stock/templates/stock/home.html',
        from: '<body>',
        to: '<body><a href="http://localhost:8000/orders/">Orders</a>',
      },
    ],
    only: ['http'],
    found: {
      code: 'page-links-wrong',
      level: 'warn',
      title: '…localhost…',
      detail: 'http://localhost:8000/orders/',
    },
  },
  {
    id: 'migrates-at-every-start',
    base: 'kiosk',
    change: '`CMD ["sh", "-c", "python manage.py migrate && exec gunicorn …"]`',
    edits: [
      {
        file: 'Dockerfile',
        from: 'CMD ["gunicorn", "kiosk.wsgi", "--bind", "0.0.0.0:8000", "--workers", "1", "--no-control-socket"]',
        to: 'CMD ["sh", "-c", "python manage.py migrate --noinput && exec gunicorn kiosk.wsgi --bind 0.0.0.0:8000 --no-control-socket"]',
      },
    ],
    only: ['http'],
    found: {
      code: 'migrate-at-start',
      level: 'warn',
      title: 'Production migrates whenever a container starts.',
      fix: 'Run it once for each release',
    },
  },
];
