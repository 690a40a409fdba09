/** What happens to a running stack. Rooms emit these, the terminal shows them. */
export type StackEvent =
  | { readonly type: 'build-decided'; readonly rebuilt: boolean; readonly text: string }
  | { readonly type: 'build-progressed'; readonly text: string }
  | { readonly type: 'image-ready'; readonly reference: string; readonly ms: number }
  | {
      readonly type: 'container-changed';
      readonly role: string;
      readonly action: 'created' | 'recreated' | 'started' | 'kept' | 'removed' | 'stopped';
      readonly reason?: string;
      /** The edited file that brought it about. */
      readonly cause?: string;
    }
  | {
      readonly type: 'port-moved';
      readonly role: string;
      readonly from: number;
      readonly to: number;
    }
  /** `url`: its pages, if it has any for people. */
  | {
      readonly type: 'service-ready';
      readonly role: string;
      readonly ms: number;
      readonly url?: string;
    }
  | { readonly type: 'migrations-found'; readonly pending: readonly string[] }
  | { readonly type: 'migrations-unknown'; readonly output: readonly string[] }
  | { readonly type: 'migrations-applied'; readonly count: number; readonly ms: number }
  /** The first answer of a process, or that there was none. */
  | {
      readonly type: 'process-answered';
      readonly role: string;
      readonly url: string;
      /** `undefined` when nothing spoke HTTP. */
      readonly status: number | undefined;
      readonly healthy: boolean;
      readonly ms: number;
    }
  | { readonly type: 'process-running'; readonly role: string }
  | {
      readonly type: 'process-ended';
      readonly role: string;
      readonly exitCode: number;
      readonly outOfMemory: boolean;
    }
  /** One line of output of a process or service. */
  | { readonly type: 'line-logged'; readonly role: string; readonly line: string }
  /** Saved files are in a container, and its process was told. */
  | {
      readonly type: 'edit-applied';
      readonly role: string;
      /** Relative to the build context; deleted ones too. */
      readonly paths: readonly string[];
      /** `undefined`: nothing was sent, a person asked for a reload. */
      readonly syncMs: number | undefined;
      /** What the process did about it; `undefined` where nothing had to be done. */
      readonly reload: { readonly kind: string; readonly ms: number } | undefined;
    }
  /** Files that a command made in a container are on the host. */
  | {
      readonly type: 'edit-returned';
      readonly role: string;
      readonly paths: readonly string[];
      readonly ms: number;
    }
  /** Something about an edit that a person has to look at. */
  | {
      readonly type: 'edit-failed';
      readonly role: string;
      readonly paths: readonly string[];
      readonly message: string;
      readonly hint?: string;
      readonly output?: readonly string[];
    }
  /** The next edit is good again. */
  | { readonly type: 'edit-recovered'; readonly role: string }
  | {
      readonly type: 'sync-ready';
      readonly role: string;
      readonly files: number;
      readonly sent: number;
      readonly ms: number;
    }
  | {
      readonly type: 'rebuild-wanted';
      readonly path: string;
      /** `undefined`: it says how to run, not what to build. */
      readonly reason: string | undefined;
    }
  /** What was edited cannot be built or started; what ran before goes on. */
  | {
      readonly type: 'round-failed';
      readonly stage: 'build' | 'start';
      readonly message: string;
      readonly hint?: string;
      /** The output's end. */
      readonly output?: readonly string[];
    }
  /** The tree can be built and started again. */
  | { readonly type: 'round-succeeded' }
  /** The project's tests were run from the tree. */
  | { readonly type: 'tests-ended'; readonly exitCode: number; readonly ms: number }
  | { readonly type: 'stack-noted'; readonly role: string; readonly text: string }
  /** How long a part of the start took. */
  | { readonly type: 'phase-ended'; readonly phase: string; readonly ms: number };
