import { homedir } from 'node:os';
import { newIssueAddress } from '../report/docs-address.ts';
import type { ErrorReport } from '../report/report.ts';
import { readVersion } from '../version.ts';

/** An error nobody expected, as a report that can be shown and sent: without home and secrets. */
export function describeBug(error: unknown, redact: (text: string) => string): ErrorReport {
  const clean = (text: string): string => redact(text).replaceAll(homedir(), '~');
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const trace = error instanceof Error ? (error.stack ?? '') : '';
  const versions = `djdev ${readVersion()}, Node ${process.versions.node}, ${process.platform} ${process.arch}`;
  const body = clean(`${versions}\n\n\`\`\`\n${trace.slice(0, 1500)}\n\`\`\`\n\nWhat I did:\n`);
  return {
    code: 'DJ-BUG',
    message: `djdev met something it did not expect. This is a bug in djdev, not in your project.\n${clean(what)}`,
    output: [versions],
    hint: `Report it, and see what will be sent before you do: ${newIssueAddress(clean(what).slice(0, 120), body)}`,
  };
}
