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
    }
  | {
      readonly type: 'port-moved';
      readonly role: string;
      readonly from: number;
      readonly to: number;
    }
  | { readonly type: 'service-ready'; readonly role: string; readonly ms: number }
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
  /** How long a part of the start took. */
  | { readonly type: 'phase-ended'; readonly phase: string; readonly ms: number };
