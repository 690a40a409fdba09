/**
 * Ways in which Django deployments fail without a word, each reproduced on a real server. Every one
 * is planted somewhere below `defects/`; a test holds that.
 */
export const silentFailures = {
  'default-logging': 'With DEBUG off Django’s default LOGGING writes no line for a 500 or a 400.',
  'broken-error-page': '500.html fails itself, and users see the server’s bare text.',
  'shell-as-pid-1': 'A shell as PID 1 keeps SIGTERM, and the platform kills the server.',
  'init-before-script': 'An init in front of a script without exec drops requests under way.',
  'queue-reset': 'A sync worker’s queue is reset at SIGTERM, so the proxy has to drain first.',
  'quick-stop': 'SIGINT and SIGQUIT are gunicorn’s quick stop: requests under way are dropped.',
  'grace-too-short': 'gunicorn waits longer for requests than the platform waits for it.',
  'kept-connections': 'After a restart of the database the first request of every worker fails.',
  'redirect-loop': 'The redirect to https never ends behind a TLS proxy.',
  'probe-by-address': 'A probe that names the container’s address gets 400.',
  'probe-redirected': 'A probe over plain http is sent to https.',
  'static-root-missing': 'Without STATIC_ROOT WhiteNoise warns, and every asset is a 404.',
  'old-assets-gone': 'Pages of the old release ask the new one for hashed files that it lacks.',
  'readable-layers': 'What a later layer deletes can still be read.',
} as const satisfies Record<string, string>;

/** One of the reproduced failures. */
export type SilentFailure = keyof typeof silentFailures;
