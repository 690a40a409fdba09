import type { Finding } from '../../report/finding.ts';
import type { HttpResponse } from '../http/send-request.ts';

/** What was asked of one page. */
export interface SecurityAnswers {
  readonly path: string;
  readonly page: Pick<HttpResponse, 'headers' | 'cookies'> & Partial<Pick<HttpResponse, 'body'>>;
  /** The same page with `X-Forwarded-Proto: http`. */
  readonly insecure: Pick<HttpResponse, 'status' | 'headers'> | undefined;
}

interface Deduction {
  readonly points: number;
  readonly what: string;
  readonly hint: string;
}

const halfYearSeconds = 15_552_000;

/** Lowest score of each grade, as the HTTP Observatory has them. */
const grades: readonly (readonly [least: number, grade: string])[] = [
  [100, 'A+'],
  [90, 'A'],
  [85, 'A-'],
  [80, 'B+'],
  [70, 'B'],
  [65, 'B-'],
  [60, 'C+'],
  [50, 'C'],
  [45, 'C-'],
  [40, 'D+'],
  [30, 'D'],
  [25, 'D-'],
  [0, 'F'],
];

/** Below this a page has several of the usual protections missing. */
const leastScore = 70;

/** A score from 100 downwards, its grade, and what took points away. */
export function gradePage(answers: SecurityAnswers): {
  readonly score: number;
  readonly grade: string;
  readonly deductions: readonly Deduction[];
} {
  const deductions = [
    ...judgePolicy(answers.page.headers),
    ...judgeTransport(answers),
    ...judgeFraming(answers.page.headers),
    ...answers.page.cookies.flatMap(judgeCookie),
    ...judgeScripts(answers.page.body?.toString('utf8') ?? ''),
  ];
  const score = Math.max(0, 100 - deductions.reduce((sum, { points }) => sum + points, 0));
  const grade = grades.find(([least]) => score >= least)?.[1] ?? 'F';
  return { score, grade, deductions };
}

/** One finding with the grade; it warns below B. */
export function checkSecurityHeaders(answers: SecurityAnswers): Finding {
  const { score, grade, deductions } = gradePage(answers);
  const worst = deductions.toSorted((a, b) => b.points - a.points);
  const isLow = score < leastScore;
  return {
    code: 'security-headers',
    level: isLow ? 'warn' : 'pass',
    step: 'http',
    title: `The headers of ${answers.path} are worth the grade ${grade} (${score} of 100).`,
    detail: worst.map(({ points, what }) => `−${points} ${what}`).join('\n'),
    hint: isLow
      ? worst
          .slice(0, 3)
          .map(({ hint }) => hint)
          .join('\n')
      : '',
  };
}

function judgePolicy(headers: HttpResponse['headers']): readonly Deduction[] {
  const policy = headers['content-security-policy'];
  if (policy === undefined) {
    return [
      {
        points: 25,
        what: 'no Content-Security-Policy',
        hint: 'Send a Content-Security-Policy; SECURE_CSP from Django 6.0 on, django-csp before.',
      },
    ];
  }
  const scripts = /(?:script-src|default-src)\s([^;]*)/u.exec(policy)?.[1] ?? '';
  const isUnsafe = scripts.includes("'unsafe-inline'") && !/'(?:nonce-|sha\d)/u.test(scripts);
  return isUnsafe
    ? [
        {
          points: 20,
          what: 'Content-Security-Policy allows inline scripts',
          hint: 'Replace unsafe-inline in script-src by nonces.',
        },
      ]
    : [];
}

