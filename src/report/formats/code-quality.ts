import type { Report } from '../report.ts';
import { identifyFindings } from './finding-identity.ts';
import { placeInRepository } from './place-in-repository.ts';
import { isFailing } from './rank-findings.ts';
import { sanitizeText } from './sanitize-text.ts';

/**
 * The findings that have a place in the repository as GitLab's Code Quality reads them: the
 * merge request shows which are new.
 */
export function formatCodeQuality(report: Report): string {
  const identities = identifyFindings(report.findings);
  const entries = report.findings.flatMap((finding, index) => {
    const uri = placeInRepository(finding.location?.file);
    if (finding.level === 'pass' || uri === undefined) return [];
    const { title, hint, code, location } = finding;
    return [
      {
        description: sanitizeText(hint === '' ? title : `${title} ${hint}`).replaceAll('\n', ' '),
        check_name: code,
        fingerprint: identities[index]?.fingerprint ?? '',
        severity: isFailing(finding, report.failOn) ? 'critical' : 'minor',
        location: { path: decodeURIComponent(uri), lines: { begin: location?.line ?? 1 } },
      },
    ];
  });
  return `${JSON.stringify(entries, null, 2)}\n`;
}
