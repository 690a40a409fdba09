import type { Finding } from '../../report/finding.ts';
import type { Asset } from '../http/read-html.ts';
import type { HttpResponse } from '../http/send-request.ts';

/** An asset of a page and the answer to it; no answer when the connection broke. */
export interface AssetAnswer {
  readonly asset: Asset;
  readonly response: Pick<HttpResponse, 'status' | 'headers'> | undefined;
}

const shownAssets = 20;

/** One finding for all assets of a page that a browser could not use. */
export function checkAssets(page: string, answers: readonly AssetAnswer[]): readonly Finding[] {
  const problems = answers.flatMap((answer) => {
    const problem = findProblem(answer);
    return problem === undefined ? [] : [{ path: answer.asset.path, problem }];
  });
  const [first] = problems;
  if (first === undefined) return [];
  return [
    {
      code: 'asset-missing',
      level: 'fail',
      step: 'smoke',
      title:
        problems.length === 1
          ? `${page} refers to ${first.path}: ${first.problem}.`
          : `${page} refers to ${problems.length} assets that are not served, of ${answers.length}.`,
      detail: [
        ...problems.slice(0, shownAssets).map(({ path, problem }) => `${path}: ${problem}`),
        ...(problems.length > shownAssets ? [`… and ${problems.length - shownAssets} more`] : []),
      ].join('\n'),
      hint: answers.length === problems.length ? nothingServed : someMissing,
    },
  ];
}

const nothingServed =
  'Nothing serves static files in production: add WhiteNoiseMiddleware right after ' +
  'SecurityMiddleware, and run collectstatic in the Dockerfile or in rehearse.release.';
const someMissing =
  'Refer to files with {% static %}, so that a wrong name fails early, and look whether ' +
  'collectstatic finds them.';

function findProblem({ asset, response }: AssetAnswer): string | undefined {
  if (response === undefined) return 'no answer';
  if (response.status !== 200) return `status ${response.status}`;
  const type = (response.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return isSensible(asset.kind, type) ? undefined : `served as ${type || 'no type'}`;
}

/** With `nosniff`, which Django sends, a browser refuses styles and scripts of another type. */
function isSensible(kind: Asset['kind'], type: string): boolean {
  switch (kind) {
    case 'stylesheet':
      return type === 'text/css';
    case 'script':
      return /^(text|application)\/(javascript|ecmascript|x-javascript)$/.test(type);
    case 'image':
      return type.startsWith('image/');
    case 'font':
      return type.startsWith('font/') || type.startsWith('application/');
    case 'other':
      return type !== '';
    default:
      return kind satisfies never;
  }
}
