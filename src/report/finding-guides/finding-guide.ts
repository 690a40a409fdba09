import type { FindingCode } from '../finding-codes.ts';

/** What a person wants to know who meets a code for the first time. */
interface FindingGuide {
  /** What goes wrong in production, and when. */
  readonly why: string;
  /** What to change; Markdown. */
  readonly fix: string;
}

/** A guide for some of the codes. */
export type FindingGuides = Readonly<Partial<Record<FindingCode, FindingGuide>>>;
