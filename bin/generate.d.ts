import type { GenericSchema } from 'valibot';
import type { commands } from '../src/cli/commands.ts';
import type { formatFlags, selectOptions } from '../src/cli/options.ts';

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
  allCommands: typeof commands,
  options: {
    readonly selectOptions: typeof selectOptions;
    readonly formatFlags: typeof formatFlags;
  },
): string;
