import { docsAddress } from '../docs-address.ts';
import { type FindingCode, findingCodes } from '../finding-codes.ts';
import type { Finding } from '../finding.ts';
import type { Report } from '../report.ts';
import { type FindingIdentity, identifyFindings } from './finding-identity.ts';
import { placeInRepository } from './place-in-repository.ts';
import { isFailing } from './rank-findings.ts';
import { sanitizeText } from './sanitize-text.ts';

/** Of the OASIS standard; the copy that GitHub validates against. */
const schema = 'https://json.schemastore.org/sarif-2.1.0.json';

/** GitHub keeps so many results of a file. */
const resultLimit = 5000;

interface PlacedFinding {
  readonly finding: Finding;
  readonly identity: FindingIdentity;
  readonly uri: string;
}

/**
 * The findings that have a place in the repository as SARIF 2.1.0, for code scanning. What passed
 * is no result.
 */
export function formatSarif(report: Report): string {
  const identities = identifyFindings(report.findings);
  const placed = report.findings
    .flatMap((finding, index): PlacedFinding[] => {
      const uri = placeInRepository(finding.location?.file);
      const identity = identities[index];
      if (finding.level === 'pass' || uri === undefined || identity === undefined) return [];
      return [{ finding, identity, uri }];
    })
    .slice(0, resultLimit);
  const codes = [...new Set(placed.map(({ finding }) => finding.code))].toSorted();
  const run = {
    tool: {
      driver: {
        name: 'djdev',
        semanticVersion: report.djdev,
        informationUri: docsAddress('findings'),
        rules: codes.map(describeRule),
      },
    },
    // With a category of its own, results of other tools for the same commit stay.
    automationDetails: { id: `djdev/rehearse/${report.project}/` },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: {
      SRCROOT: { description: { text: 'The root of the repository.' } },
    },
    results: placed.map((one) => describeResult(one, codes, report)),
  };
  return `${JSON.stringify({ $schema: schema, version: '2.1.0', runs: [run] }, null, 2)}\n`;
}

function describeRule(code: FindingCode): object {
  const text = findingCodes[code];
  const address = docsAddress('findings', code);
  return {
    id: code,
    name: code.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text },
    fullDescription: { text },
    helpUri: address,
    help: {
      text: `${text} ${address}`,
      markdown: `${text}\n\n[More about \`${code}\`](${address})`,
    },
    properties: { tags: ['deployment', 'django'] },
  };
}

function describeResult(
  { finding, identity, uri }: PlacedFinding,
  codes: readonly FindingCode[],
  { failOn }: Report,
): object {
  const { code, title, detail, hint, location } = finding;
  const text = [title, detail, hint].filter((part) => part !== '').join('\n\n');
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: isFailing(finding, failOn) ? 'error' : 'warning',
    message: { text: sanitizeText(text).toWellFormed() },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri, uriBaseId: 'SRCROOT' },
          // Without a line GitHub shows nothing.
          region: {
            startLine: location?.line ?? 1,
            ...(location?.column === undefined ? {} : { startColumn: location.column }),
          },
        },
      },
    ],
    partialFingerprints: {
      primaryLocationLineHash: identity.fingerprint,
      'djdev/v1': identity.fingerprint,
    },
  };
}
