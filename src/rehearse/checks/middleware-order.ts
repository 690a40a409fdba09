import type { Finding } from '../../report/finding.ts';

const cors = 'corsheaders.middleware.CorsMiddleware';
const common = 'django.middleware.common.CommonMiddleware';
const security = 'django.middleware.security.SecurityMiddleware';
const whitenoise = /whitenoise/iu;

/**
 * Places that the READMEs of django-cors-headers and WhiteNoise ask for. Further down, answers that
 * an earlier middleware gives, redirects and errors above all, come without their headers.
 */
export function checkMiddlewareOrder(middleware: readonly string[]): readonly Finding[] {
  const at = (name: string): number => middleware.indexOf(name);
  const noise = middleware.findIndex((name) => whitenoise.test(name));
  const findings: Finding[] = [];
  if (at(cors) !== -1 && at(common) !== -1 && at(cors) > at(common)) {
    findings.push(
      misplaced(
        'CorsMiddleware comes after CommonMiddleware.',
        'Redirects of CommonMiddleware (APPEND_SLASH, PREPEND_WWW) have no CORS headers: a browser drops them, and says so as a CORS error.',
        `Move "${cors}" above "${common}".`,
      ),
    );
  }
  if (noise !== -1 && at(security) !== -1 && noise < at(security)) {
    findings.push(
      misplaced(
        'WhiteNoise comes before SecurityMiddleware.',
        'Static files are answered without the redirect to https and without the security headers.',
        `Move "${security}" above WhiteNoise.`,
      ),
    );
  }
  return findings;
}

function misplaced(title: string, detail: string, hint: string): Finding {
  return { code: 'middleware-order', level: 'warn', step: 'settings', title, detail, hint };
}
