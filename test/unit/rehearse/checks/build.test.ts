import { expect, test } from 'vitest';
import { checkBuild } from '../../../../src/rehearse/checks/build.ts';

test('build-failed: the instruction, its place, the reason and the last lines', () => {
  const findings = checkBuild({
    type: 'failed',
    instruction: 'RUN pip install -r requirements.txt',
    location: { file: '/shop/Dockerfile', line: 7 },
    message: 'The command ended with exit code 1.',
    output: ['ERROR: No matching distribution found for djagno'],
    hint: 'Correct the name in requirements.txt.',
    ms: 1200,
  });
  expect(findings).toMatchInlineSnapshot(`
    [
      {
        "code": "build-failed",
        "detail": "The command ended with exit code 1.
    ERROR: No matching distribution found for djagno",
        "hint": "Correct the name in requirements.txt.",
        "level": "fail",
        "location": {
          "file": "/shop/Dockerfile",
          "line": 7,
        },
        "step": "build",
        "title": "The build fails at RUN pip install -r requirements.txt.",
      },
    ]
  `);
});

test('build-failed: not after a build', () => {
  const reason = { rebuilt: false, text: 'unchanged' };
  expect(checkBuild({ type: 'built', id: 'sha256:1', reference: 'a:b', reason, ms: 1 })).toEqual(
    [],
  );
});
