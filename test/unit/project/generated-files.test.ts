import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import {
  renderErrors,
  renderFindings,
  renderManual,
  renderParitySchema,
  renderReportSchema,
  renderSchema,
} from '../../../bin/generate.js';
import { commands } from '../../../src/cli/commands.ts';
import { formatFlags, selectOptions } from '../../../src/cli/options.ts';
import { errorCodes } from '../../../src/errors/codes.ts';
import { paritySchema } from '../../../src/parity/parity-schema.ts';
import { manifestSchema } from '../../../src/project/manifest-schema.ts';
import { findingCodes } from '../../../src/report/finding-codes.ts';
import { reportSchema } from '../../../src/report/report-schema.ts';
import { findingGuides } from '../../../src/report/finding-guides/finding-guides.ts';
import { defects } from '../../matrix/defects/defects.ts';

test.each([
  ['schema.json', renderSchema(manifestSchema)],
  ['report.schema.json', renderReportSchema(reportSchema)],
  ['parity.schema.json', renderParitySchema(paritySchema)],
  ['docs/djdev.1', renderManual(commands, { selectOptions, formatFlags })],
  ['docs/errors.md', renderErrors(errorCodes)],
  ['docs/findings.md', renderFindings(findingCodes, findingGuides, defects)],
])('%s is what `npm run generate` writes', async (file, text) => {
  const committed = await readFile(new URL(`../../../${file}`, import.meta.url), 'utf8');
  expect(committed).toBe(text);
});

test('the schema refuses unknown keys, allows x- keys and empty sections', () => {
  const schema: {
    properties: {
      app: { type: unknown; additionalProperties: unknown; patternProperties: unknown };
    };
  } = JSON.parse(renderSchema(manifestSchema));
  expect(schema.properties.app).toMatchObject({
    type: ['object', 'null'],
    additionalProperties: false,
    patternProperties: { '^x-': {} },
  });
});
