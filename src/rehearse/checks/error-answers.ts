import type { Finding } from '../../report/finding.ts';
import type { HttpResponse } from '../http/send-request.ts';

/** Only Django's own debug pages have these texts. */
const debugTexts = [
  'Using the URLconf defined in',
  'DEBUG = True',
  "You're seeing this error because",
];

/** What visitors see of a page that does not exist. */
export function checkUnknownPage(
  path: string,
  response: Pick<HttpResponse, 'status' | 'body'>,
): readonly Finding[] {
  const text = response.body.toString('utf8');
  const found = debugTexts.find((candidate) => text.includes(candidate));
  if (found !== undefined) {
    return [
      {
        code: 'debug-page',
        level: 'fail',
        step: 'http',
        title: 'Visitors see Django’s debug page: settings, paths and variables.',
        detail: `GET ${path} was answered ${response.status} with “${found}”.`,
        hint: 'DEBUG = False in the settings that the booted container really uses.',
      },
    ];
  }
  if (response.status < 500) return [];
  return [
    {
      code: 'error-page-broken',
      level: 'fail',
      step: 'http',
      title: `A page that does not exist is answered ${response.status} instead of 404.`,
      detail: `GET ${path}`,
      hint: 'Look at 404.html and at handler404: they fail themselves.',
    },
  ];
}
