import type { GenericSchema } from 'valibot';

export function renderSchema(manifestSchema: GenericSchema): string;
export function renderReportSchema(reportSchema: GenericSchema): string;
export function renderParitySchema(paritySchema: GenericSchema): string;
export function renderErrors(
  errorCodes: Readonly<Record<string, { readonly exitCode: number; readonly summary: string }>>,
): string;
export function renderFindings(
  findingCodes: Readonly<Record<string, string>>,
  findingGuides: Readonly<Record<string, { readonly why: string; readonly fix: string }>>,
  defects: readonly {
    readonly base: string;
    readonly change: string;
    readonly found: { readonly code: string; readonly level: string; readonly title: string };
  }[],
): string;
export function renderManual(
  commands: typeof import('../src/cli/commands.ts').commands,
  options: Pick<typeof import('../src/cli/options.ts'), 'selectOptions' | 'formatFlags'>,
): string;
