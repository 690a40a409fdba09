/** What a command of djdev has printed, and how it ended. */
export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a tool answers. */
export interface ToolAnswer {
  readonly text: string;
  /** The same as data, where it is data. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** JSON Schema of a tool's input: one object without other keys. */
export interface ToolInput {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, ToolProperty>>;
  readonly required?: readonly string[];
  readonly additionalProperties: false;
}

/** One key of an input, as far as tools need it. */
export interface ToolProperty {
  readonly type: 'string' | 'integer';
  readonly description: string;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
}

/** An input that `checkInput` has let pass. */
export type CheckedInput = Readonly<Record<string, string | number>>;

/** A tool is a command line of djdev with another face. */
export interface McpTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: ToolInput;
  /** It does more than look: offered only where that is allowed. */
  readonly changes: boolean;
  /** The words behind `djdev`. */
  readonly commandLine: (input: CheckedInput) => readonly string[];
  /** Exit codes with which the command has done what it should. */
  readonly exitCodes: readonly number[];
  readonly answer: (result: CommandResult) => ToolAnswer;
  /** What a line of stderr says to somebody who waits; absent: the tool is quick. */
  readonly progressOf?: (line: string) => string | undefined;
}