function judgeTransport({ page, insecure }: SecurityAnswers): readonly Deduction[] {
  const transport = page.headers['strict-transport-security'];
  const age = Number(/max-age=(\d+)/u.exec(transport ?? '')?.[1] ?? 0);
  const deductions: Deduction[] = [];
  if (transport === undefined) {
    deductions.push({
      points: 20,
      what: 'no Strict-Transport-Security',
      hint: 'Set SECURE_HSTS_SECONDS, first to an hour, later to a year.',
    });
  } else if (age < halfYearSeconds) {
    deductions.push({
      points: 10,
      what: `Strict-Transport-Security for ${age} s only`,
      hint: 'Raise SECURE_HSTS_SECONDS to a year once all is well.',
    });
  }
  const redirects = insecure !== undefined && insecure.status >= 300 && insecure.status < 400;
  const leadsToTls = redirects && (insecure.headers['location'] ?? '').startsWith('https://');
  if (insecure !== undefined && !leadsToTls) {
    deductions.push({
      points: 20,
      what: `http is answered ${insecure.status} and not redirected to https`,
      hint: 'Set SECURE_SSL_REDIRECT = True, unless the proxy redirects.',
    });
  }
  return deductions;
}

function judgeFraming(headers: HttpResponse['headers']): readonly Deduction[] {
  const policy = headers['content-security-policy'] ?? '';
  const framed = headers['x-frame-options'] === undefined && !policy.includes('frame-ancestors');
  const leaky = /unsafe-url/iu.test(headers['referrer-policy'] ?? '');
  const sniffed = headers['x-content-type-options']?.toLowerCase() !== 'nosniff';
  return [
    ...(framed
      ? [
          {
            points: 20,
            what: 'any site may show the page in a frame',
            hint: 'Add django.middleware.clickjacking.XFrameOptionsMiddleware.',
          },
        ]
      : []),
    ...(leaky
      ? [
          {
            points: 5,
            what: 'Referrer-Policy tells other sites the whole address',
            hint: 'SECURE_REFERRER_POLICY = "same-origin", which is Django’s default.',
          },
        ]
      : []),
    ...(sniffed
      ? [
          {
            points: 5,
            what: 'no X-Content-Type-Options: nosniff',
            hint: 'Leave SECURE_CONTENT_TYPE_NOSNIFF on, and SecurityMiddleware first.',
          },
        ]
      : []),
  ];
}

/** Scripts of other hosts: by http anybody on the way can change them, without a hash their host can. */
function judgeScripts(html: string): readonly Deduction[] {
  const tags = [...html.matchAll(/<script\b[^>]*\ssrc\s*=\s*["']?([^"'\s>]+)[^>]*>/giu)];
  const foreign = tags.filter(([, url = '']) => /^(?:https?:)?\/\//u.test(url));
  const insecure = foreign.find(([, url = '']) => url.startsWith('http:'));
  const unhashed = foreign.find(([tag]) => !/\sintegrity\s*=/iu.test(tag));
  if (insecure) {
    return [
      {
        points: 50,
        what: `the script ${insecure[1]} comes by http`,
        hint: 'Serve the script yourself, or name it with https and integrity=.',
      },
    ];
  }
  if (!unhashed) return [];
  return [
    {
      points: 5,
      what: `the script ${unhashed[1]} of another host has no integrity`,
      hint: 'Serve the script yourself, or add integrity="sha384-…" crossorigin="anonymous".',
    },
  ];
}

function judgeCookie(cookie: string): readonly Deduction[] {
  const name = cookie.split('=')[0]?.trim() ?? '';
  const isSession = /sess/iu.test(name);
  const isCsrf = /csrf/iu.test(name);
  if (!isSession && !isCsrf) return [];
  const deductions: Deduction[] = [];
  if (!/;\s*secure/iu.test(cookie)) {
    deductions.push({
      points: isSession ? 40 : 20,
      what: `the cookie ${name} is sent over http too`,
      hint: `Set ${isSession ? 'SESSION' : 'CSRF'}_COOKIE_SECURE = True.`,
    });
  }
  if (isCsrf && !/;\s*samesite/iu.test(cookie)) {
    deductions.push({
      points: 20,
      what: `the cookie ${name} goes along from other sites`,
      hint: 'Leave CSRF_COOKIE_SAMESITE at "Lax".',
    });
  }
  if (isSession && !/;\s*httponly/iu.test(cookie)) {
    deductions.push({
      points: 30,
      what: `scripts can read the cookie ${name}`,
      hint: 'Set SESSION_COOKIE_HTTPONLY = True.',
    });
  }
  return deductions;
}
