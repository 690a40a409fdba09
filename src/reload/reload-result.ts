/** Why the new code could not be loaded. */
export interface ReloadError {
  /** Class of the exception: `SyntaxError`. */
  readonly type: string;
  readonly message: string;
  /** Absolute, in the container; `undefined` when it is not in the project. */
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly traceback: string;
  /** Whether the code that was there before goes on; there was none when the start failed. */
  readonly serves: boolean;
}

/**
 * What it took. `none`: templates, static files and the like, the process was left alone.
 * `layer`: views, urls and all else that the application loads late. `warm`: the whole
 * application, libraries kept. `cold`: everything but the server itself. `restart`: the container.
 */
export type ReloadKind = 'none' | 'layer' | 'warm' | 'cold' | 'restart';

export interface ReloadResult {
  readonly kind: ReloadKind;
  /** From the call until the new code served, or until it was clear that it cannot. */
  readonly ms: number;
  readonly error?: ReloadError;
}
