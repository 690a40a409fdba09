import { expect, test } from 'vitest';
import { checkBuild, nameInstruction } from '../../../../src/rehearse/checks/build.ts';

test('build-failed: the instruction, its place, the reason and the last lines', () => {
  const findings = checkBuild({
    type: 'failed',
    instruction: '[3/4] RUN pip install -r requirements.txt',
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
        "detail": "ERROR: No matching distribution found for djagno",
        "hint": "Correct the name in requirements.txt.",
        "level": "fail",
        "location": {
          "file": "/shop/Dockerfile",
          "line": 7,
        },
        "step": "build",
        "title": "The build fails at step 3/4, RUN. The command ended with exit code 1.",
      },
    ]
  `);
});

test('build-failed: without a place the title names the whole instruction', () => {
  const [finding] = checkBuild({
    type: 'failed',
    instruction: '[internal] load build context',
    location: undefined,
    message: 'media/secret.key cannot be read.',
    output: [],
    hint: 'Keep it out of the build with .dockerignore.',
    ms: 100,
  });
  expect(finding?.title).toBe(
    'The build fails at “[internal] load build context”. media/secret.key cannot be read.',
  );
});

test('an instruction of a stage is named with its stage', () => {
  expect(nameInstruction('[builder 2/9] COPY . .')).toBe('step 2/9 of builder, COPY');
  expect(nameInstruction('RUN true')).toBe('RUN');
});

test('build-failed: not after a build', () => {
  const reason = { rebuilt: false, text: 'unchanged' };
  expect(checkBuild({ type: 'built', id: 'sha256:1', reference: 'a:b', reason, ms: 1 })).toEqual(
    [],
  );
});
