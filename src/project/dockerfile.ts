import type { SourceLocation } from '../errors/djdev-error.ts';

/** A Dockerfile as the project's author wrote it; what the image really holds only the engine says. */
export interface Dockerfile {
  /** Absolute path. */
  readonly file: string;
  /** The whole text, for code frames. */
  readonly text: string;
  /** Reference of the frontend image named by `# syntax=`. */
  readonly syntax: string | undefined;
  readonly stages: readonly DockerfileStage[];
  /** What builds but hardly does what was meant. */
  readonly warnings: readonly DockerfileWarning[];
}

export interface DockerfileWarning {
  readonly message: string;
  readonly location: SourceLocation;
}

export interface DockerfileStage {
  readonly index: number;
  /** The name after AS. */
  readonly name: string | undefined;
  /** The image after FROM, with the defaults of global ARGs filled in. */
  readonly base: string;
  readonly location: SourceLocation;
  /** In order, FROM first. */
  readonly instructions: readonly DockerfileInstruction[];
}

export interface DockerfileInstruction {
  /** Upper case: `COPY`. */
  readonly keyword: string;
  readonly flags: readonly DockerfileFlag[];
  /** The arguments without flags, line continuations and comments; heredoc bodies included. */
  readonly text: string;
  /** The arguments split at white space; JSON arrays and first lines of heredocs decoded. */
  readonly words: readonly string[];
  /** Whether the arguments are a JSON array, Docker's exec form. */
  readonly isExecForm: boolean;
  readonly hasHeredoc: boolean;
  readonly location: SourceLocation;
}

export interface DockerfileFlag {
  /** Without the dashes. */
  readonly name: string;
  /** `undefined` for a bare flag such as `--link`. */
  readonly value: string | undefined;
  readonly location: SourceLocation;
}
