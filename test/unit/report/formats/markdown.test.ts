import { expect, test } from 'vitest';
import { formatMarkdown, markdownLimits } from '../../../../src/report/formats/markdown.ts';
import { runWithFindings, sampleRuns } from '../../../support/sample-runs.ts';

const { comment } = markdownLimits;

test('a comment on a pull request that would not deploy', () => {
  expect(formatMarkdown(sampleRuns.brokenBuild.report, comment)).toMatchInlineSnapshot(`
    "<!-- djdev rehearse shop -->

    ### ❌ shop would not deploy

    1 problem · 6.0 s

    #### ❌ RUN pip install -r requirements.txt ended with exit code 1.

    → requirements.txt:3 says djnago: correct the name.

    \`\`\`text
    ERROR: Could not find a version that satisfies the requirement djnago==5.2
    ERROR: No matching distribution found for djnago==5.2
    \`\`\`

    \`Dockerfile:9:1\` · step build · [\`build-failed\`](https://github.com/djdev/djdev/blob/main/docs/findings.md#build-failed)

    <details><summary>Steps</summary>

    | | step | time | |
    |---|---|--:|---|
    | ✅ | preflight | 84 ms | Docker 27.3.1, 41 GB free |
    | ❌ | build | 4.1 s | requirements.txt changed |
    | ➖ | image |  | build did not end well |
    | ✅ | database | 1.8 s | PostgreSQL 17.2 |
    | ➖ | settings |  | build did not end well |
    | ➖ | migrate |  | build did not end well |
    | ➖ | static |  | build did not end well |
    | ➖ | boot |  | build did not end well |
    | ➖ | smoke |  | build did not end well |
    | ➖ | shutdown |  | build did not end well |

    </details>

    <sub>djdev 0.1.0 · shop · again: <code>djdev rehearse</code></sub>
    "
  `);
});

test('a run that found no engine', () => {
  expect(formatMarkdown(sampleRuns.noData.report, comment)).toMatchInlineSnapshot(`
    "<!-- djdev rehearse -->

    ### ❌ djdev could not find out whether this project would deploy

    12 ms

    **No Docker engine answers at unix:///var/run/docker.sock.**

    → Start Docker, or name another engine with --host.

    \`\`\`
    connect ENOENT /var/run/docker.sock
    \`\`\`

    [\`DJ-ENGINE-UNREACHABLE\`](https://github.com/djdev/djdev/blob/main/docs/errors.md#dj-engine-unreachable)

    <sub>djdev 0.1.0 · again: <code>djdev rehearse</code></sub>
    "
  `);
});

test.each([1000, comment, markdownLimits.summary])(
  'keeps within %i bytes, and says so',
  (limit) => {
    const text = formatMarkdown(runWithFindings(5000).report, limit);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit);
    expect(text).toContain('the report has all of it');
  },
);

test('what an application wrote does nothing: no markup, no HTML, nobody is called', () => {
  const text = formatMarkdown(sampleRuns.failures.report, comment);
  // Outside of code blocks, whose fences are longer than any run of backticks in them.
  const prose = text.replace(/^(`{3,}).*\n[\s\S]*?\n\1$/gm, '');
  expect(prose).not.toMatch(/<script|<img|onerror|@everyone|::error|^# injected/m);
  expect(prose).toContain('next=&#60;script&#62;');
});
