import { afterAll, expect, test } from 'vitest';
import type { Finding } from '../../src/report/finding.ts';
import { describeWithEngine } from '../support/engine.ts';
import type { BaseName } from './defect.ts';
import { defects } from './defects/defects.ts';
import { openBases } from './open-bases.ts';
import { cleanBase, rehearseDefect } from './rehearse-defect.ts';

const bases = openBases();
afterAll(() => bases[Symbol.asyncDispose]());

const name = ({ level, code }: Finding): string => `${level} ${code}`;

/** `…` stands for anything. */
function fits(pattern: string): unknown {
  const parts = pattern.split('…').map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/gu, '\\$&'));
  return expect.stringMatching(new RegExp(`^${parts.join('[^]*')}$`, 'u'));
}

describeWithEngine('the projects that defects are planted in', () => {
  // Of the examples shop and bookings the end-to-end tests hold that they are.
  test.concurrent.for<BaseName>(['kiosk', 'releases'])('%s is clean', async (base) => {
    const clean = await rehearseDefect(bases, cleanBase(base));
    expect(clean).toEqual({ problems: [], error: undefined, leftovers: [] });
  });
});

describeWithEngine('a planted defect', () => {
  test.concurrent.for(defects)('$id', async (defect) => {
    const { code, level, title, detail = '', fix = '' } = defect.found;
    const { problems, error, leftovers } = await rehearseDefect(bases, defect);
    const told = problems.map((finding) => `${name(finding)}: ${finding.title}`).join('\n');
    expect([...new Set(problems.map(name))].toSorted(), told).toEqual(
      [`${level} ${code}`, ...(defect.also ?? [])].toSorted(),
    );
    expect(problems).toContainEqual(
      expect.objectContaining({
        code,
        level,
        title: fits(title),
        detail: fits(`…${detail}…`),
        hint: fits(`…${fix}…`),
      }),
    );
    for (const found of problems) {
      const evidence = found.detail || found.location;
      expect(evidence, `the evidence of ${name(found)}`).toBeTruthy();
      expect(found.hint, `the advice of ${name(found)}`).not.toBe('');
    }
    expect({ error, leftovers }).toEqual({ error: undefined, leftovers: [] });
  });
});
