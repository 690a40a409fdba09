import type { Finding } from '../../report/finding.ts';
import type { StepId } from '../../report/step.ts';

/** The image starts, but nothing in it can run Django. */
export function imageWithoutPython(step: StepId): Finding {
  return {
    code: 'image-without-python',
    level: 'fail',
    step,
    title: 'There is no Python in the image.',
    detail: 'Neither “python3” nor “python” is on the PATH of the image.',
    hint:
      'Build the last stage of the Dockerfile from an image with Python, such as ' +
      'python:3.13-slim, or name the right stage with app.build.target in djdev.yaml.',
  };
}
