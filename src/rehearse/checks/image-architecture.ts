import type { ImageFacts } from '../../engine/engine.ts';
import { type DeployTarget, platformTitles } from '../../project/deploy-target.ts';
import type { Finding } from '../../report/finding.ts';

/** Whether the platform can run the image at all: its processor, and whether it takes its user. */
export function checkImageArchitecture(
  { architecture, user }: Pick<ImageFacts, 'architecture' | 'user'>,
  { name, architectures, needsNumericUser, origins }: DeployTarget,
): readonly Finding[] {
  const title = platformTitles[name];
  const findings: Finding[] = [];
  if (architectures !== undefined && !architectures.includes(architecture)) {
    findings.push({
      code: 'image-architecture',
      level: 'warn',
      step: 'image',
      title: `The image is rehearsed for ${architecture}; ${title} runs ${architectures.join(' or ')}.`,
      detail: origins['architectures']?.text ?? `${title} has no machines of another kind.`,
      hint: `Rehearse on a machine or in CI with ${architectures[0] ?? ''} before the release; wheels and base images may differ.`,
    });
  }
  const [id = ''] = user.split(':');
  if (needsNumericUser === true && id !== '' && !/^\d+$/u.test(id)) {
    const location = origins['needsNumericUser']?.location;
    findings.push({
      code: 'image-user-not-numeric',
      level: 'fail',
      step: 'image',
      title: `Kubernetes refuses to start the image: its user is the name “${id}”.`,
      detail:
        'runAsNonRoot is set without runAsUser, and a name could be root: “container has ' +
        'runAsNonRoot and image has non-numeric user, cannot verify user is non-root”.',
      hint: 'USER 10001 in the Dockerfile, or runAsUser: 10001 beside runAsNonRoot.',
      ...(location === undefined ? {} : { location }),
    });
  }
  return findings;
}
